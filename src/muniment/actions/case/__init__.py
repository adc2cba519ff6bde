"""The case as such: holds, withdrawal, notes, and who has it in hand."""

from .assignment import assign, hand_over, take
from .course import end_hold, hold_for_edition, lift_hold, place_hold, withdraw
from .ending import (
    lapse,
    reopen_approved,
    reopen_denied,
    reopen_denied_on_policy,
    reopen_lapsed,
    reopen_not_available,
    reopen_withdrawn,
)
from .notes import record_contact, write_note
from .reminding import escalate, remind, remind_of_condition, remind_of_question, remind_of_report

__all__ = [
    "assign",
    "end_hold",
    "escalate",
    "hand_over",
    "hold_for_edition",
    "lapse",
    "lift_hold",
    "place_hold",
    "record_contact",
    "remind",
    "remind_of_condition",
    "remind_of_question",
    "remind_of_report",
    "reopen_approved",
    "reopen_denied",
    "reopen_denied_on_policy",
    "reopen_lapsed",
    "reopen_not_available",
    "reopen_withdrawn",
    "take",
    "withdraw",
    "write_note",
]
