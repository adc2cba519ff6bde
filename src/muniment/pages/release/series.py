"""A standing request: each edition of its series, and how far its delivery is; on both sides."""

from collections.abc import Mapping
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import release
from muniment.actions.release import standing
from muniment.pages.aftercare import side
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.pages.release import forms
from muniment.pages.wording.datasets import Tag
from muniment.programme import fees
from muniment.queries import release as releases
from muniment.rulebook import reading

STATES = {
    "looked_at": Tag(_("Being looked at"), "info"),
    "fault": Tag(_("Cannot be counted"), "stop"),
    "to_confirm": Tag(_("To confirm"), "warn"),
    "to_price": Tag(_("To price"), "warn"),
    "to_build": Tag(_("To build"), "info"),
    "building": Tag(_("Building"), "info"),
    "released": Tag(_("Released"), "good"),
}
CONFIRM, PRICE = "confirm_standing_delivery", "price_standing_delivery"
END = "end_standing_request"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def own(request: HttpRequest, reference: str) -> HttpResponse:
    """What a party sees of the series, and its end before the date."""
    return bench.answer(Own.of(request, reference), {"end": _end})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def office(request: HttpRequest, reference: str) -> HttpResponse:
    """What the office sees and decides of each delivery."""
    steps = {"confirm": _confirm, "price": _price, "again": _again, "end": _end}
    return bench.answer(Office.of(request, reference), steps)


class Asked(filling.FillingDesk):
    """A series that was asked for; there is none where one delivery was."""

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        found = super().of(request, reference)
        if releases.asked_until(found.case) is None:
            raise Http404
        return found


class Own(Asked, side.OwnSide):
    """The series in the hands of one of the parties."""

    TAB = "request_series"
    TEMPLATE = "release/series_own.html"

    def context(self) -> Mapping[str, Any]:
        """Without figures: those are the office's."""
        return {
            "until": releases.asked_until(self.case),
            "rows": [
                {"row": each.row, "tag": STATES[state_of(each)]}
                for each in releases.list_standing(self.case)
            ],
            "end_form": _end_form(self),
        }


class Office(Asked):
    """The series on the desk of one of the office."""

    TAB = "office_series"
    TEMPLATE = "release/series.html"

    def context(self) -> Mapping[str, Any]:
        rows = [self._drawn(each) for each in releases.list_standing(self.case)]
        wrong = self.wrong()
        filled = next((each for each in rows if each["confirm_form"] or each["may_price"]), None)
        return {
            "until": releases.asked_until(self.case),
            "rows": rows,
            "first": filled["row"].pk if filled else None,
            "end_form": _end_form(self),
            "form": wrong[0] if wrong else None,
        }

    def _drawn(self, each: releases.Standing) -> dict[str, Any]:
        """What is known of a delivery, and the steps on it that are open to this reader."""
        row, about = each.row, standing.about_of(each.row)
        confirms = row.confirmed_at is None and not row.error
        against = self.against(CONFIRM, *reading.STEPS[CONFIRM].by, **about) if confirms else []
        theirs = any(reason.code == "not-your-step" for reason in against)
        open_ = confirms and not against
        return {
            "row": row,
            "tag": STATES[state_of(each)],
            "says": each.figures.protected["matching"]["says"] if each.figures else "",
            "risk": sorted(row.risk.items()),
            "total": _total(row),
            "reasons": [] if theirs or not row.risk else against,
            "confirm_form": self.form(f"confirm-{row.pk}", forms.Reason) if open_ else None,
            "may_price": row.priced_at is None and self.may(PRICE, **about),
            "may_look": bool(row.error) and self.looks(),
        }

    def looks(self) -> bool:
        """Whether it is this reader's work to have it counted again."""
        return not self.sight.roles.isdisjoint(standing.COUNTING)

    def row(self) -> Any:
        """The delivery that a form is about."""
        key = filling.key_of(self.request.POST.get("delivery", ""))
        found = releases.find_delivery_of(self.case, key) if key is not None else None
        if found is None:
            raise Http404
        return found


def state_of(each: releases.Standing) -> str:
    """How far a delivery is, in a word."""
    if each.build is not None:
        return "released" if each.build.released_at else "building"
    if each.ready:
        return "to_build"
    if each.row.confirmed_at is not None:
        return "to_price"
    if each.row.error:
        return "fault"
    return "to_confirm" if each.row.risk else "looked_at"


def _total(row: Any) -> str:
    estimate = row.estimate
    return fees.written(estimate.total_minor, estimate.currency) if estimate else ""


def _end_form(desk: filling.FillingDesk) -> Any:
    ends = releases.standing_until(desk.case) is not None and desk.may(END, reason="?")
    return desk.form("end", forms.Reason) if ends else None


def _end(desk: filling.FillingDesk) -> HttpResponse:
    given = desk.given(desk.form("end", forms.Reason))
    if given is None:
        return desk.page()
    release.end_standing_request(desk.case, actor=desk.doing(END), now=desk.now, **given)
    return desk.again()


def _confirm(desk: Office) -> HttpResponse:
    row = desk.row()
    given = desk.given(desk.form(f"confirm-{row.pk}", forms.Reason))
    if given is None:
        return desk.page()
    release.confirm_standing_delivery(row, actor=desk.doing(CONFIRM), now=desk.now, **given)
    return desk.again()


def _price(desk: Office) -> HttpResponse:
    release.price_standing_delivery(desk.row(), actor=desk.doing(PRICE), now=desk.now)
    return desk.again()


def _again(desk: Office) -> HttpResponse:
    actor = desk.acting(*standing.COUNTING)
    release.ask_to_look_again(desk.row(), actor=actor, now=desk.now)
    return desk.again()
