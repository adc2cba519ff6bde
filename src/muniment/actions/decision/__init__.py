"""The determination and its conditions. A determination is superseded, never overwritten."""

from .afterwards import decline_before_release, supersede_determination
from .committee import approve, approve_with_conditions, ask_to_revise, defer, deny
from .conditions import accept_condition, refuse_condition, report_condition_met, waive_condition
from .drafting import keep_draft
from .office import (
    approve_by_office,
    approve_by_office_with_conditions,
    ask_to_revise_by_office,
    deny_by_office,
    inform_committee,
    refer_to_committee,
)
from .outcome import Asked, When
from .parts import deny_part

__all__ = [
    "Asked",
    "When",
    "accept_condition",
    "approve",
    "approve_by_office",
    "approve_by_office_with_conditions",
    "approve_with_conditions",
    "ask_to_revise",
    "ask_to_revise_by_office",
    "decline_before_release",
    "defer",
    "deny",
    "deny_by_office",
    "deny_part",
    "inform_committee",
    "keep_draft",
    "refer_to_committee",
    "refuse_condition",
    "report_condition_met",
    "supersede_determination",
    "waive_condition",
]
