"""Where the committee's outcome is final, its chair signs it, here."""

from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import people, step
from muniment.pages.decision import deciding, steps
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries import roster
from muniment.queries.review import place
from muniment.rulebook.words import Role


class ChairsDecision(deciding.Deciding):
    """A request in the hands of whoever leads the committee on it."""

    TAB = "decision_chair"
    TEMPLATE = "decision/chair.html"

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        """For the chair and an acting chair who have declared no conflict; for nobody else."""
        found = place.find_place(signed_in.person(request), reference, now=timezone.now())
        if found is None or found.word is None:
            raise Http404
        here = cls(request, found.sight)
        if here.decider is not Role.CHAIR or here.leading is None:
            raise Http404
        return here

    @property
    def leading(self) -> Role | None:
        """Whether the reader leads as the chair, or as one who acts for the chair."""
        for role in (Role.CHAIR, Role.ACTING_CHAIR):
            if role in self.sight.roles:
                return role
        return Role.ACTING_CHAIR if roster.find_acting_chair(self.case) == self.person else None

    @property
    def preparing(self) -> Any:
        return people.acting(self.person, self.leading or Role.ANYONE)

    def doing(self, name: str) -> Any:
        return self.preparing

    def against(self, name: str, *roles: Role, **about: Any) -> Any:
        return step.refusals(name, self.case, actor=self.preparing, now=self.now, about=about)

    def may(self, paper: Any) -> dict[str, bool]:
        return {**super().may(paper), "keep": True}


@require_http_methods(["GET", "POST"])
@signed_in.only
def decision(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision of one request, at the chair's place."""
    return bench.answer(ChairsDecision.of(request, reference), steps.STEPS)
