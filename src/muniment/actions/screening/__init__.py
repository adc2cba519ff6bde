"""Screening: completeness, availability and sufficiency, policy; three gates, three owners."""

from .asking import ask_for_figures, described_figures, figures_on_record
from .availability import (
    Figures,
    accept_reduced_scope,
    close_after_refused_scope,
    close_not_available,
    judge_sufficiency,
    pass_availability,
    propose_reduced_scope,
    record_available,
    record_not_available,
    record_partly_available,
    redirect,
    refuse_reduced_scope,
    view_exact_counts,
)
from .collecting import (
    collect_question,
    drop_question,
    send_questions,
)
from .completeness import (
    certify_complete,
    certify_for_determination,
    certify_for_policy,
    certify_for_review,
    move_to_full_track,
    return_incomplete,
)
from .correcting import (
    correct_availability,
    correct_completeness,
    correct_policy,
    correct_return,
)
from .policy import (
    deny_on_policy,
    hold_rules_against,
    judge_policy_rule,
    pass_policy,
    pass_policy_for_office,
    run_policy_rules,
)
from .rerunning import rerun_availability, rerun_policy
from .splitting import split_part

__all__ = [
    "Figures",
    "accept_reduced_scope",
    "ask_for_figures",
    "certify_complete",
    "certify_for_determination",
    "certify_for_policy",
    "certify_for_review",
    "close_after_refused_scope",
    "close_not_available",
    "collect_question",
    "correct_availability",
    "correct_completeness",
    "correct_policy",
    "correct_return",
    "deny_on_policy",
    "described_figures",
    "drop_question",
    "figures_on_record",
    "hold_rules_against",
    "judge_policy_rule",
    "judge_sufficiency",
    "move_to_full_track",
    "pass_availability",
    "pass_policy",
    "pass_policy_for_office",
    "propose_reduced_scope",
    "record_available",
    "record_not_available",
    "record_partly_available",
    "redirect",
    "refuse_reduced_scope",
    "rerun_availability",
    "rerun_policy",
    "return_incomplete",
    "run_policy_rules",
    "send_questions",
    "split_part",
    "view_exact_counts",
]
