"""The committee: who declared what, reviews and votes, meetings, and what a reviewer opened."""

from .meeting import (
    AgendaItem,
    Attendance,
    Declaration,
    Meeting,
    Minutes,
    Review,
    Score,
    Vote,
)
from .reading import (
    Briefing,
    Opened,
    Remark,
    ReviewDraft,
    Suggestion,
)

__all__ = [
    "AgendaItem",
    "Attendance",
    "Briefing",
    "Declaration",
    "Meeting",
    "Minutes",
    "Opened",
    "Remark",
    "Review",
    "ReviewDraft",
    "Score",
    "Suggestion",
    "Vote",
]
