"""What a step says in any step, on people and in enquiries."""

from muniment.rulebook.words.fact import Fact
from muniment.rulebook.words.refusal import Refusal

MISSING: dict[Fact, Refusal] = {
    # Any step
    Fact.REASON_GIVEN: Refusal("reason-missing", "Give the reason in a sentence."),
    Fact.SECOND_PERSON_PRESENT: Refusal(
        "second-person-missing", "A second person has to confirm this first."
    ),
    Fact.ASKED_FOR_IT: Refusal("not-yours", "Only the person who asked can take it back."),
    Fact.ON_HOLD: Refusal("not-on-hold", "The case is not on hold."),
    Fact.APPLICANTS_TURN: Refusal("office-turn", "The office has to act here, not the applicant."),
    Fact.CLOCK_PAUSED: Refusal("clock-running", "The clock of this case is running."),
    Fact.TIME_IS_UP: Refusal("too-early", "The time set for this has not passed yet."),
    # People and roles
    Fact.ACCOUNT_VERIFIED: Refusal(
        "account-unverified", "Sign in with a verified e-mail address first."
    ),
    Fact.INVITATION_VALID: Refusal(
        "invitation-invalid",
        "Ask for a new invitation: this one was used, expired or is not yours.",
    ),
    Fact.PERSON_VERIFIED: Refusal(
        "person-unverified", "Prove this person's identity and record how it was done first."
    ),
    Fact.COOLED_OFF: Refusal("cooling-off", "Wait until the cooling period has passed."),
    Fact.OFFICIAL_CONTACTED: Refusal(
        "official-not-contacted",
        "Ask the institution through a contact that you found yourself, then record the answer.",
    ),
    Fact.OFFICIAL_VERIFIED: Refusal(
        "official-unverified", "The office has to verify the signing official first."
    ),
    # Enquiries and questions
    Fact.ENQUIRY_ANSWERED: Refusal(
        "enquiry-unanswered", "Answer the inquiry, turn it into a draft or redirect it first."
    ),
    Fact.ENQUIRY_YOURS: Refusal(
        "enquiry-not-yours", "Only the person who asked writes here. Ask a question of your own."
    ),
    Fact.ENQUIRER_KNOWN: Refusal(
        "enquirer-unknown", "Invite the person who asked to make an account first."
    ),
    Fact.POINTER_GIVEN: Refusal("pointer-missing", "Say where the data can be had instead."),
    Fact.FIGURES_PROTECTED: Refusal(
        "figures-unprotected", "Use only figures that have passed the protection rules."
    ),
    Fact.QUESTION_OPEN: Refusal(
        "question-not-open", "This question no longer waits for an answer."
    ),
    Fact.ASSIGNED_TO_YOU: Refusal("not-assigned", "Take the case before you hand it over."),
}

PRESENT: dict[Fact, Refusal] = {
    # Any step
    Fact.ASKED_FOR_IT: Refusal(
        "own-request", "Someone other than the person who asked decides this."
    ),
    Fact.IS_CONFLICTED: Refusal(
        "conflicted", "You have a conflict of interest here, so someone else has to do this."
    ),
    Fact.RECUSED: Refusal("recused", "You are recused on this case, so you take no part in it."),
    Fact.ON_HOLD: Refusal("on-hold", "The case is on hold; lift the hold first."),
    Fact.QUESTION_OPEN_BLOCKING: Refusal(
        "question-open", "A blocking question is open: wait for its answer or withdraw it."
    ),
    Fact.NEXT_PARTY_ACTED: Refusal(
        "next-party-acted",
        "The next party has acted on this outcome, so it can no longer be changed.",
    ),
    Fact.APPLICANTS_TURN: Refusal(
        "applicants-turn", "It is the applicant's turn; send a reminder."
    ),
    Fact.CLOCK_PAUSED: Refusal("clock-paused", "The clock of this case is paused already."),
    # People and roles
    Fact.SAME_PERSON: Refusal("same-person", "Somebody else has to do this for you."),
    Fact.BARRED: Refusal(
        "barred",
        "Somebody named here, or the institution, is barred for now; ask the office.",
    ),
    Fact.DUTIES_OPEN: Refusal("duties-open", "End the person's open duties first."),
    # Enquiries
    Fact.ENQUIRY_CLOSED: Refusal("enquiry-closed", "This inquiry is closed; open a new one."),
}
