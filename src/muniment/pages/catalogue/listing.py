"""Every edition of every dataset: its state, what stands on it, and where it went."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import catalogue as actions
from muniment.pages.catalogue import forms
from muniment.pages.office import bench, housework
from muniment.pages.people import signed_in
from muniment.pages.wording import datasets
from muniment.queries.catalogue import office


class Catalog(housework.HouseDesk):
    """The catalogue of one programme."""

    ROUTE = HERE = "office_catalog"
    TEMPLATE = "catalogue/list.html"

    def __init__(self, request: HttpRequest, kept: office.Kept) -> None:
        super().__init__(request, kept.programme, kept.roles)
        self.kept = kept

    @classmethod
    def of(cls, request: HttpRequest) -> "Catalog":
        """The catalogue for whoever keeps or reads it; for everybody else there is none."""
        kept = office.find_kept(signed_in.person(request), now=timezone.now())
        if kept is None:
            raise Http404
        return cls(request, kept)

    @property
    def announcing(self) -> forms.Announce:
        """The form for a planned edition."""
        named = [(each.slug, each.title) for each in self.kept.datasets]
        return self.form("announce", forms.Announce, datasets=named)

    def context(self) -> Mapping[str, Any]:
        """The rows, and the form where the reader may announce."""
        rows = [(row, datasets.AVAILABILITY[row.status]) for row in self.kept.rows]
        may = self.may("announce_edition")
        return {"rows": rows, "form": self.announcing if may else None}


def _announce(here: Catalog) -> HttpResponse:
    form = here.announcing
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    dataset = next(each for each in here.kept.datasets if each.slug == given["dataset"])
    actions.announce_edition(
        here.programme, dataset, given["label"], note=given["note"],
        actor=here.doing("announce_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    return bench.answer(Catalog.of(request), {"announce": _announce})
