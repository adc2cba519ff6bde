"""The second person confirms here, and whoever asked takes the step from the same page."""

import re
from collections.abc import Iterator
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from muniment.actions import people
from muniment.actions.people import confirming
from muniment.pages import frame
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.pages.wording.datasets import Tag
from muniment.queries import access
from muniment.queries.house import confirmations
from muniment.queries.house import people as kept
from muniment.rulebook import reading
from muniment.rulebook.words import Refusal, Role

STATES = {
    "waits": Tag(_("Waits for an answer"), "warn"),
    "confirmed": Tag(_("Confirmed"), "good"),
    "declined": Tag(_("Declined"), "stop"),
    "used": Tag(_("Confirmed and taken"), "line"),
    "late": Tag(_("Too long ago"), "line"),
}

ROW = re.compile(r"\w+-\d+")
CHOICE = re.compile(r"[a-z]+(_[a-z]+)*")


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """What was asked of the reader, and by them."""
    person, now = signed_in.person(request), timezone.now()
    if not confirmations.holds_office(person, now=now):
        raise Http404
    rows = [(each, STATES[each.state]) for each in confirmations.list_asked(person, now=now)]
    context = {
        "mine": [pair for pair in rows if pair[0].is_mine],
        "others": [pair for pair in rows if not pair[0].is_mine],
    }
    return frame.render(request, "office/confirmations.html", context, here="office_queue")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them."""
    return bench.answer(Bench(request, pk), STEPS)


class Bench:
    """One question in the hands of one of its two people."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.request, self.now = request, timezone.now()
        self.person = signed_in.person(request)
        asked = confirmations.find_asked(self.person, pk, now=self.now)
        if asked is None:
            raise Http404
        self.asked, self.row = asked, asked.row

    def page(self, *, refused: list[Refusal] | None = None, status: int = 200) -> HttpResponse:
        """The question, what was typed, and what may be done about it."""
        context = {
            "asked": self.asked,
            "row": self.row,
            "tag": STATES[self.asked.state],
            "typed": list(_told(self.row.typed)),
            "again": self.row.typed,
            "person": self._about(),
            "readable": self._readable(),
            "refused": refused or [],
        }
        return frame.render(
            self.request, "office/confirmation.html", context, here="office_queue", status=status
        )

    def _about(self) -> Any:
        """Whose sheet it was asked on, where it was one: what is typed there names nobody."""
        try:
            page = resolve(self.row.path.partition("?")[0])
        except Resolver404:
            return None
        if page.url_name != "office_person":
            return None
        return kept.find_person(page.kwargs["public_id"])

    def _readable(self) -> bool:
        """Whether the reader's own office opens the request, too."""
        if self.row.case is None:
            return False
        sight = access.find_sight(self.person, self.row.case.reference, now=self.now)
        return sight is not None and sight.is_office

    @property
    def actor(self) -> Any:
        """The reader in an office of theirs in which one may confirm."""
        held = access.offices_by_programme(self.person, now=self.now)
        mine = held.get(self.row.programme_id, frozenset())
        by = reading.STEPS["confirm_as_second_person"].by
        return people.acting(self.person, next((r for r in by if r in mine), Role.ANYONE))

    def again(self) -> HttpResponse:
        """Back to the page after an answer."""
        return shortcuts.redirect("confirmation", self.row.pk)


def _told(typed: list[list[str]]) -> Iterator[tuple[str, str]]:
    """What was typed, as words; of a row of a list in the form only where it says something.

    What the form calls its fields is not kept, so their names stand for it.
    """
    said = {name.rpartition("-")[0] for name, value in typed if value and name.endswith("-text")}
    for name, value in typed:
        row, _dash, field = name.rpartition("-")
        empty_row = ROW.fullmatch(row) is not None and row not in said
        if value and not (name in bench.CARRIED or field.isupper() or empty_row):
            plain = value.replace("_", " ") if CHOICE.fullmatch(value) else value
            yield field.replace("_", " ").capitalize(), plain


def _confirm(here: Bench) -> HttpResponse:
    confirming.confirm_as_second_person(here.row, actor=here.actor, now=here.now)
    return here.again()


def _decline(here: Bench) -> HttpResponse:
    confirming.decline_to_confirm(here.row, actor=here.actor, now=here.now)
    return here.again()


STEPS = {"confirm": _confirm, "decline": _decline}
