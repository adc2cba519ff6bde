"""What a step says from agreement and money to close-out."""

from muniment.rulebook.words.fact import Fact
from muniment.rulebook.words.refusal import Refusal

MISSING: dict[Fact, Refusal] = {
    # Agreement and money
    Fact.AGREEMENT_DRAFTED: Refusal("agreement-not-drafted", "Draft the agreement first."),
    Fact.ESTIMATE_DRAFTED: Refusal(
        "estimate-not-drafted", "Draft the estimate first: agreement and estimate go out together."
    ),
    Fact.ESTIMATE_ISSUED: Refusal(
        "agreement-not-issued", "The agreement and its estimate have not been issued yet."
    ),
    Fact.CLAUSE_CHANGE_OPEN: Refusal(
        "no-clause-change", "No change to a clause waits for an answer."
    ),
    Fact.DOCUMENT_SHOWN: Refusal(
        "document-not-shown", "Open the document that you are to sign first."
    ),
    Fact.EARLIER_SIGNED: Refusal(
        "signs-later", "Others sign before; the page shows who, and in which order."
    ),
    Fact.OTHERS_SIGNED: Refusal("signs-last", "Everyone else has to sign before the program does."),
    Fact.AGREEMENT_SIGNED_BY_ALL: Refusal(
        "release-before-signature",
        "The Data Use Agreement is not signed by everyone who has to sign it.",
    ),
    Fact.STANDARD_TERMS_APPLY: Refusal(
        "full-agreement-needed", "This request needs a full agreement with signatures."
    ),
    Fact.WAIVER_ASKED: Refusal("no-waiver-asked", "No fee waiver waits for a decision."),
    Fact.INVOICE_OPEN: Refusal("no-open-invoice", "There is no open invoice."),
    Fact.AMOUNT_MATCHES: Refusal(
        "amount-mismatch", "Reference and amount have to match the invoice; match this one by hand."
    ),
    Fact.MONEY_RECEIVED: Refusal("no-money-received", "No money was received for this invoice."),
    Fact.REFUND_ASKED: Refusal("no-refund-asked", "No refund waits for a decision."),
    Fact.COST_ABOVE_ESTIMATE: Refusal(
        "cost-within-estimate", "The cost is within the accepted estimate."
    ),
    Fact.FEE_SETTLED: Refusal(
        "release-before-payment",
        "The fee is not settled: it has to be paid, waived or recorded as nothing due.",
    ),
    # Release
    Fact.LINE_OPEN: Refusal("line-not-open", "Open the release line first."),
    Fact.BUILD_PLANNED: Refusal("build-not-planned", "Plan the build first."),
    Fact.BUILD_AUTHORIZED: Refusal(
        "build-not-authorized", "A signed approval has to cover this plan before it is built."
    ),
    Fact.PLAN_MATCHES_APPROVAL: Refusal(
        "plan-changed",
        "The plan is no longer what was approved: restore it, or ask for an amendment.",
    ),
    Fact.BUILD_RUNNING: Refusal("build-not-running", "The build is not running."),
    Fact.BUILD_FINISHED: Refusal("build-not-finished", "Wait until the build is finished."),
    Fact.OTHER_BUILD_IN_CHECK: Refusal(
        "only-build-in-check",
        "No other build waits for its check, so the case goes back to building.",
    ),
    Fact.FILES_BROUGHT_IN: Refusal(
        "files-missing", "Bring in the files of the described holding first."
    ),
    Fact.CHECKS_PASSED: Refusal("checks-failed", "Correct what the automatic checks found first."),
    Fact.RISK_WITHIN_LIMIT: Refusal(
        "risk-over-limit", "The risk of re-identification is over the limit, so this cannot leave."
    ),
    Fact.PACKAGE_UNCHANGED: Refusal(
        "package-changed", "The package is not the one that was built: build it again."
    ),
    Fact.CHECKED_BY_ANOTHER: Refusal(
        "release-before-check", "A verified person who did not build it has to check it first."
    ),
    Fact.BUILD_RELEASED: Refusal("build-not-released", "The build has not been released."),
    Fact.ACCESS_OPEN: Refusal(
        "access-not-open",
        "The agreement of this release is not in force, or does not bind you; ask the office.",
    ),
    Fact.SECOND_FACTOR_FRESH: Refusal("second-factor-needed", "Confirm your second factor again."),
    Fact.DOWNLOAD_WINDOW_OPEN: Refusal(
        "download-window-closed", "The download window is closed; ask the office to open it again."
    ),
    Fact.KEY_CONFIRMED: Refusal(
        "key-unconfirmed", "The recipient's key has to be registered and confirmed first."
    ),
    Fact.STANDING_IN_FORCE: Refusal(
        "standing-not-in-force", "No standing request covers this edition and date."
    ),
    Fact.STANDING_CHECKED: Refusal(
        "standing-unchecked",
        "Run availability, risk and fee again for this delivery first; none begins once the "
        "series was ended.",
    ),
    # After release, and the office
    Fact.DATA_RELEASED: Refusal("nothing-released", "No data of this case have been released."),
    Fact.ACCESS_SUSPENDED: Refusal("not-suspended", "Access is not suspended."),
    Fact.TERM_OVER: Refusal("term-running", "The agreement's term is not over yet."),
    Fact.BINDS_PARTY: Refusal(
        "party-not-yours",
        "Only who signed for the party does this: its verified official or, alone, the applicant.",
    ),
    Fact.DESTRUCTION_CERTIFIED: Refusal(
        "destruction-uncertified", "The destruction has to be certified first, by each party."
    ),
    Fact.FINAL_REPORT_IN: Refusal("final-report-missing", "The final report has to be in first."),
    Fact.RETENTION_ASKED: Refusal(
        "no-retention-asked", "No longer retention waits for a decision."
    ),
    Fact.PROGRAMME_CHECKED: Refusal(
        "edition-unchecked", "Correct the faults of the program edition first."
    ),
    Fact.ROSTER_WALKS_EVERY_STEP: Refusal(
        "roster-incomplete", "Appoint someone for each step that nobody can take now."
    ),
}

PRESENT: dict[Fact, Refusal] = {
    # Agreement and money
    Fact.ESTIMATE_EXPIRED: Refusal(
        "estimate-expired", "The estimate has expired: issue agreement and estimate again."
    ),
    Fact.CLAUSE_CHANGE_OPEN: Refusal(
        "clause-change-open", "A change to a clause is undecided; settle it before anyone signs."
    ),
    Fact.HAS_SIGNED: Refusal("already-signed", "You have already signed this agreement."),
    Fact.AGREEMENT_SIGNED_BY_ALL: Refusal(
        "agreement-signed", "The agreement is fully signed; change it by an amendment."
    ),
    Fact.WAIVER_ASKED: Refusal("waiver-undecided", "A fee waiver is undecided already."),
    Fact.REFUND_ASKED: Refusal("refund-undecided", "A refund is undecided already."),
    Fact.FEE_SETTLED: Refusal("fee-settled", "The fee is settled already."),
    Fact.INVOICE_OPEN: Refusal(
        "invoice-open", "An invoice is open already; void or settle it first."
    ),
    Fact.COST_ABOVE_ESTIMATE: Refusal(
        "cost-above-estimate",
        "The cost is above the estimate; the applicant has to accept it first.",
    ),
    Fact.MONEY_RECEIVED: Refusal(
        "money-received", "Money was received for this invoice: refund it instead."
    ),
    # Release
    Fact.BUILD_RUNNING: Refusal("build-running", "The build is running; wait for it or cancel it."),
    Fact.BUILD_FINISHED: Refusal(
        "build-finished", "The build is finished; plan a new one instead."
    ),
    Fact.OTHER_BUILD_IN_CHECK: Refusal(
        "other-build-in-check", "Another build waits for its check, so the case stays there."
    ),
    Fact.BUILT_IT: Refusal(
        "check-own-build",
        "You built this, or changed its plan or policy, so somebody else has to check it.",
    ),
    Fact.BUILD_RELEASED: Refusal("build-released", "The build has been released already."),
    Fact.BUILD_WITHDRAWN: Refusal(
        "build-withdrawn", "The build is withdrawn and must not be used."
    ),
    Fact.ACCESS_SUSPENDED: Refusal(
        "access-suspended", "Access is suspended until the office lifts the suspension."
    ),
    Fact.RETENTION_ASKED: Refusal(
        "retention-undecided", "A longer retention is undecided; decide on it first."
    ),
    Fact.DATA_RELEASED: Refusal(
        "data-released", "Data have been released: suspend or revoke access instead."
    ),
}
