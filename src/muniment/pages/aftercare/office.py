"""After the release, in the office: duties, access that stops, the register, the end."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import aftercare
from muniment.pages.aftercare import forms, own
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.queries import aftercare as queries
from muniment.queries import decision, schedule
from muniment.rulebook import reading
from muniment.rulebook.words import Stage


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def after(request: HttpRequest, reference: str) -> HttpResponse:
    """One request after its release."""
    return bench.answer(After.of(request, reference), STEPS)


class After(filling.FillingDesk):
    """What the office sees and decides after a release."""

    TAB = "office_after"
    TEMPLATE = "aftercare/office.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        others = decision.second_people(self.case, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}

    def context(self) -> Mapping[str, Any]:
        """Everything there is, and the forms of the steps that are open to this reader."""
        found = queries.of_case(self.case, today=schedule.today(self.case, self.now))
        return {
            "after": found,
            "begun": Stage(self.case.stage) in queries.STAGES,
            "forms": {name: self.filled(name) for name in FORMS if self._open(name, found)},
            "publishes": found.entry is None and self.may("publish_register_entry"),
            "closes": self.against("accept_close_out", *reading.STEPS["accept_close_out"].by),
            "closing": self.case.stage == Stage.CLOSE_OUT,
            "leaves": self.may("end_persons_access"),
            "wrong": self.wrong(),
        }

    def filled(self, name: str) -> Any:
        """The form of a step, filled in where it was posted."""
        more: dict[str, Any] = {}
        if name in CONFIRMED:
            more["others"] = [(key, each.name) for key, each in self.others.items()]
        if name == "correct_register_entry":
            entry = queries.find_entry(self.case)
            more["initial"] = {"title": entry.title, "summary": entry.summary} if entry else {}
        return self.form(name, FORMS[name], **more)

    def _open(self, name: str, found: queries.Aftercare) -> bool:
        if name == "correct_register_entry" and found.entry is None:
            return False
        second = next(iter(self.others.values()), None)
        return self.may(name, reason="?", notice="?", second_person=second)


def _taken(name: str) -> Any:
    def take(desk: After) -> HttpResponse:
        given = desk.given(desk.filled(name))
        if given is None:
            return desk.page()
        if name in CONFIRMED:
            given["second_person"] = desk.others.get(given["second_person"])
        getattr(aftercare, name)(desk.case, actor=desk.doing(name), now=desk.now, **given)
        return desk.again()

    return take


def _plain(name: str) -> Any:
    def take(desk: After) -> HttpResponse:
        getattr(aftercare, name)(desk.case, actor=desk.doing(name), now=desk.now)
        return desk.again()

    return take


FORMS: dict[str, type[Form]] = {
    "suspend_access": forms.Reason,
    "lift_suspension": forms.Lifting,
    "revoke": forms.Revocation,
    "record_audit": forms.Audit,
    "correct_register_entry": forms.Entry,
    "grant_retention": forms.Granting,
    "refuse_retention": forms.Reason,
}
CONFIRMED = ("lift_suspension", "revoke", "grant_retention")
STEPS = {
    **{name: _taken(name) for name in FORMS},
    "publish_register_entry": _plain("publish_register_entry"),
    "accept_close_out": _plain("accept_close_out"),
    "end_persons_access": own.leaves,
}
