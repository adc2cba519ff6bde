"""The case as such: holds, withdrawal, notes, and who has it in hand."""

from .assignment import assign, hand_over, take
from .course import hold_for_edition, lift_hold, place_hold, withdraw
from .notes import record_contact, write_note

__all__ = [
    "assign",
    "hand_over",
    "hold_for_edition",
    "lift_hold",
    "place_hold",
    "record_contact",
    "take",
    "withdraw",
    "write_note",
]
