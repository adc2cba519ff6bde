"""A request as one row of the queue: in words, with its clock as a tag."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from muniment.pages import request_page
from muniment.pages.public import counts
from muniment.pages.reports import drawing
from muniment.pages.wording import turns
from muniment.pages.wording.datasets import Tag
from muniment.queries import queue, timeline
from muniment.queries.queue import pace as paces
from muniment.rulebook.words import Role

NO_BREAK = "\N{NO-BREAK SPACE}"
BARS: dict[str, Promise] = {
    "screening": _("Screening"),
    "applicant": _("With applicant"),
    "committee": _("Committee"),
    "agreement": _("Agreement and fee"),
    "release": _("Release"),
    "afterwards": _("In use or ended"),
}


def row(found: queue.Row) -> dict[str, Any]:
    """What the template draws of one request."""
    case, turn = found.sight.case, found.turn
    return {
        "reference": case.reference,
        "title": case.title or gettext("Untitled request"),
        "url": reverse("office_request", args=[case.reference]),
        "datasets": ", ".join(found.datasets) or "–",
        "stage": request_page.stage_of(case),
        "yours": found.yours,
        "whose": gettext("You") if found.yours else _whose(found),
        "hands": [
            gettext("With %(name)s") % {"name": hand(each)}
            for each in found.hands
            if each.role is not turn.role
        ],
        "clock": clock(turn, today=found.today),
        "note": _note(turn),
        "choose": gettext("Choose %(reference)s") % {"reference": case.reference},
    }


def hand(found: queue.Hand) -> str:
    """Who has it in hand; while they are away, who stands in."""
    if found.substitute is None or found.away_until is None:
        return found.person.name
    said = gettext("%(name)s, away until %(day)s; %(substitute)s stands in")
    return said % {
        "name": found.person.name,
        "day": turns.day(found.away_until),
        "substitute": found.substitute.name,
    }


def clock(turn: timeline.Turn, *, today: date) -> Tag | None:
    """The state of the clock as one tag; none where no day is set."""
    if turn.paused:
        return Tag(_("Clock paused"), "line")
    if turn.until is None:
        return None
    late = (today - turn.until).days
    if late > 0:
        said = ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late}
        return Tag(said, "stop")
    return Tag(_("On time"), "good") if late else Tag(_("Due today"), "warn")


def bars(numbers: Any) -> dict[str, Any]:
    """Open requests by stage, as the bar list draws them."""
    most = max([*numbers.values(), 1])
    marks = [
        {"label": BARS[name], "value": number, "width": f"{100 * number / most:.2f}%"}
        for name, number in numbers.items()
    ]
    return {"form": "bars", "name": "stages", "title": _("Open requests by stage"), "marks": marks}


def pace(found: paces.Pace | None) -> dict[str, Any]:
    """Days to a decision by quarter, as the bar list draws them; empty where none was made."""
    if found is None or not any(span.number != 0 for span in found.quarters.values()):
        return {}
    medians = {
        gettext("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}: span.median
        for (year, quarter), span in found.quarters.items()
    }
    title = gettext("Business days from submission to decision")
    chart = counts.chart("pace", title, medians, bars=True)
    return {"chart": chart, "target": found.target, "few": drawing.few()}


def _whose(found: queue.Row) -> str:
    """The person who has the turn in hand, else their office, else the side it is with."""
    role = found.turn.role
    named = [hand(each) for each in found.hands if each.role is role]
    if named:
        return ", ".join(named)
    if role is None or role in turns.PARTY_NAMES:
        return turns.whose(timeline.Turn(found.turn.what, role, found.turn.since))
    return Role(role).label


def _note(turn: timeline.Turn) -> str:
    """One line under the tag: which business day it is, or since when it waits; when it is due."""
    said = _since(turn)
    if turn.until is None or turn.paused:
        return said
    due = gettext("due %(day)s") % {"day": turns.day(turn.until)}
    return f"{said}, {due.replace(' ', NO_BREAK)}"


def _since(turn: timeline.Turn) -> str:
    if turn.what in (timeline.What.ANSWER, timeline.What.ANSWER_APPLICANT):
        return gettext("Asked %(day)s") % {"day": turns.day(turn.since)}
    if turn.day is not None and turn.of is not None:
        return gettext("Day %(day)s of %(of)s") % {"day": turn.day, "of": turn.of}
    return gettext("Since %(day)s") % {"day": turns.day(turn.since)}
