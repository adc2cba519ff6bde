"""An appeal or a renewal at the chair's place, heard by who took no part in the outcome."""

from collections.abc import Mapping
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import people, step
from muniment.pages.application import answers
from muniment.pages.children import deciding, opening
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import access, application
from muniment.queries.review import place
from muniment.rulebook.words import Refusal, Role

AGAINST = {"appeal": "dismiss_appeal", "renewal": "refuse_renewal"}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def hearing(request: HttpRequest, reference: str) -> HttpResponse:
    """The hearing, for who leads the committee; before their word on conflicts, the way there."""
    found = place.find_place(signed_in.person(request), reference, now=timezone.now())
    if found is None or not found.leads or found.case.child_kind not in access.HEARD:
        raise Http404
    if found.word is None:
        return shortcuts.redirect("review_conflict", reference)
    return bench.answer(Hearing(request, found), deciding.STEPS)


class Hearing(deciding.Change):
    """What hangs on a request, in the hands of whoever leads the committee."""

    TAB = "hearing"
    TEMPLATE = "children/hearing.html"

    def __init__(self, request: HttpRequest, at: place.Place) -> None:
        super().__init__(request, at.sight)
        self.role = at.role

    def doing(self, name: str) -> Any:
        return people.acting(self.person, self.role)

    def against(self, name: str, *roles: Role, **about: Any) -> list[Refusal]:
        return step.refusals(name, self.case, actor=self.doing(name), now=self.now, about=about)

    def context(self) -> Mapping[str, Any]:
        """As in the office, with what was written, and why it may be for others to hear."""
        drawn = super().context()
        waits = access.is_heard(self.case) and not drawn["decides"]
        named = {"reason": "?", "notice": "?", "outcome": "?"}
        return {
            **drawn,
            "sections": answers.read(application.form_of(self.case)),
            "reasons": self.against(AGAINST[self.case.child_kind], **named) if waits else [],
            "kind": opening.KINDS[self.case.child_kind],
        }
