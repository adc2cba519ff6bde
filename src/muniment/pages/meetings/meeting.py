"""One meeting: agenda, papers, who is present, minutes."""

from collections.abc import Callable
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import people, review, step
from muniment.pages import frame
from muniment.pages.meetings import drawing, listing
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import meetings
from muniment.rulebook.words import Refusal, Role

LONGEST = 20_000


class Sitting:
    """One meeting in the hands of one reader, at one moment."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        found = meetings.find_meeting(self.person, pk, now=self.now)
        if found is None:
            raise Http404
        self.found, self.row = found, found.meeting

    @property
    def actor(self) -> Any:
        """The reader as the first of the offices that organize."""
        held = next((role for role in listing.LEADING if role in self.found.roles), Role.ANYONE)
        return people.acting(self.person, held)

    def may(self, name: str) -> bool:
        """Whether a step about this meeting is open to the reader."""
        about = {"meeting": self.row}
        return not step.refusals(
            name, self.row.programme, actor=self.actor, now=self.now, about=about
        )

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The meeting as it stands."""
        found, row = self.found, self.row
        items = [{"item": each, "tag": drawing.item_state(each)} for each in found.items]
        running = row.opened_at is not None and row.closed_at is None
        context = {
            "meeting": row, "found": found, "items": items, "tag": drawing.state(row),
            "running": running, "refused": refused or [],
            "waiting": self.waiting() if found.organizes and row.closed_at is None else [],
            "here": {person.pk for person in found.present},
            "opens": found.organizes and row.opened_at is None and self.may("open_meeting"),
            "writes": found.organizes and running and found.minutes is not None,
            "approves": self.may("approve_minutes"),
        }  # fmt: skip
        return frame.render(
            self.request, "meetings/meeting.html", context, here=listing.HERE, status=status
        )

    def again(self) -> HttpResponse:
        """Back to the meeting after a step."""
        return shortcuts.redirect("meeting", self.row.pk)

    def waiting(self) -> list[Any]:
        """The requests that may be put on this agenda: of the same program, on no other one."""
        if self.row.circulation:
            return []
        waiting = meetings.list_waiting(self.person, now=self.now)
        return [case for case in waiting if case.programme_id == self.row.programme_id]


def add(at: Sitting) -> HttpResponse:
    """Put a request on the agenda."""
    wanted = at.request.POST.get("case", "")
    case = next((each for each in at.waiting() if each.reference == wanted), None)
    if case is None:
        raise step.Refused([Refusal("case-missing", "Choose a request.")])
    review.put_on_agenda(case, meeting=at.row, actor=at.actor, now=at.now)
    return at.again()


def publish(at: Sitting) -> HttpResponse:
    """Show the agenda to the members."""
    review.publish_agenda(at.row, actor=at.actor, now=at.now)
    return at.again()


def begin(at: Sitting) -> HttpResponse:
    """Open the meeting."""
    review.open_meeting(at.row, actor=at.actor, now=at.now)
    return at.again()


def attend(at: Sitting) -> HttpResponse:
    """Record who is in the room now."""
    named = set(at.request.POST.getlist("present"))
    present = [person for person in at.found.seated if person.public_id in named]
    review.record_attendance(at.row, present=present, actor=at.actor, now=at.now)
    return at.again()


def draft(at: Sitting) -> HttpResponse:
    """Draft the minutes from the record."""
    review.draft_minutes(at.row, actor=at.actor, now=at.now)
    return at.again()


def write(at: Sitting) -> HttpResponse:
    """Edit the minutes, as far as the reader sees them."""
    sent = at.request.POST
    texts = {each.row.pk: sent.get(f"item-{each.row.pk}", each.row.minutes)[:LONGEST]
             for each in at.found.items if not each.sight.cover_only}  # fmt: skip
    text = sent.get("text", "")[:LONGEST]
    review.write_minutes(at.row, text, texts, actor=at.actor, now=at.now)
    return at.again()


def approve(at: Sitting) -> HttpResponse:
    """Approve the minutes and close the meeting."""
    review.approve_minutes(at.row, actor=at.actor, now=at.now)
    return at.again()


STEPS: dict[str, Callable[[Sitting], HttpResponse]] = {
    "add": add, "publish": publish, "open": begin, "attend": attend, "draft": draft,
    "write": write, "approve": approve,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting."""
    return bench.answer(Sitting(request, pk), STEPS)
