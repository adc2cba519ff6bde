"""A case as time: whose turn it is, what has happened, where it stands, what comes next.

Callers bring an `access.Sight`, so nothing here can be asked about a case that is not theirs.
"""

from .happened import MILESTONES, Event, list_events, stopped_at
from .marks import fetch as marks_of
from .questions import Asked, find_question, list_questions
from .request import Cover, Page, Row, cover_of, list_rows, page_of
from .strip import SEGMENTS, Segment, Step, office_days, steps_of
from .turns import Turn, What, turn_of

__all__ = [
    "MILESTONES",
    "SEGMENTS",
    "Asked",
    "Cover",
    "Event",
    "Page",
    "Row",
    "Segment",
    "Step",
    "Turn",
    "What",
    "cover_of",
    "find_question",
    "list_events",
    "list_questions",
    "list_rows",
    "marks_of",
    "office_days",
    "page_of",
    "steps_of",
    "stopped_at",
    "turn_of",
]
