"""Meetings in words: where one stands, what an item came to, the quorum."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.pages.review.drawing import STATES
from muniment.pages.wording.datasets import Tag
from muniment.queries import meetings
from muniment.queries.review.listing import State

SAID = {
    "approved": Tag(_("To approve"), "good"),
    "approved_with_conditions": Tag(_("To approve with conditions"), "good"),
    "revise_and_resubmit": Tag(_("To revise"), "warn"),
    "deferred": Tag(_("Deferred"), "line"),
    "denied": Tag(_("To deny"), "stop"),
}
PLANNED = Tag(_("Planned"), "line")
PUBLISHED = Tag(_("Agenda published"), "info")
OPEN = Tag(_("Open"), "warn")
CLOSED = Tag(_("Closed"), "good")


def state(meeting: Any) -> Tag:
    """Where a meeting stands."""
    if meeting.closed_at is not None:
        return CLOSED
    if meeting.opened_at is not None:
        return OPEN
    return PUBLISHED if meeting.published_at is not None else PLANNED


def item_state(each: meetings.Item) -> Tag:
    """What an item came to so far; nothing of it before the reader has declared."""
    if each.sight.cover_only:
        return STATES[State.DECLARE]
    if each.said is not None:
        return SAID[each.said.outcome]
    if each.row.objected_at is not None:
        return Tag(_("Objected to"), "warn")
    if each.row.left_at is not None:
        return Tag(_("Taken off"), "line")
    if each.row.ballot_opened_at is not None:
        return Tag(_("Vote open"), "warn")
    return Tag(_("To be discussed"), "line")


def quorum(standing: Any, *, circulation: bool) -> dict[str, Any]:
    """The quorum in words, and whether there is one."""
    numbers = {"here": len(standing.present), "of": len(standing.eligible),
               "needed": standing.needed}  # fmt: skip
    if circulation:
        said = gettext("%(here)s of %(of)s members without a conflict have voted; %(needed)s are "
                       "needed.")  # fmt: skip
    else:
        said = gettext("%(here)s of %(of)s members without a conflict are here; %(needed)s are "
                       "needed.")  # fmt: skip
    return {"says": said % numbers, "met": standing.met}
