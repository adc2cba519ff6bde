"""What a step says in committee, determination and changes to a case."""

from muniment.rulebook.words.fact import Fact
from muniment.rulebook.words.refusal import Refusal

MISSING: dict[Fact, Refusal] = {
    # The committee
    Fact.HAS_DECLARED: Refusal(
        "conflict-undeclared", "Declare first whether you have a conflict of interest here."
    ),
    Fact.CHAIR_UNAVAILABLE: Refusal(
        "chair-available", "The chair can lead here; an acting chair is not needed."
    ),
    Fact.ALTERNATE_AVAILABLE: Refusal(
        "no-alternate", "No alternate without a conflict is free to be called."
    ),
    Fact.SCORING_ASKED: Refusal("no-scoring", "This program does not ask for scores or comments."),
    Fact.HAS_SCORED: Refusal("own-score-first", "Give your own score or comment first."),
    Fact.REVIEWS_IN: Refusal("reviews-missing", "Wait for every assigned review, or reassign it."),
    Fact.EVERY_MEMBER_DECLARED: Refusal(
        "declarations-missing", "Everyone who may vote has to declare any conflict first."
    ),
    Fact.ON_AGENDA: Refusal(
        "not-on-agenda", "Put the case on an agenda or into circulation first."
    ),
    Fact.MEETING_OPEN: Refusal("meeting-not-open", "Open the meeting first."),
    Fact.MINUTES_DRAFTED: Refusal("minutes-missing", "Draft the minutes first."),
    Fact.CIRCULATION_OPEN: Refusal("not-in-circulation", "The case is not in circulation."),
    Fact.CIRCULATION_FAILED: Refusal(
        "circulation-not-failed", "Nobody objected and the quorum can still be reached."
    ),
    Fact.BALLOT_OPEN: Refusal("ballot-not-open", "The ballot on this case is not open."),
    Fact.QUORUM_PRESENT: Refusal(
        "quorum-missing",
        "Too few members without a conflict take part: call an alternate or move to a meeting.",
    ),
    Fact.EVERY_VOTE_IN: Refusal("votes-missing", "Wait until every eligible member has voted."),
    Fact.VOTES_TIED: Refusal("no-tie", "The votes are not tied."),
    Fact.RECOMMENDATION_RECORDED: Refusal(
        "recommendation-missing", "The committee's outcome has to be recorded first."
    ),
    # The determination
    Fact.DETERMINES_HERE: Refusal(
        "not-determining-here", "The program names somebody else to determine on this track."
    ),
    Fact.DIFFERENCE_EXPLAINED: Refusal(
        "difference-unexplained", "Say why the outcome differs from the recommendation."
    ),
    Fact.NOTICE_WRITTEN: Refusal("notice-missing", "Write the notice with its reasons first."),
    Fact.CRITERIA_REASONED: Refusal(
        "criteria-unreasoned",
        "Give a reason for each criterion: the letter of a denial names them all.",
    ),
    Fact.DENIED_ON_POLICY: Refusal(
        "not-denied-on-policy", "The case was not denied on policy; reopen its determination."
    ),
    Fact.DETERMINATION_STANDS: Refusal("no-determination", "No determination stands on this case."),
    Fact.APPROVAL_STANDS: Refusal("not-approved", "No approval stands on this case."),
    Fact.CONDITIONS_LISTED: Refusal(
        "conditions-unlisted", "List each condition with its kind, text and date."
    ),
    Fact.CONDITION_OPEN: Refusal("condition-not-open", "This condition is already met or waived."),
    Fact.EVIDENCE_GIVEN: Refusal(
        "evidence-missing", "Wait for evidence that the condition is met."
    ),
    Fact.CONDITIONS_BEFORE_AGREEMENT_MET: Refusal(
        "agreement-before-conditions",
        "A condition that is due before the agreement is not met yet.",
    ),
    Fact.CONDITIONS_BEFORE_RELEASE_MET: Refusal(
        "release-before-conditions", "A condition that is due before release is not met yet."
    ),
    # Changes to a case
    Fact.IS_REQUEST: Refusal(
        "not-a-request", "This case changes another; use the steps for changes."
    ),
    Fact.IS_AMENDMENT: Refusal("not-an-amendment", "This is done only on an amendment."),
    Fact.IS_RENEWAL: Refusal("not-a-renewal", "This is done only on a renewal."),
    Fact.IS_APPEAL: Refusal("not-an-appeal", "This is done only on an appeal."),
    Fact.CHANGE_IS_NOTICE_ONLY: Refusal(
        "change-needs-decision",
        "More than people or dates change, so the change has to be decided.",
    ),
    Fact.CHILD_GRANTED: Refusal("nothing-granted", "No granted change waits to be applied."),
    Fact.APPEAL_UPHELD: Refusal("no-appeal-upheld", "No appeal against this outcome was upheld."),
    Fact.REOPEN_WINDOW_OPEN: Refusal(
        "reopen-window-over", "The time for this has passed; start a new request instead."
    ),
}

PRESENT: dict[Fact, Refusal] = {
    # The committee
    Fact.ASSIGNEE_CONFLICTED: Refusal(
        "assignee-conflicted", "That person has a conflict here; name someone else."
    ),
    Fact.MEETING_OPEN: Refusal("meeting-open", "The meeting is open already."),
    Fact.CIRCULATION_OPEN: Refusal("in-circulation", "The case is in circulation already."),
    Fact.BALLOT_OPEN: Refusal("ballot-open", "The ballot is open; close it first."),
    Fact.VOTES_TIED: Refusal(
        "votes-tied", "The votes are tied: the chair breaks the tie or defers."
    ),
    # The determination
    Fact.DENIED_ON_POLICY: Refusal(
        "denied-on-policy", "The case was denied on policy; reopen that outcome instead."
    ),
    Fact.APPROVAL_STANDS: Refusal(
        "approval-stands", "The approval stands; reopen the case at its agreement instead."
    ),
    Fact.DETERMINATION_STANDS: Refusal(
        "determination-stands", "A determination stands; supersede it, it is never overwritten."
    ),
    # Changes to a case
    Fact.IS_APPEAL: Refusal("appeal-differs", "An appeal has steps of its own; use those."),
    Fact.IS_RENEWAL: Refusal("renewal-differs", "A renewal has steps of its own; use those."),
    Fact.CHANGE_IS_NOTICE_ONLY: Refusal(
        "notice-only", "Only people or dates change; apply it as a notified change."
    ),
    Fact.CHILD_OPEN: Refusal("change-open", "A change of this kind is already open; use that one."),
    Fact.AMENDMENT_PENDING: Refusal(
        "amendment-pending", "A change to what was approved is undecided; wait for its outcome."
    ),
    Fact.DECIDED_BEFORE: Refusal(
        "decided-before", "You took part in the outcome; an appeal is heard by others."
    ),
    Fact.APPEAL_HEARD: Refusal("appeal-heard", "An appeal against this outcome was already heard."),
}
