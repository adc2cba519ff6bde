"""A word on conflicts of interest, before anything but title, team and institutions is shown."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import review, step
from muniment.pages.people import signed_in
from muniment.pages.review import drawing, table
from muniment.queries import access, editions, timeline
from muniment.queries.review import hints
from muniment.rulebook.words import Refusal

LONGEST = 4000


class Conflict(table.Table):
    """The cover, what might tie the member to it, and three answers."""

    TAB = "review_conflict"
    TEMPLATE = "review/conflict.html"
    BEFORE_WORD = True

    def context(self) -> Mapping[str, Any]:
        sent = self.request.POST
        found = hints.list_hints(self.at, now=self.now)
        return {
            "cover": timeline.cover_of(self.at.sight),
            "counts": editions.bundle_of(self.case.edition)["committee"].get("conflict", ()),
            "hints": drawing.hints(found),
            "kinds": drawing.KINDS,
            "typed": {key: sent.get(key, "") for key in ("said", "kind", "interest", "reason")},
        }


@require_http_methods(["GET", "POST"])
@signed_in.only
def conflict(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare."""
    return table.answer(Conflict, request, reference, STEPS)


def _declare(at: Conflict) -> HttpResponse:
    sent, by = at.request.POST, at.by
    said, kind = sent.get("said"), sent.get("kind", "")
    if said == "conflict":
        _unless(kind in drawing.KINDS, "kind-missing", "Choose what kind of conflict it is.")
        _unless(sent.get("reason", "").strip() != "", "reason-missing", "Say in a few words why.")
        reason = sent["reason"].strip()[:LONGEST]
        review.declare_conflict(at.case, reason=reason, kind=review.Kind(kind), **by)
        return at.again("review")
    _unless(said in ("none", "interest"), "word-missing", "Choose one of the three answers.")
    interest = sent.get("interest", "").strip()[:LONGEST] if said == "interest" else ""
    _unless(said == "none" or interest != "", "interest-missing", "Say what your interest is.")
    review.declare_no_conflict(at.case, interest=interest, **by)
    review.read_papers(at.case, **by)
    return at.again("hearing" if access.is_heard(at.case) else "review")


def _unless(given: bool, code: str, message: str) -> None:
    if not given:
        raise step.Refused([Refusal(code, message)])


STEPS = {"declare": _declare}
