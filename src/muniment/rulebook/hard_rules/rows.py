"""Which rows of the tables the hard rules bind, by what the rows have in common."""

REQUESTS = (
    "submit",
    "submit_again",
    "resubmit_for_availability",
    "resubmit_for_policy",
    "resubmit_for_review",
    "resubmit_for_determination",
)
ATTESTED_POLICY = ("attest_policy", "attest_policy_for_office")
POLICY_OUTCOMES = ("pass_policy", "pass_policy_for_office", "deny_on_policy", *ATTESTED_POLICY)
APPROVALS = (
    "approve",
    "approve_with_conditions",
    "approve_by_office",
    "approve_by_office_with_conditions",
    "attest_approval",
    "attest_approval_by_office",
)
DENIALS = ("deny_on_policy", "deny", "deny_by_office", "decline_before_release")
GRANTS = ("grant_amendment", "grant_amendment_by_office", "grant_renewal")
REFUSED_CHANGES = ("refuse_amendment", "refuse_amendment_by_office", "refuse_renewal")
APPEALS = ("uphold_appeal", "dismiss_appeal")
DETERMINATIONS = (
    *APPROVALS,
    "deny",
    "deny_by_office",
    "ask_to_revise",
    "ask_to_revise_by_office",
    "defer",
    "deny_part",
    *GRANTS,
    *REFUSED_CHANGES,
    *APPEALS,
)
GATE_OUTCOMES = (
    "return_incomplete",
    "certify_complete",
    "certify_for_policy",
    "certify_for_review",
    "certify_for_determination",
    "certify_renewal",
    "send_appeal_to_hearing",
    "accept_notified_change",
    "record_available",
    "record_partly_available",
    "record_not_available",
    "judge_sufficiency",
    "pass_availability",
    "attest_completeness",
    "attest_availability",
    "close_not_available",
    "close_after_refused_scope",
    "redirect",
    "judge_policy_rule",
    *POLICY_OUTCOMES,
)
PAST_THE_GATES = (
    "certify_for_review",
    "certify_for_determination",
    "certify_renewal",
    "resubmit_for_review",
    "resubmit_for_determination",
    "refer_to_committee",
    "record_recommendation",
    "attest_recommendation",
)
COMMITTEE_WORK = (
    "declare_no_conflict",
    "read_papers",
    "score",
    "read_scores",
    "discuss",
    "suggest_question",
    "object_to_circulation",
    "open_ballot",
    "vote",
    "break_tie",
    "defer_to_next_meeting",
    "record_recommendation",
    "attest_recommendation",
)
BUILDS = ("plan_build", "authorize_build", "start_build")
RELEASES = ("release", "release_later_build")
