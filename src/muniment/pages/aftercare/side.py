"""A page with forms for a request's own side."""

from typing import Self

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from muniment.pages import frame
from muniment.pages.office import filling
from muniment.pages.people import signed_in
from muniment.queries import access
from muniment.rulebook.words import Refusal


class OwnSide(filling.FillingDesk):
    """A request in the hands of one of its parties; each page inherits and fills `context`."""

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        """For the parties of a request, and for nobody else."""
        sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
        if sight is None or not sight.is_party:
            raise Http404
        return cls(request, sight)

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The page under the request's name."""
        context = {"case": self.case, "refused": refused or [], **self.context()}
        context["wrong"] = self.wrong()
        return frame.render(
            self.request, self.TEMPLATE, context, here="request_list", status=status
        )
