"""A change, renewal or appeal in the office: accepted, certified, decided, and applied."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions import step
from muniment.actions.case import children
from muniment.pages.children import forms
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.queries import decision
from muniment.queries.timeline import children as queries
from muniment.rulebook.words import Stage

PLAIN = {
    "accept_notified_change": _("Accept the change of people or dates"),
    "certify_renewal": _("Certify it, for its determination"),
    "send_appeal_to_hearing": _("Send it to its hearing"),
}
DECIDES: Mapping[str, tuple[type[django_forms.Form], Any]] = {
    "grant_amendment": (forms.Decision, _("Grant the amendment")),
    "grant_amendment_by_office": (forms.ByOffice, _("Grant the amendment")),
    "refuse_amendment": (forms.Decision, _("Refuse the amendment")),
    "refuse_amendment_by_office": (forms.ByOffice, _("Refuse the amendment")),
    "grant_renewal": (forms.Longer, _("Grant the renewal")),
    "refuse_renewal": (forms.Decision, _("Refuse the renewal")),
    "uphold_appeal": (forms.Decision, _("Uphold the appeal")),
    "dismiss_appeal": (forms.Decision, _("Dismiss the appeal")),
}
APPLIES = (
    "apply_notified_change", "apply_amendment", "apply_amendment_while_active", "extend_term",
    "reopen_denied_after_appeal", "reopen_policy_after_appeal",
    "reopen_availability_after_appeal", "reopen_revoked_after_appeal",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """The tab of a request that hangs on another."""
    return bench.answer(Change.of(request, reference), STEPS)


class Change(filling.FillingDesk):
    """A child case on the desk of whoever certifies or decides it."""

    TAB = "office_change"
    TEMPLATE = "children/office.html"

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        """As every tab, where the request hangs on another."""
        found = super().of(request, reference)
        if found.case.parent is None:
            raise Http404
        return found

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        others = decision.second_people(self.case, self.person, now=self.now)
        self.others = {each.public_id: each for each in others}

    def context(self) -> Mapping[str, Any]:
        """What hangs on what, the buttons, and the forms of the decision."""
        decides = [
            {"name": name, "form": self.filled(name), "label": label}
            for name, (_kind, label) in DECIDES.items()
            if self._open(name)
        ]
        plain = [(name, label) for name, label in PLAIN.items() if self.may(name)]
        assert self.case.parent is not None  # `of` looked
        return {
            "origin": self.case.parent,
            "origin_stage": Stage(self.case.parent.stage).label,
            "outcome": queries.find_outcome(self.case.parent),
            "plain": plain,
            "decides": decides,
            "applies": self.applies() is not None,
            "wrong": self.wrong(),
        }

    def filled(self, name: str) -> Any:
        """The form of a decision, filled in where it was posted."""
        kind, _label = DECIDES[name]
        if kind is forms.ByOffice:
            return self.form(
                name, kind, others=[(key, each.name) for key, each in self.others.items()]
            )
        return self.form(name, kind)

    def applies(self) -> str | None:
        """The step that brings what was granted to the parent, if the reader may take one."""
        for name in APPLIES:
            actor, about = self.doing(name), {"child": self.case}
            assert self.case.parent is not None  # `of` looked
            if not step.refusals(name, self.case.parent, actor=actor, now=self.now, about=about):
                return name
        return None

    def _open(self, name: str) -> bool:
        second = next(iter(self.others.values()), None)
        return self.may(name, reason="?", notice="?", outcome="?", second_person=second)


def _plain(name: str) -> Any:
    def take(desk: Change) -> HttpResponse:
        getattr(children, name)(desk.case, actor=desk.doing(name), now=desk.now)
        return desk.again()

    return take


def _decided(name: str) -> Any:
    def take(desk: Change) -> HttpResponse:
        given = desk.given(desk.filled(name))
        if given is None:
            return desk.page()
        if "second_person" in given:
            given["second_person"] = desk.others.get(given["second_person"])
        getattr(children, name)(desk.case, actor=desk.doing(name), now=desk.now, **given)
        return desk.again()

    return take


def _apply(desk: Change) -> HttpResponse:
    name = desk.applies()
    if name is None:
        raise Http404
    getattr(children, name)(desk.case, actor=desk.doing(name), now=desk.now)
    return desk.again()


STEPS = {
    **{name: _plain(name) for name in PLAIN},
    **{name: _decided(name) for name in DECIDES},
    "apply": _apply,
}
