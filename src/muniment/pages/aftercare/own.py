"""What those with the data owe after the release, and how they end their use in order."""

from collections.abc import Mapping
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import aftercare
from muniment.pages.aftercare import forms, side
from muniment.pages.office import bench, filling
from muniment.pages.people import signed_in
from muniment.queries import aftercare as queries
from muniment.queries import schedule
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role, Stage

FORMS = {
    "report_progress": forms.Report,
    "submit_final_report": forms.Report,
    "report_output": forms.Output,
    "ask_retention": forms.Longer,
    "report_breach": forms.Breach,
}
"""Steps that take a form and need no more than it."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def after(request: HttpRequest, reference: str) -> HttpResponse:
    """Duties by day, what was handed in, and the forms for what comes next."""
    return bench.answer(After.of(request, reference), STEPS)


class After(side.OwnSide):
    """The request after its release, on its own side."""

    TAB = "request_after"
    TEMPLATE = "aftercare/own.html"

    @classmethod
    def of(cls, request: HttpRequest, reference: str) -> Self:
        """For the parties of a request whose data have left; for nobody else."""
        found = super().of(request, reference)
        if Stage(found.case.stage) not in queries.STAGES:
            raise Http404
        return found

    def context(self) -> Mapping[str, Any]:
        """Everything there is, and the forms of the steps that are open to this reader."""
        open_ = {name: self.form(name, kind) for name, kind in FORMS.items() if self._open(name)}
        today = schedule.today(self.case, self.now)
        certifying = [
            (each, self.form(f"certificate-{each.pk}", forms.Certificate))
            for each in queries.list_to_certify(self.case, self.person)
            if not self.against("certify_destruction", _binding(each), agreement=each)
        ]
        found = queries.of_case(self.case, today=today)
        main = self._main(open_, found, certifies=bool(certifying))
        return {
            "after": found,
            "forms": open_,
            "main": main,
            "mains": {main: True},
            "certifying": certifying,
            "may_close": self.may("begin_close_out"),
            "leaves": self.may("end_persons_access"),
        }

    def _open(self, name: str) -> bool:
        return self.may(name, reason="?")

    def _main(self, open_: Mapping[str, Any], found: queries.Aftercare, *, certifies: bool) -> str:
        """Which form has the one filled button: of whoever owes both, the report goes first."""
        reports = "submit_final_report" in open_ and any(each.what == "final" for each in found.due)
        if certifies and not reports:
            return "certify_destruction"
        names = ("submit_final_report", "report_progress", "report_output", "report_breach")
        return next((name for name in names if name in open_), "")


def _handed_in(name: str) -> Any:
    def take(desk: After) -> HttpResponse:
        given = desk.given(desk.form(name, FORMS[name]))
        if given is None:
            return desk.page()
        actor = desk.doing(name)
        if name == "ask_retention":
            aftercare.ask_retention(desk.case, actor=actor, now=desk.now, **given)
        else:
            first = given.pop("title", None) or given.pop("text")
            getattr(aftercare, name)(desk.case, first, actor=actor, now=desk.now, **given)
        return desk.again()

    return take


def _close(desk: After) -> HttpResponse:
    aftercare.begin_close_out(desk.case, actor=desk.doing("begin_close_out"), now=desk.now)
    return desk.again()


def _certify(desk: After) -> HttpResponse:
    key = filling.key_of(desk.request.POST.get("form", "").removeprefix("certificate-"))
    waiting = queries.list_to_certify(desk.case, desk.person)
    agreement = next((each for each in waiting if each.pk == key), None)
    if agreement is None:
        raise Http404
    given = desk.given(desk.form(f"certificate-{agreement.pk}", forms.Certificate))
    if given is None:
        return desk.page()
    actor = desk.acting(_binding(agreement))
    aftercare.certify_destruction(agreement, how=given["how"], actor=actor, now=desk.now)
    return desk.again()


def _binding(agreement: Any) -> Role:
    """In which role the reader certifies: whoever is applicant and official here is both."""
    return signers.binding_role(agreement)


def leaves(desk: filling.FillingDesk) -> HttpResponse:
    """Somebody left the team; the office's page has the same form."""
    key = filling.key_of(desk.request.POST.get("member", ""))
    member = None if key is None else queries.find_member(desk.case, key)
    if member is None:
        raise Http404
    aftercare.end_persons_access(member, actor=desk.doing("end_persons_access"), now=desk.now)
    return desk.again()


STEPS = {
    **{name: _handed_in(name) for name in FORMS},
    "begin_close_out": _close,
    "certify_destruction": _certify,
    "end_persons_access": leaves,
}
