"""The committee at work: declare, score, meet, vote, recommend."""

from .assigning import assign_reviewer
from .circulation import (
    circulate,
    move_to_meeting,
    object_to_circulation,
)
from .declaring import Kind, declare_conflict, declare_no_conflict, recuse
from .discussing import brief, discuss, keep_back, pass_on, suggest_question
from .leading import (
    appoint_acting_chair,
    call_alternate,
)
from .meetings import (
    defer_to_next_meeting,
    open_meeting,
    plan_meeting,
    publish_agenda,
    put_on_agenda,
    record_attendance,
)
from .minutes import (
    approve_minutes,
    draft_minutes,
    write_minutes,
)
from .opening import read_papers, read_scores
from .scoring import keep_draft, score
from .votes import Choice, break_tie, open_ballot, record_recommendation, vote

__all__ = [
    "Choice",
    "Kind",
    "appoint_acting_chair",
    "approve_minutes",
    "assign_reviewer",
    "break_tie",
    "brief",
    "call_alternate",
    "circulate",
    "declare_conflict",
    "declare_no_conflict",
    "defer_to_next_meeting",
    "discuss",
    "draft_minutes",
    "keep_back",
    "keep_draft",
    "move_to_meeting",
    "object_to_circulation",
    "open_ballot",
    "open_meeting",
    "pass_on",
    "plan_meeting",
    "publish_agenda",
    "put_on_agenda",
    "read_papers",
    "read_scores",
    "record_attendance",
    "record_recommendation",
    "recuse",
    "score",
    "suggest_question",
    "vote",
    "write_minutes",
]
