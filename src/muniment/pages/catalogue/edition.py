"""One edition: what may be done with it, what waits because of it, and where it went."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import catalogue as actions
from muniment.pages.catalogue import forms
from muniment.pages.office import bench, housework
from muniment.pages.office.forms import Confirmed
from muniment.pages.people import signed_in
from muniment.pages.wording import datasets
from muniment.queries.catalogue import office


class Edition(housework.HouseDesk):
    """One edition of one dataset."""

    ROUTE = "office_edition"
    HERE = "office_catalog"
    TEMPLATE = "catalogue/edition.html"

    def __init__(self, request: HttpRequest, sheet: office.Sheet) -> None:
        super().__init__(request, sheet.programme, sheet.roles)
        self.sheet = sheet

    @classmethod
    def of(cls, request: HttpRequest, pk: int) -> "Edition":
        """The edition for whoever keeps or reads the catalogue; to others there is none."""
        sheet = office.find_sheet(signed_in.person(request), pk, now=timezone.now())
        if sheet is None:
            raise Http404
        return cls(request, sheet)

    @property
    def arguments(self) -> list[Any]:
        return [self.sheet.edition.pk]

    def opening(self) -> Confirmed:
        """Who confirms that it opens."""
        return self.form("open", Confirmed, seconds=self.names())

    def tightening(self) -> forms.Tighten:
        """A rule of the policy that is not on it yet."""
        rules = self.sheet.may_add.items()
        return self.form("tighten", forms.Tighten, restrictions=rules)

    def withdrawing(self) -> forms.Withdraw:
        """Why it is taken back."""
        return self.form("withdraw", forms.Withdraw)

    def correcting(self) -> forms.Correct:
        """Which edition takes its place."""
        named = [(str(each.pk), each.label) for each in self.sheet.replacements]
        return self.form("correct", forms.Correct, replacements=named)

    def context(self) -> Mapping[str, Any]:
        """The sheet, and a form for each thing that this reader may do now."""
        sheet, about = self.sheet, {"edition": self.sheet.edition, "reason": "?"}
        stands = sheet.edition.withdrawn_at is None
        replacement = next(iter(sheet.replacements), None)
        may_tighten = stands and sheet.may_add and self.may("tighten_restriction", **about)
        may_correct = stands and self.may("correct_edition", replacement=replacement, **about)
        return {
            "sheet": sheet,
            "tag": datasets.AVAILABILITY[sheet.status],
            "asked_to": forms.RECALLS.get(sheet.edition.recall, ""),
            "stands": stands,
            "holdings": list(sheet.edition.holdings.order_by("pk")),
            "open_reasons": self.against("open_edition", **about),
            "open_form": self.opening(),
            "tighten_form": self.tightening() if may_tighten else None,
            "withdraw_form": self.withdrawing() if self.may("withdraw_edition", **about) else None,
            "correct_form": self.correcting() if may_correct and replacement else None,
        }


def _open(here: Edition) -> HttpResponse:
    form = here.opening()
    if not form.is_valid():
        return here.page()
    actions.open_edition(
        here.programme, here.sheet.edition, second_person=here.second(form.cleaned_data),
        actor=here.doing("open_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


def _tighten(here: Edition) -> HttpResponse:
    form = here.tightening()
    if not form.is_valid():
        return here.page()
    actions.tighten_restriction(
        here.programme, here.sheet.edition.dataset, **form.cleaned_data,
        actor=here.doing("tighten_restriction"), now=here.now,
    )  # fmt: skip
    return here.again()


def _withdraw(here: Edition) -> HttpResponse:
    form = here.withdrawing()
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    actions.withdraw_edition(
        here.programme, here.sheet.edition, reason=given["reason"],
        recall=actions.Recall(given["recall"]), actor=here.doing("withdraw_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


def _correct(here: Edition) -> HttpResponse:
    form = here.correcting()
    if not form.is_valid():
        return here.page()
    given = form.cleaned_data
    chosen = next(each for each in here.sheet.replacements if str(each.pk) == given["replacement"])
    actions.correct_edition(
        here.programme, here.sheet.edition, chosen, reason=given["reason"],
        recall=actions.Recall(given["recall"]), actor=here.doing("correct_edition"), now=here.now,
    )  # fmt: skip
    return here.again()


STEPS = {"open": _open, "tighten": _tighten, "withdraw": _withdraw, "correct": _correct}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition."""
    return bench.answer(Edition.of(request, pk), STEPS)
