"""The committee's seats: who sits until when, and the two steps that change it."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muniment.actions import programme as actions
from muniment.pages.office import bench, housework
from muniment.pages.office.forms import choose
from muniment.pages.people import signed_in
from muniment.pages.settings import forms
from muniment.queries import editions
from muniment.queries.house import settings as kept
from muniment.queries.house import staffing
from muniment.rulebook import reading
from muniment.rulebook.words import Role


class Roster(housework.HouseDesk):
    """The seats of one committee."""

    ROUTE = "settings_roster"
    HERE = "settings"
    TEMPLATE = "settings/roster.html"

    @classmethod
    def of(cls, request: HttpRequest) -> "Roster":
        """For the administrator and the chair, and for the auditor to read."""
        home = kept.find_home(signed_in.person(request), kept.SEATING, now=timezone.now())
        if home is None:
            raise Http404
        return cls(request, *home)

    def seating(self) -> forms.Seat:
        """Who is seated; the term begins today unless another day is given."""
        initial = {"from_on": editions.today(self.programme, self.now)}
        form = self.form("seat", forms.Seat, seconds=self.names(), initial=initial)
        named = kept.seats_named(self.programme)
        choose(form, "fills", [("", _("None of them")), *named.items()])
        return form

    def context(self) -> Mapping[str, Any]:
        """The seats, and the forms of who may change them."""
        today = editions.today(self.programme, self.now)
        may_end = self.may("end_seat", reason="?")
        seats = kept.list_seats(self.programme, today=today)
        named = kept.seats_named(self.programme)
        staff = staffing.staff_of(self.programme, today=today)
        rule = staff.bundle["committee"]
        seats_by = reading.STEPS["seat_member"].by
        return {
            "seats": [
                (seat, _label(seat), named.get(seat.grant.seat, ""), staff.lost_with(seat.grant))
                for seat in seats
            ],
            "empty": staff.empty_seats(),
            "lacking": staff.lacking(),
            "may_end": may_end,
            "form": None if self.roles.isdisjoint(seats_by) else self.seating(),
            "term_years": rule["term_years"],
            "at_least": rule["quorum"]["at_least"],
        }


def _label(seat: kept.Seat) -> Any:
    return forms.SEATS["alternate" if seat.grant.alternate else seat.grant.role]


def _seat(here: Roster) -> HttpResponse:
    form = here.seating()
    if not form.is_valid():
        return here.page()
    person = kept.find_person(form.cleaned_data["email"])
    if person is None:
        form.add_error("email", _("Nobody with this address has an account here."))
        return here.page()
    given = form.cleaned_data
    alternate = given["seat"] == "alternate"
    actions.seat_member(
        person, Role.MEMBER if alternate else Role(given["seat"]), programme=here.programme,
        from_on=given["from_on"], until_on=given["until_on"], alternate=alternate,
        seat=given["fills"], second_person=here.second(given), actor=here.doing("seat_member"),
        now=here.now,
    )  # fmt: skip
    return here.again()


def _end(here: Roster) -> HttpResponse:
    seat = kept.find_seat(here.programme, here.request.POST.get("seat", ""))
    if seat is None:
        raise Http404
    reason = here.request.POST.get("reason", "")
    actions.end_seat(seat, reason=reason, actor=here.doing("end_seat"), now=here.now)
    return here.again()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def roster(request: HttpRequest) -> HttpResponse:
    """The seats."""
    return bench.answer(Roster.of(request), {"seat": _seat, "end": _end})
