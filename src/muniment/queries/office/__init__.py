"""What the office keeps on requests and sees of them, beside the queue itself."""

from .keeping import (
    HANDS,
    Candidate,
    Kept,
    find_hold,
    lapses_on,
    list_candidates,
    list_hands,
    list_holds,
    list_notes,
    list_open_questions,
    list_reminders,
    list_suggestions,
    list_topics,
)

__all__ = [
    "HANDS",
    "Candidate",
    "Kept",
    "find_hold",
    "lapses_on",
    "list_candidates",
    "list_hands",
    "list_holds",
    "list_notes",
    "list_open_questions",
    "list_reminders",
    "list_suggestions",
    "list_topics",
]
