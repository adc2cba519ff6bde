"""What a step asks about the world: plain yes or no, gathered by `queries.facts_for`.

A fact is about the subject of the step, the case it belongs to and, where the sentence says "you",
the person who acts. The rulebook never looks anything up: it knows nobody.
"""

from muniment.rulebook.words.word import Word


class Fact(Word):
    """Grouped in the order of the line. The sentence says when the fact holds."""

    # Any step
    REASON_GIVEN = "reason_given", "A reason in words comes with the step."
    SECOND_PERSON_PRESENT = (
        "second_person_present",
        "A second person confirmed, or the program's mode lets one person act alone here.",
    )
    ASKED_FOR_IT = "asked_for_it", "You are the person who asked for what is to be approved."
    IS_CONFLICTED = (
        "is_conflicted",
        "You are applicant, on the team or co-investigator here, or have a declared conflict.",
    )
    RECUSED = "recused", "You are recused on this case."
    ON_HOLD = "on_hold", "The case is on hold."
    QUESTION_OPEN_BLOCKING = "question_open_blocking", "A blocking question is open on the case."
    NEXT_PARTY_ACTED = "next_party_acted", "The next party has acted on the outcome."
    APPLICANTS_TURN = "applicants_turn", "It is the applicant's turn to act."
    CLOCK_PAUSED = "clock_paused", "The clock of the case is paused."
    TIME_IS_UP = "time_is_up", "The time set for the step to happen has passed."

    # People and roles
    ACCOUNT_VERIFIED = "account_verified", "You are signed in with a verified e-mail address."
    INVITATION_VALID = "invitation_valid", "Your invitation is unused, unexpired and yours."
    PERSON_VERIFIED = "person_verified", "The person's identity is proven and on record."
    SAME_PERSON = "same_person", "The person the step is about is yourself."
    COOLED_OFF = "cooled_off", "The cooling period after the request has passed, or none is set."
    BARRED = "barred", "Somebody who asks, or their institution, is barred from new requests."
    DUTIES_OPEN = "duties_open", "The person still has duties under an open case or agreement."
    OFFICIAL_CONTACTED = (
        "official_contacted",
        "The institution confirmed its signing official through a contact found independently.",
    )
    OFFICIAL_VERIFIED = "official_verified", "Staff have verified the institution's official."

    # Enquiries and questions
    ENQUIRY_CLOSED = "enquiry_closed", "The inquiry is closed."
    ENQUIRY_ANSWERED = "enquiry_answered", "The inquiry has an answer, a draft or a redirect."
    ENQUIRY_YOURS = "enquiry_yours", "It is the actor who asked."
    ENQUIRER_KNOWN = "enquirer_known", "The person who asked has an account."
    POINTER_GIVEN = "pointer_given", "It is said where the data can be had instead."
    FIGURES_PROTECTED = "figures_protected", "Every figure named has passed the protection rules."
    QUESTION_OPEN = "question_open", "The question waits for an answer."
    ASSIGNED_TO_YOU = "assigned_to_you", "The case is assigned to you."

    # The application
    FORM_COMPLETE = "form_complete", "Every required answer is given and fits its field."
    ATTACHMENTS_PRESENT = (
        "attachments_present",
        "Required files are present and the virus scanner refused none.",
    )
    ATTACHMENTS_CLEAN = "attachments_clean", "Required files are present and scanned clean."
    FILE_STORED = "file_stored", "The file's bytes are stored under their hash."
    SPECIFICATION_VALID = "specification_valid", "The specification passes every check."
    SPECIFICATION_CONFIRMED = (
        "specification_confirmed",
        "The applicant confirmed the present specification, or the request asks for no data.",
    )
    ENTRY_CONFIRMED = (
        "entry_confirmed",
        "The applicant confirmed what staff entered for them, or staff entered nothing.",
    )
    FROM_PAPER = "from_paper", "The request ran on paper before it was brought in here."
    ORIGINAL_KEPT = "original_kept", "The applicant's original file or message is kept."
    SUPERVISOR_CONFIRMED = (
        "supervisor_confirmed",
        "The supervisor confirmed, or the applicant is not a trainee.",
    )
    TEAM_ACCEPTED = "team_accepted", "Everyone named on the team has accepted."
    NEWER_FORM_EDITION = "newer_form_edition", "A newer program edition has not been answered."
    POINTS_ANSWERED = "points_answered", "Every numbered point of the return is answered."

    # Datasets and parts
    EDITION_OPEN = "edition_open", "The dataset edition is open for requests."
    EDITION_PLANNED = "edition_planned", "The dataset edition is planned and not open yet."
    EDITION_ELSEWHERE = "edition_elsewhere", "The dataset is held by another organization."
    EDITION_WITHDRAWN = "edition_withdrawn", "The dataset edition is withdrawn."
    EDITION_RECALLED = "edition_recalled", "A dataset edition was withdrawn or corrected."
    EDITION_NOT_OFFERED = "edition_not_offered", "The dataset is not offered to anyone."
    EDITION_PUBLIC = "edition_public", "The dataset is public and can be downloaded at once."
    CENSUS_AT_RECORD_LEVEL = (
        "census_at_record_level",
        "Records are asked for where only aggregates may leave.",
    )
    UNDER_EMBARGO = "under_embargo", "Rows that are asked for are still under embargo."
    MORE_THAN_ONE_PART = "more_than_one_part", "Another part would remain in the request."
    LIST_CHECKED = "list_checked", "The draft of the information list passes every check."
    HOLDING_CHECKED = "holding_checked", "The holding passes every check of its descriptor."
    EVERY_FIELD_CLASSED = "every_field_classed", "Every field has a class and a release rule."
    INTEREST_TOLD = "interest_told", "The people who registered interest have been told."

    # The three gates
    EVERY_PART_ANSWERED = "every_part_answered", "Every part has an availability answer."
    EVERY_PART_AVAILABLE = "every_part_available", "Every part is available and judged enough."
    SOME_PART_AVAILABLE = "some_part_available", "A part is available and judged enough."
    EVERY_PART_ELSEWHERE = "every_part_elsewhere", "Every part is held elsewhere."
    FIGURES_CURRENT = "figures_current", "The figures are for this specification and edition."
    SCOPE_PROPOSED = "scope_proposed", "A reduced scope waits for the applicant's answer."
    SCOPE_REFUSED = "scope_refused", "The applicant refused the reduced scope."
    AVAILABILITY_CURRENT = (
        "availability_current",
        "Availability was passed for this specification and edition, here or in the parent.",
    )
    EVERY_RULE_JUDGED = "every_rule_judged", "Every policy rule has a result for this case."
    POLICY_FAILED_RULE = "policy_failed_rule", "A policy rule is not met."
    POLICY_PASSED = (
        "policy_passed",
        "The policy gate was passed for the present answers, here or in the parent.",
    )
    RESTRICTION_TIGHTENED = (
        "restriction_tightened",
        "A restriction or law was tightened since the approval and the case does not meet it.",
    )

    # The committee
    HAS_DECLARED = "has_declared", "You have declared whether you have a conflict here."
    ASSIGNEE_CONFLICTED = "assignee_conflicted", "The person you name is conflicted here."
    CHAIR_UNAVAILABLE = "chair_unavailable", "The chair is conflicted on this case or away."
    ALTERNATE_AVAILABLE = "alternate_available", "An alternate without a conflict can be called."
    SCORING_ASKED = "scoring_asked", "The program asks for scores or comments."
    HAS_SCORED = "has_scored", "You have given your own score or comment, or none is asked for."
    REVIEWS_IN = "reviews_in", "Every assigned review is in, or none is asked for."
    EVERY_MEMBER_DECLARED = "every_member_declared", "Everyone who may vote has declared."
    ON_AGENDA = "on_agenda", "The case is on an agenda or in circulation."
    MEETING_OPEN = "meeting_open", "The meeting is open."
    MINUTES_DRAFTED = "minutes_drafted", "The minutes are drafted."
    CIRCULATION_OPEN = "circulation_open", "The case is in circulation between meetings."
    CIRCULATION_FAILED = "circulation_failed", "A member objected or the quorum was not reached."
    BALLOT_OPEN = "ballot_open", "The ballot on this case is open."
    QUORUM_PRESENT = "quorum_present", "Enough members without a conflict take part."
    EVERY_VOTE_IN = "every_vote_in", "Everyone present and eligible has voted or time is over."
    VOTES_TIED = "votes_tied", "The votes are tied and nobody has broken the tie."
    RECOMMENDATION_RECORDED = (
        "recommendation_recorded",
        "This round's committee outcome is on record.",
    )

    # The determination
    DETERMINES_HERE = "determines_here", "The program names you to determine on this track."
    DIFFERENCE_EXPLAINED = (
        "difference_explained",
        "The outcome is the committee's, or it only recommends and the reason to differ is given.",
    )
    NOTICE_WRITTEN = "notice_written", "The notice is written, with its reasons and date."
    CRITERIA_REASONED = (
        "criteria_reasoned",
        "Each criterion of the edition has its reason, or it judges by none.",
    )
    DENIED_ON_POLICY = "denied_on_policy", "The case was denied at the policy gate."
    DETERMINATION_STANDS = "determination_stands", "A determination of this round stands."
    APPROVAL_STANDS = "approval_stands", "The case is approved and the approval stands."
    CONDITIONS_LISTED = "conditions_listed", "Each condition has its kind, text and date."
    CONDITION_OPEN = "condition_open", "The condition is open."
    EVIDENCE_GIVEN = "evidence_given", "Evidence for the condition has been handed in."
    CONDITIONS_BEFORE_AGREEMENT_MET = (
        "conditions_before_agreement_met",
        "Every condition due before the agreement is met or waived, or there is none.",
    )
    CONDITIONS_BEFORE_RELEASE_MET = (
        "conditions_before_release_met",
        "Every condition due before release is met or waived, or there is none.",
    )

    # Changes to a case
    IS_REQUEST = "is_request", "The case is a request, not a change to one."
    IS_AMENDMENT = "is_amendment", "The case is an amendment of another."
    IS_RENEWAL = "is_renewal", "The case is a renewal of another."
    IS_APPEAL = "is_appeal", "The case is an appeal against an outcome."
    CHANGE_IS_NOTICE_ONLY = (
        "change_is_notice_only",
        "Only people or dates change; no sponsor, funder, data or purpose does.",
    )
    CHILD_OPEN = "child_open", "A child case of the same kind is already open."
    CHILD_GRANTED = "child_granted", "The child case was granted and has not been applied yet."
    AMENDMENT_PENDING = (
        "amendment_pending",
        "A change to the specification or funding is undecided.",
    )
    DECIDED_BEFORE = "decided_before", "You took part in the outcome that is appealed."
    APPEAL_UPHELD = "appeal_upheld", "An appeal was upheld and has not been applied yet."
    APPEAL_HEARD = "appeal_heard", "An appeal against this outcome has been heard."
    REOPEN_WINDOW_OPEN = "reopen_window_open", "The time for reopening or appealing still runs."

    # Agreement and money
    AGREEMENT_DRAFTED = "agreement_drafted", "The agreement's text is assembled from the case."
    ESTIMATE_DRAFTED = "estimate_drafted", "An estimate is computed from the specification."
    ESTIMATE_ISSUED = "estimate_issued", "The agreement was sent together with its estimate."
    ESTIMATE_EXPIRED = "estimate_expired", "The estimate's date has passed."
    CLAUSE_CHANGE_OPEN = "clause_change_open", "A proposed change to a clause is undecided."
    DOCUMENT_SHOWN = "document_shown", "You were shown the document whose hash you sign."
    HAS_SIGNED = "has_signed", "You have already signed this agreement."
    EARLIER_SIGNED = "earlier_signed", "Everyone whose signature comes before this one has signed."
    OTHERS_SIGNED = "others_signed", "Everyone who signs before the program has signed."
    AGREEMENT_SIGNED_BY_ALL = (
        "agreement_signed_by_all",
        "Everyone who must sign the lead institution's agreement, and a joinder that it is about, "
        "has signed the present terms.",
    )
    STANDARD_TERMS_APPLY = "standard_terms_apply", "The track accepts a click-through agreement."
    WAIVER_ASKED = "waiver_asked", "A fee waiver was asked for and is undecided."
    INVOICE_OPEN = "invoice_open", "An invoice is open."
    AMOUNT_MATCHES = "amount_matches", "Both the reference and the amount match the invoice."
    MONEY_RECEIVED = "money_received", "Money was received for this invoice."
    REFUND_ASKED = "refund_asked", "A refund was asked for and is undecided."
    COST_ABOVE_ESTIMATE = (
        "cost_above_estimate",
        "The cost exceeds the accepted estimate by more than the set share.",
    )
    FEE_PAID = "fee_paid", "The fee is paid in full."
    FEE_WAIVED = "fee_waived", "The fee is waived by an approver, with a reason."
    NOTHING_DUE = "nothing_due", "It is on record that nothing is due."
    FEE_SETTLED = "fee_settled", "The fee is paid, waived or nothing is due."

    # Release
    LINE_OPEN = "line_open", "The release line is open."
    BUILD_PLANNED = "build_planned", "The build has a plan."
    BUILD_AUTHORIZED = "build_authorized", "A signed approval file covers this plan."
    PLAN_MATCHES_APPROVAL = "plan_matches_approval", "The plan is exactly what was approved."
    BUILD_RUNNING = "build_running", "The build is running."
    BUILD_FINISHED = "build_finished", "The build is finished and its package is stored."
    OTHER_BUILD_IN_CHECK = "other_build_in_check", "Another finished build waits for its check."
    FILES_BROUGHT_IN = "files_brought_in", "A described holding's files are in, or it is loaded."
    CHECKS_PASSED = "checks_passed", "Every automatic check of the package passed."
    RISK_WITHIN_LIMIT = "risk_within_limit", "The risk of re-identification is within its limit."
    PACKAGE_UNCHANGED = "package_unchanged", "The package still has the hash that was checked."
    BUILT_IT = "built_it", "You built it, or changed its plan or its method policy."
    CHECKED_BY_ANOTHER = (
        "checked_by_another",
        "A verified person other than the builder checked it.",
    )
    BUILD_RELEASED = "build_released", "The build has been released."
    BUILD_WITHDRAWN = "build_withdrawn", "The build has been withdrawn."
    ACCESS_OPEN = "access_open", "The agreement of this release is in force and binds you."
    ACCESS_SUSPENDED = "access_suspended", "Access under the case is suspended."
    SECOND_FACTOR_FRESH = "second_factor_fresh", "You confirmed a second factor moments ago."
    DOWNLOAD_WINDOW_OPEN = "download_window_open", "The delivery's download window is open."
    KEY_CONFIRMED = "key_confirmed", "The recipient's key is confirmed, or no key is needed."
    STANDING_IN_FORCE = "standing_in_force", "The standing request covers the edition and date."
    STANDING_CHECKED = (
        "standing_checked",
        "Availability, risk and fee were run again for this delivery, or it is a first one.",
    )

    # After release, and the office
    DATA_RELEASED = "data_released", "Data of this case have been released."
    TERM_OVER = "term_over", "The agreement's end date has passed."
    BINDS_PARTY = (
        "binds_party",
        "You bind the party: its verified official where one signs, else the applicant.",
    )
    DESTRUCTION_CERTIFIED = "destruction_certified", "Every copy is certified as destroyed."
    FINAL_REPORT_IN = "final_report_in", "The final report is in."
    RETENTION_ASKED = "retention_asked", "A longer retention was asked for and is undecided."
    PROGRAMME_CHECKED = "programme_checked", "The program edition passes every check."
    ROSTER_WALKS_EVERY_STEP = "roster_walks_every_step", "For every step someone may take it."


# The one fact that is a sum of others; the interpreter adds it, so no caller can get it wrong.
IMPLIED: dict[Fact, frozenset[Fact]] = {
    Fact.FEE_SETTLED: frozenset({Fact.FEE_PAID, Fact.FEE_WAIVED, Fact.NOTHING_DUE}),
}
