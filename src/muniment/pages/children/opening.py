"""Ask to change, renew or appeal: what is under way, and a form for each that may begin now."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms, shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from muniment.actions.case import children
from muniment.pages.aftercare import side
from muniment.pages.aftercare.forms import long_text
from muniment.pages.office import bench
from muniment.pages.people import signed_in
from muniment.queries.timeline import children as queries
from muniment.rulebook.words import Role, Stage

KINDS = {
    "amendment": _("Amendment"),
    "renewal": _("Renewal"),
    "appeal": _("Appeal"),
    "resubmission": _("New request"),
}
"""A child's kind in words."""


class Change(forms.Form):
    """What is to change."""

    reason = long_text(
        _("What is to change, and why?"),
        _("People, dates, data or purpose. You make the change itself in the draft that follows."),
    )


class Renewal(forms.Form):
    """Why more time is needed."""

    reason = long_text(_("Why is more time needed, and until when?"))


class Appeal(forms.Form):
    """What was wrong with the outcome."""

    reason = long_text(
        _("What is wrong with the outcome?"), _("It is read by people who took no part in it.")
    )


class Again(forms.Form):
    """What is new."""

    reason = long_text(_("What will be different?"))


FORMS: Mapping[str, tuple[type[forms.Form], Any, Any]] = {
    "open_amendment": (Change, _("Change this request"), _("Begin the change")),
    "open_renewal": (Renewal, _("Renew the agreement"), _("Begin the renewal")),
    "open_appeal": (Appeal, _("Appeal against the outcome"), _("Begin the appeal")),
    "open_resubmission": (Again, _("Start a new request from it"), _("Begin the new request")),
}
"""Step to its form, its heading and its button."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What hangs on this request, and what may begin now."""
    return bench.answer(Changes.of(request, reference), STEPS)


class Changes(side.OwnSide):
    """A request and its children, for its own side."""

    TAB = "request_changes"
    TEMPLATE = "children/changes.html"

    def context(self) -> Mapping[str, Any]:
        """Children with their stage in words, and the forms that are open to this reader."""
        open_ = [
            {"name": name, "form": self.form(name, kind), "title": title, "label": label}
            for name, (kind, title, label) in FORMS.items()
            if self.may(name, reason="?")
        ]
        under_way = [
            (each, KINDS[each.child_kind], Stage(each.stage).label)
            for each in queries.list_children(self.case)
        ]
        return {"open": open_, "children": under_way}


def _begun(name: str, act: Callable[..., Any]) -> Callable[[Changes], HttpResponse]:
    def take(desk: Changes) -> HttpResponse:
        given = desk.given(desk.form(name, FORMS[name][0]))
        if given is None:
            return desk.page()
        child = act(desk.case, actor=desk.doing(name), now=desk.now, **given)
        if Role.APPLICANT in desk.sight.roles:
            return shortcuts.redirect("application", child.reference)
        return desk.again()

    return take


STEPS = {
    "open_amendment": _begun("open_amendment", children.open_amendment),
    "open_renewal": _begun("open_renewal", children.open_renewal),
    "open_appeal": _begun("open_appeal", children.open_appeal),
    "open_resubmission": _begun("open_resubmission", children.open_resubmission),
}
