"""The calendar of meetings; whoever organizes plans here, and lets a request circulate."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import people, review, step
from muniment.pages import frame
from muniment.pages.meetings import drawing
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import meetings, roster
from muniment.rulebook.words import Refusal, Role

HERE = "meeting_list"
LEADING = (Role.CHAIR, Role.ACTING_CHAIR, Role.COORDINATOR)


class Calendar:
    """The list in the hands of one reader."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        self.rows = meetings.list_meetings(self.person, now=self.now)
        if self.rows is None:
            raise Http404
        self.places = meetings.organized_by(self.person, now=self.now)

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The calendar as it stands."""
        rows = [(each, drawing.state(each.meeting)) for each in self.rows or ()]
        coming = [pair for pair in rows if pair[0].meeting.closed_at is None]
        context = {
            "coming": coming[::-1],
            "past": [pair for pair in rows if pair not in coming],
            "waiting": meetings.list_waiting(self.person, now=self.now),
            "to_hear": meetings.list_to_hear(self.person, now=self.now),
            "to_sign": meetings.list_to_sign(self.person, now=self.now),
            "places": self.places,
            "typed": self.request.POST,
            "refused": refused or [],
        }
        return frame.render(self.request, "meetings/list.html", context, here=HERE, status=status)

    def actor(self, roles: frozenset[Role]) -> Any:
        """The reader as the first of the offices that organize."""
        held = next((role for role in LEADING if role in roles), Role.ANYONE)
        return people.acting(self.person, held)


def plan(at: Calendar) -> HttpResponse:
    """A new meeting."""
    sent = at.request.POST
    place = next((each for each in at.places if str(each.programme.pk) == sent.get("programme")),
                 at.places[0] if at.places else None)  # fmt: skip
    if place is None:
        raise Http404
    chair = next((p for p in place.seated if p.public_id == sent.get("chair")), None)
    if chair is None:
        raise step.Refused([Refusal("chair-missing", "Choose who chairs the meeting.")])
    made = review.plan_meeting(
        place.programme, held_on=day_of(sent.get("held_on", "")), chair=chair,
        place=sent.get("place", "")[:300], actor=at.actor(place.roles), now=at.now,
    )  # fmt: skip
    return shortcuts.redirect("meeting", made.pk)


def circulate(at: Calendar) -> HttpResponse:
    """Put a request to the vote between meetings."""
    sent = at.request.POST
    waiting = meetings.list_waiting(at.person, now=at.now)
    case = next((each for each in waiting if each.reference == sent.get("case")), None)
    if case is None:
        raise step.Refused([Refusal("case-missing", "Choose a request.")])
    roles = next(each.roles for each in at.places if each.programme.pk == case.programme_id)
    if roster.find_acting_chair(case) == at.person:
        roles |= {Role.ACTING_CHAIR}
    made = review.circulate(
        case, vote_by=day_of(sent.get("vote_by", "")), actor=at.actor(roles), now=at.now
    )
    return shortcuts.redirect("meeting_item", made.meeting_id, made.order)


def day_of(text: str) -> date:
    """A day as a browser sends it; raises Refused for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise step.Refused([Refusal("day-missing", "Give a day.")]) from None


STEPS: dict[str, Callable[[Calendar], HttpResponse]] = {"plan": plan, "circulate": circulate}


@require_http_methods(["GET", "POST"])
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """What is coming, what waits for a meeting, and what is past."""
    return bench.answer(Calendar(request), STEPS)
