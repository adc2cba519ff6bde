"""The first tab: what is asked for, whose turn it is, who has it in hand, what the office noted."""

import functools
from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import case as course
from muniment.actions import people
from muniment.pages.office import bench, filling, forms, rows
from muniment.pages.people import signed_in
from muniment.queries import office, queue
from muniment.queries.house import duplicates
from muniment.queries.house import people as kept
from muniment.rulebook import reading, words
from muniment.rulebook.words import Role

REOPENING = {
    "reopen_lapsed": course.reopen_lapsed,
    "reopen_withdrawn": course.reopen_withdrawn,
    "reopen_approved": course.reopen_approved,
    "reopen_not_available": course.reopen_not_available,
    "reopen_denied_on_policy": course.reopen_denied_on_policy,
    "reopen_denied": course.reopen_denied,
}
"""The steps that take an ended request up again; the rulebook says which of them is open."""
MEANS: dict[str, Promise] = {"note": _("Note"), "call": _("Phone call"), "letter": _("Letter")}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """One request in the office."""
    return bench.answer(Overview.of(request, reference), STEPS)


class Overview(filling.FillingDesk):
    """The request as its applicant sent it, with what the line made of it."""

    TAB = "office_request"
    TEMPLATE = "office/overview.html"

    def context(self) -> Mapping[str, Any]:
        """Who has it in hand, what holds it, what was noted, and the forms for more."""
        return {
            "hands": [{"name": rows.hand(each), "role": each.role.label} for each in self.hands],
            "forms": self._forms(),
            "holds": self._holds(),
            "keeps_people": not self.sight.roles.isdisjoint(kept.READING),
            "reopening": self._reopening(),
            "notes": [
                {"note": each, "means": MEANS[each.means]} for each in office.list_notes(self.sight)
            ],
            "alike": duplicates.list_like(self.sight, person=self.person, now=self.now),
            "may_take": self.taking() is not None,
            "may_remind": self.may("remind"),
            "wrong": self.wrong(),
        }

    @functools.cached_property
    def hands(self) -> tuple[queue.Hand, ...]:
        """Who has it in hand."""
        return office.list_hands(self.case, now=self.now)

    @functools.cached_property
    def in_office(self) -> list[office.Candidate]:
        """Who could be given it."""
        return office.list_candidates(self.case, now=self.now)

    def taking(self) -> Any:
        """The reader in the office in which they may take it, that of the turn first, or None."""
        held = [role for role in reading.STEPS["take"].by if role in self.sight.roles]
        for role in sorted(held, key=lambda role: role is not self.turn.role):
            if not self.against("take", role):
                return people.acting(self.person, role)
        return None

    def candidates(self, *, peers: bool) -> dict[str, office.Candidate]:
        """Who may be given the request, by what a form posts; peers: by who has it themselves."""
        found = self.in_office
        if peers:
            held = {hand.role for hand in self.hands if hand.person == self.person}
            found = [each for each in found if each.role in held and each.person != self.person]
        return {f"{each.role.value}:{each.person.public_id}": each for each in found}

    def giving(self, name: str) -> forms.Assign | None:
        """The form by which it is given to somebody; None where the reader gives it to nobody."""
        found = self.candidates(peers=name == "hand_over")
        named = [(key, f"{each.person.name}, {each.role.label}") for key, each in found.items()]
        if not named:
            return None
        some = next(iter(found.values()))
        role = some.role if name == "hand_over" else Role.COORDINATOR
        if self.against(name, role, member=some.person, reason="?"):
            return None
        return self.form(name, GIVING[name], candidates=named)

    def _forms(self) -> dict[str, django_forms.Form]:
        """The forms of the steps that are open to the reader now, with what was typed."""
        found: dict[str, django_forms.Form | None] = {
            name: self.giving(name) for name in ("assign", "hand_over")
        }
        if self.may("place_hold", reason="?"):
            found["hold"] = self.form("hold", forms.Hold)
        if self.may("write_note"):
            found["note"] = self.form("note", forms.Note)
        if self.may("record_contact"):
            found["contact"] = self.form("contact", forms.Contact)
        return {name: form for name, form in found.items() if form is not None}

    def _holds(self) -> list[dict[str, Any]]:
        """What holds the request, each with the form that lifts it where the reader may."""
        standing = office.list_holds(self.case)
        lifting = bool(standing) and self.may("lift_hold", reason="?")
        return [
            {"hold": hold, "form": self.form(f"lift-{hold.pk}", forms.Reason) if lifting else None}
            for hold in standing
        ]

    def _reopening(self) -> django_forms.Form | None:
        return self.form("reopen", forms.Reason) if self.reopens() else None

    def reopens(self) -> str:
        """The step by which the reader may take the ended request up again; empty for none."""
        if words.Stage(self.case.stage) not in words.ENDS:
            return ""
        return next((name for name in REOPENING if self.may(name, reason="?")), "")


def _take(desk: Overview) -> HttpResponse:
    actor = desk.taking() or desk.doing("take")
    course.take(desk.case, actor=actor, now=desk.now)
    return desk.again()


def _assign(desk: Overview) -> HttpResponse:
    return _give(desk, "assign")


def _hand_over(desk: Overview) -> HttpResponse:
    return _give(desk, "hand_over")


def _give(desk: Overview, name: str) -> HttpResponse:
    form = desk.giving(name)
    if form is None:
        raise Http404
    given = desk.given(form)
    if given is None:
        return desk.page()
    chosen = desk.candidates(peers=name == "hand_over")[given["to"]]
    if name == "assign":
        actor = desk.doing("assign")
        course.assign(desk.case, chosen.person, chosen.role, actor=actor, now=desk.now)
    else:
        course.hand_over(
            desk.case, chosen.person, actor=people.acting(desk.person, chosen.role),
            now=desk.now, reason=given["reason"],
        )  # fmt: skip
    return desk.again()


def _hold(desk: Overview) -> HttpResponse:
    given = desk.given(desk.form("hold", forms.Hold))
    if given is None:
        return desk.page()
    course.place_hold(
        desk.case, actor=desk.doing("place_hold"), now=desk.now,
        reason=given["reason"], until_on=given["until_on"],
    )  # fmt: skip
    return desk.again()


def _lift(desk: Overview) -> HttpResponse:
    name = desk.request.POST.get("form", "")
    hold = office.find_hold(desk.case, filling.key_of(name.removeprefix("lift-")) or 0)
    if hold is None:
        raise Http404
    given = desk.given(desk.form(name, forms.Reason))
    if given is None:
        return desk.page()
    course.lift_hold(hold, actor=desk.doing("lift_hold"), now=desk.now, reason=given["reason"])
    return desk.again()


def _reopen(desk: Overview) -> HttpResponse:
    name = desk.reopens()
    if not name:
        raise Http404
    given = desk.given(desk.form("reopen", forms.Reason))
    if given is None:
        return desk.page()
    REOPENING[name](desk.case, actor=desk.doing(name), now=desk.now, reason=given["reason"])
    return desk.again()


def _note(desk: Overview) -> HttpResponse:
    given = desk.given(desk.form("note", forms.Note))
    if given is None:
        return desk.page()
    course.write_note(desk.case, given["text"], actor=desk.doing("write_note"), now=desk.now)
    return desk.again()


def _contact(desk: Overview) -> HttpResponse:
    given = desk.given(desk.form("contact", forms.Contact))
    if given is None:
        return desk.page()
    course.record_contact(
        desk.case, given["text"], actor=desk.doing("record_contact"), now=desk.now,
        happened_on=given["happened_on"], means=given["means"],
    )  # fmt: skip
    return desk.again()


def _remind(desk: Overview) -> HttpResponse:
    course.remind(desk.case, actor=desk.doing("remind"), now=desk.now)
    return desk.again()


GIVING: dict[str, type[forms.Assign]] = {"assign": forms.Assign, "hand_over": forms.HandOver}
STEPS = {
    "take": _take,
    "assign": _assign,
    "hand_over": _hand_over,
    "hold": _hold,
    "lift": _lift,
    "reopen": _reopen,
    "note": _note,
    "contact": _contact,
    "remind": _remind,
}
