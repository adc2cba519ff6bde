"""One request at one meeting, or in circulation: quorum, ballot, outcome."""

from collections.abc import Callable
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import people, review, step
from muniment.pages import frame
from muniment.pages.decision import drawing as decided
from muniment.pages.meetings import drawing, listing
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.review import drawing as reviews
from muniment.queries import decision, meetings
from muniment.rulebook.words import Refusal, Role

VOTING = (Role.CHAIR, Role.MEMBER, Role.ACTING_CHAIR)
LEADING = (Role.CHAIR, Role.ACTING_CHAIR)
LONGEST = 8000


class Item:
    """One item in the hands of one reader, at one moment."""

    def __init__(self, request: HttpRequest, pk: int, order: int) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        found = meetings.find_item(self.person, pk, order, now=self.now)
        if found is None:
            raise Http404
        self.found, self.row, self.case = found, found.row, found.sight.case

    def acting(self, *roles: Role) -> Any:
        """The reader in the first of these roles that they hold at this item."""
        held = next((role for role in roles if role in self.found.roles), Role.ANYONE)
        return people.acting(self.person, held)

    @property
    def organizer(self) -> Any:
        """The reader as one who runs the ballot."""
        return self.acting(*listing.LEADING)

    def against(self, name: str, actor: Any, **about: Any) -> list[Refusal]:
        """Why a step may not be taken now."""
        filled = {"reason": "?", **about}
        return step.refusals(name, self.case, actor=actor, now=self.now, about=filled)

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The item as it stands."""
        found, row = self.found, self.row
        context = {
            "meeting": row.meeting, "row": row, "case": self.case, "found": found,
            "quorum": drawing.quorum(found.standing, circulation=row.meeting.circulation),
            "choices": list(reviews.CHOICES.items()),
            "tied": [(each, reviews.CHOICES[each]) for each in found.tied],
            "own": reviews.CHOICES[found.own_vote.choice] if found.own_vote else "",
            "said": decided.recommended(found.said, decider=decision.decider_of(self.case)),
            "waits": found.said is None and row.left_at is None and row.meeting.closed_at is None,
            "refused": _told(refused or []), "typed": self.request.POST,
            **self._steps(),
        }  # fmt: skip
        return frame.render(
            self.request, "meetings/item.html", context, here=listing.HERE, status=status
        )

    def again(self) -> HttpResponse:
        """Back to the item after a step."""
        return shortcuts.redirect("meeting_item", self.row.meeting_id, self.row.order)

    def _steps(self) -> dict[str, Any]:
        """What is open to the reader, and why opening or closing the ballot is not."""
        found, organizer = self.found, self.organizer
        balloting = self.row.ballot_opened_at is not None and self.row.ballot_closed_at is None
        leader, voter = self.acting(*LEADING), self.acting(*VOTING)
        someone = found.members[0] if found.members else self.person
        free = found.alternates[0] if found.alternates else self.person
        return {
            "balloting": balloting,
            "against_open": [] if balloting else self.against("open_ballot", organizer),
            "against_record": _told(self.against("record_recommendation", organizer))
            if balloting
            else [],
            "votes": balloting and not self.against("vote", voter),
            "breaks": bool(found.tied) and not self.against("break_tie", leader),
            "defers": bool(found.later) and not self.against("defer_to_next_meeting", leader),
            "calls": bool(found.alternates)
            and not self.against("call_alternate", organizer, member=free),
            "appoints": not self.against("appoint_acting_chair", organizer, member=someone),
            "objects": self.row.objected_at is None
            and not self.against("object_to_circulation", voter),
            "moves": not self.against("move_to_meeting", organizer),
        }


def _told(reasons: list[Refusal]) -> list[Refusal]:
    """Reasons as they are shown: a tie is said only once every vote is in."""
    waits = any(each.code == "votes-missing" for each in reasons)
    return [each for each in reasons if not (waits and each.code == "votes-tied")]


def begin(at: Item) -> HttpResponse:
    """Open the ballot."""
    review.open_ballot(at.case, actor=at.organizer, now=at.now)
    return at.again()


def vote(at: Item) -> HttpResponse:
    """Cast one's vote, or another instead."""
    review.vote(at.case, choice=_choice(at), actor=at.acting(*VOTING), now=at.now)
    return at.again()


def break_tie(at: Item) -> HttpResponse:
    """Decide a tied vote."""
    review.break_tie(at.case, choice=_choice(at), actor=at.acting(*LEADING), now=at.now)
    return at.again()


def record(at: Item) -> HttpResponse:
    """Close the ballot and record what the votes say."""
    review.record_recommendation(at.case, reason=_reason(at), actor=at.organizer, now=at.now)
    return at.again()


def defer(at: Item) -> HttpResponse:
    """Take the request to a later meeting."""
    review.defer_to_next_meeting(
        at.case, meeting=_meeting(at), reason=_reason(at), actor=at.acting(*LEADING), now=at.now
    )
    return shortcuts.redirect("meeting", at.row.meeting_id)


def call(at: Item) -> HttpResponse:
    """Call an alternate."""
    member = _named(at, at.found.alternates)
    review.call_alternate(at.case, member=member, actor=at.organizer, now=at.now)
    return at.again()


def appoint(at: Item) -> HttpResponse:
    """Appoint an acting chair."""
    member = _named(at, at.found.members)
    review.appoint_acting_chair(at.case, member=member, actor=at.organizer, now=at.now)
    return at.again()


def object_to(at: Item) -> HttpResponse:
    """Object to deciding between meetings."""
    review.object_to_circulation(at.case, reason=_reason(at), actor=at.acting(*VOTING), now=at.now)
    return at.again()


def move(at: Item) -> HttpResponse:
    """Take a request whose circulation failed to a meeting."""
    made = review.move_to_meeting(at.case, meeting=_meeting(at), actor=at.organizer, now=at.now)
    assert made is not None  # a meeting was named
    return shortcuts.redirect("meeting_item", made.meeting_id, made.order)


def _reason(at: Item) -> str:
    return at.request.POST.get("reason", "").strip()[:LONGEST]


def _choice(at: Item) -> Any:
    wanted = at.request.POST.get("choice", "")
    if wanted not in reviews.CHOICES:
        raise step.Refused([Refusal("choice-missing", "Choose one of the votes.")])
    return review.Choice(wanted)


def _named(at: Item, people: tuple[Any, ...]) -> Any:
    wanted = at.request.POST.get("member", "")
    found = next((each for each in people if each.public_id == wanted), None)
    if found is None:
        raise step.Refused([Refusal("nobody-chosen", "Choose somebody from the list.")])
    return found


def _meeting(at: Item) -> Any:
    wanted = at.request.POST.get("meeting", "")
    found = next((each for each in at.found.later if str(each.pk) == wanted), None)
    if found is None:
        raise step.Refused([Refusal("meeting-missing", "Choose a meeting; plan one if needed.")])
    return found


STEPS: dict[str, Callable[[Item], HttpResponse]] = {
    "open": begin, "vote": vote, "break": break_tie, "record": record, "defer": defer,
    "call": call, "appoint": appoint, "object": object_to, "move": move,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def item(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """One item of the agenda."""
    return bench.answer(Item(request, pk, order), STEPS)
