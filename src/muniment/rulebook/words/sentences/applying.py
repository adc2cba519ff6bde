"""What a step says from the application to the policy gate."""

from muniment.rulebook.words.fact import Fact
from muniment.rulebook.words.refusal import Refusal

MISSING: dict[Fact, Refusal] = {
    # The application
    Fact.FORM_COMPLETE: Refusal(
        "form-incomplete", "Answer every question that is marked as missing or wrong."
    ),
    Fact.ATTACHMENTS_PRESENT: Refusal(
        "attachments-missing",
        "Attach every required file, and remove each that the virus scanner refused.",
    ),
    Fact.ATTACHMENTS_CLEAN: Refusal(
        "attachments-not-clean",
        "See that every required file is attached, and that each was scanned and found clean.",
    ),
    Fact.FILE_STORED: Refusal(
        "file-not-stored", "Upload the file again: its bytes are not stored."
    ),
    Fact.SPECIFICATION_VALID: Refusal(
        "specification-invalid", "Correct the faults that are listed beside the specification."
    ),
    Fact.SPECIFICATION_CONFIRMED: Refusal(
        "specification-unconfirmed", "The applicant has to confirm the present specification first."
    ),
    Fact.ENTRY_CONFIRMED: Refusal(
        "entry-unconfirmed", "Confirm the answers that the office entered for you first."
    ),
    Fact.FROM_PAPER: Refusal("not-from-paper", "This request did not run on paper; judge it here."),
    Fact.ORIGINAL_KEPT: Refusal(
        "original-missing", "Attach the applicant's original form or message first."
    ),
    Fact.SUPERVISOR_CONFIRMED: Refusal(
        "supervisor-unconfirmed", "Ask the supervisor to confirm the request first."
    ),
    Fact.TEAM_ACCEPTED: Refusal(
        "team-incomplete", "Wait until everyone on the team has accepted, or remove who has not."
    ),
    Fact.NEWER_FORM_EDITION: Refusal(
        "no-newer-edition", "The draft already follows the newest edition."
    ),
    Fact.POINTS_ANSWERED: Refusal(
        "points-unanswered", "Answer every point that the office listed."
    ),
    # Datasets and parts
    Fact.EDITION_OPEN: Refusal("edition-not-open", "This dataset edition is not open."),
    Fact.EDITION_PLANNED: Refusal(
        "not-planned", "Interest is registered only in planned datasets."
    ),
    Fact.EDITION_PUBLIC: Refusal(
        "not-public", "This dataset is not public; request it through an application."
    ),
    Fact.EDITION_RECALLED: Refusal("not-recalled", "No dataset edition of this case was recalled."),
    Fact.MORE_THAN_ONE_PART: Refusal(
        "last-part", "This is the only part, so decide on the request as a whole."
    ),
    Fact.LIST_CHECKED: Refusal(
        "list-unchecked", "Correct the faults of the information list first."
    ),
    Fact.HOLDING_CHECKED: Refusal("holding-unchecked", "Correct the faults of the holding first."),
    Fact.EVERY_FIELD_CLASSED: Refusal(
        "field-unclassed", "Give every field a class and a release rule first."
    ),
    # The three gates
    Fact.EVERY_PART_ANSWERED: Refusal(
        "part-unanswered", "Answer the availability of each part first."
    ),
    Fact.EVERY_PART_AVAILABLE: Refusal(
        "part-not-available",
        "A part is not available or not enough: propose a reduced scope, split it off or close.",
    ),
    Fact.EVERY_PART_ELSEWHERE: Refusal(
        "part-held-here", "A part is held here, so the request cannot be redirected as a whole."
    ),
    Fact.FIGURES_CURRENT: Refusal(
        "figures-stale", "Count again, or enter figures for the present specification and edition."
    ),
    Fact.SCOPE_PROPOSED: Refusal("no-scope-proposed", "No reduced scope waits for an answer."),
    Fact.SCOPE_REFUSED: Refusal(
        "scope-not-refused", "The applicant has not refused a reduced scope."
    ),
    Fact.AVAILABILITY_CURRENT: Refusal(
        "availability-not-passed", "Availability has to be passed first for what is now asked."
    ),
    Fact.EVERY_RULE_JUDGED: Refusal("rule-unjudged", "Judge every policy rule first."),
    Fact.POLICY_FAILED_RULE: Refusal("no-rule-failed", "Name the policy rule that is not met."),
    Fact.POLICY_PASSED: Refusal("policy-not-passed", "The policy gate has to be passed first."),
}

PRESENT: dict[Fact, Refusal] = {
    # The application
    Fact.ASSIGNED_TO_YOU: Refusal("already-yours", "The case is assigned to you already."),
    Fact.NEWER_FORM_EDITION: Refusal(
        "newer-edition", "A newer edition of the form is in force: take it, or keep the old one."
    ),
    # Datasets and parts
    Fact.EDITION_OPEN: Refusal("edition-open", "This dataset edition is open already."),
    Fact.EDITION_PLANNED: Refusal(
        "planned-edition",
        "This dataset is planned and not open yet; register your interest instead.",
    ),
    Fact.EDITION_ELSEWHERE: Refusal(
        "held-elsewhere",
        "This dataset is held elsewhere; ask there, as its entry in the list says.",
    ),
    Fact.EDITION_WITHDRAWN: Refusal(
        "withdrawn-edition", "This dataset edition is withdrawn; choose another edition."
    ),
    Fact.EDITION_NOT_OFFERED: Refusal("not-offered", "This dataset is not offered to anyone."),
    Fact.EDITION_PUBLIC: Refusal(
        "public-dataset", "This dataset is public: download it, no request is needed."
    ),
    Fact.CENSUS_AT_RECORD_LEVEL: Refusal(
        "aggregate-only",
        "This dataset leaves only as aggregates; ask for a table instead of records.",
    ),
    Fact.UNDER_EMBARGO: Refusal(
        "under-embargo", "Some rows are under embargo and leave no sooner than their date and time."
    ),
    Fact.INTEREST_TOLD: Refusal("interest-told", "Everyone who registered interest has been told."),
    # The three gates
    Fact.EVERY_PART_AVAILABLE: Refusal(
        "every-part-available", "Every part is available and enough; pass the request on."
    ),
    Fact.SOME_PART_AVAILABLE: Refusal(
        "some-part-available", "A part is available: propose a reduced scope instead of closing."
    ),
    Fact.SCOPE_PROPOSED: Refusal(
        "scope-undecided", "A reduced scope waits for the applicant's answer."
    ),
    Fact.AVAILABILITY_CURRENT: Refusal(
        "availability-stands", "Availability was passed and still stands; go on to the next gate."
    ),
    Fact.POLICY_FAILED_RULE: Refusal("rule-failed", "A policy rule is not met, so it cannot pass."),
    Fact.POLICY_PASSED: Refusal(
        "policy-stands", "The policy gate was passed and still stands; go on to review."
    ),
    Fact.RESTRICTION_TIGHTENED: Refusal(
        "restriction-tightened",
        "A restriction was tightened after the approval and binds at once: amend or decline.",
    ),
}
