"""Check your answers, then send: everything on one page, with a way to each gap."""

from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from muniment.actions import application, step
from muniment.pages import frame
from muniment.pages.application import answers, desk
from muniment.pages.people import signed_in
from muniment.queries import application as queries
from muniment.queries import policy, specification
from muniment.rulebook import reading
from muniment.rulebook.words import Stage

SUBMITS = ("submit", "submit_again", "resubmit_for_availability", "resubmit_for_policy",
           "resubmit_for_review", "resubmit_for_determination")  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in.only
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """What will be sent, and why it cannot be yet."""
    at = desk.at(request, reference)
    name, reasons = _way(at)
    if request.method == "POST" and not reasons:
        try:
            getattr(application, name)(at.case, actor=at.actor, now=at.now)
            return shortcuts.redirect("request", reference)
        except step.Refused as refused:
            reasons = refused.reasons
    return _page(request, at, again=name != "submit", reasons=reasons)


def _page(
    request: HttpRequest, at: desk.Desk, *, again: bool, reasons: list[Any], status: int = 200
) -> HttpResponse:
    form = queries.form_of(at.case)
    context = {"case": at.case, "sections": answers.read(form), "gaps": _gaps(form),
               "published": answers.published(form),
               "asked": specification.asked_of(at.case), "reasons": reasons,
               "advice": policy.advise(at.case) if at.is_open else [],
               "again": again, "open": at.is_open, "newer": at.newer}  # fmt: skip
    name = "application/check.html"
    return frame.render(request, name, context, here="request_list", status=status)


def _gaps(form: queries.Form) -> list[tuple[Any, list[Any]]]:
    """Each section that still needs something, with what."""
    found = [(section, form.gaps(section["id"])) for section in form.sections()]
    return [(section, gaps) for section, gaps in found if gaps]


def _way(at: desk.Desk) -> tuple[str, list[Any]]:
    """The one step that sends this request now, or the one that comes nearest, with why not."""
    stage = Stage(at.case.stage)
    names = [name for name in SUBMITS if stage in reading.STEPS[name].at] or ["submit"]
    tried = {name: step.refusals(name, at.case, actor=at.actor, now=at.now) for name in names}
    best = min(names, key=lambda name: len(tried[name]))
    return best, tried[best]


@require_POST
@signed_in.only
def edition(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the newer edition of the form, or keep the one the draft began with."""
    at = desk.at(request, reference)
    take = request.POST.get("edition") == "newer"
    chosen = application.take_newer_edition if take else application.keep_edition
    try:
        chosen(at.case, actor=at.actor, now=at.now)
    except step.Refused as refused:
        return _page(request, at, again=False, reasons=refused.reasons, status=409)
    return shortcuts.redirect("application_check", reference)
