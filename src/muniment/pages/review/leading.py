"""Who reviews: for whoever leads the committee, and for the office on its own tab."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import review, step
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, table
from muniment.queries.review import readers as queries
from muniment.rulebook import reading
from muniment.rulebook.words import Refusal

LONGEST = 4000


class Leads(Protocol):
    """What both pages give: a request in the hands of somebody who organizes."""

    request: HttpRequest
    case: Any
    person: Any
    now: Any

    @property
    def leader(self) -> Any:
        """The actor who asks for reviews and recuses."""

    def again(self) -> HttpResponse:
        """Back to the page."""


class Readers(table.Table):
    """The chair's own page."""

    TAB = "review_readers"
    TEMPLATE = "review/readers_page.html"
    LEADERS = True

    @property
    def leader(self) -> Any:
        """The chair, or who acts as one."""
        return self.actor

    def context(self) -> Mapping[str, Any]:
        return context(self)


@require_http_methods(["GET", "POST"])
@signed_in.only
def readers(request: HttpRequest, reference: str) -> HttpResponse:
    """Who reviews one request."""
    return table.answer(Readers, request, reference, STEPS)


def context(at: Leads) -> dict[str, Any]:
    """The roster at this request, and what may be done about it."""
    found = queries.readers_of(at.case, reader=at.person, now=at.now)
    assignable = queries.list_assignable(at.case, now=at.now)
    someone = assignable[0] if assignable else at.person
    about = {"member": someone, "reason": "?"}
    asked = {"actor": at.leader, "now": at.now, "about": about}
    return {
        "readers": found,
        "rows": [{"reader": one, "tag": drawing.DECLARED[one.declared]} for one in found.rows],
        "assignable": assignable,
        "recusable": queries.list_recusable(at.case, now=at.now),
        "kinds": drawing.KINDS_OF_OTHERS,
        "running": at.case.stage in reading.STEPS["recuse"].at,
        "against_assign": step.refusals("assign_reviewer", at.case, **asked),
        "against_recuse": step.refusals("recuse", at.case, **asked),
        "typed_reason": at.request.POST.get("reason", ""),
    }


def assign(at: Leads) -> HttpResponse:
    """Ask a member for a review."""
    people = queries.list_assignable(at.case, now=at.now)
    member = _named(people, at.request.POST.get("member", ""))
    review.assign_reviewer(at.case, member=member, actor=at.leader, now=at.now)
    return at.again()


def recuse(at: Leads) -> HttpResponse:
    """Recuse somebody whose conflict has become known."""
    sent = at.request.POST
    member = _named(queries.list_recusable(at.case, now=at.now), sent.get("member", ""))
    kind = sent.get("kind", "")
    if kind not in drawing.KINDS_OF_OTHERS:
        message = "Choose what kind of conflict it is."
        raise step.Refused([Refusal("kind-missing", message)])
    reason = sent.get("reason", "").strip()[:LONGEST]
    review.recuse(
        at.case, member=member, reason=reason, kind=review.Kind(kind),
        actor=at.leader, now=at.now,
    )  # fmt: skip
    return at.again()


def _named(people: list[Any], public_id: str) -> Any:
    """The one who was chosen from the list; raises Refused for anybody else."""
    found = next((each for each in people if each.public_id == public_id), None)
    if found is None:
        raise step.Refused([Refusal("nobody-chosen", "Choose somebody from the list.")])
    return found


STEPS = {"assign": assign, "recuse": recuse}
