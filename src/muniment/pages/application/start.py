"""Starting a request from a dataset's page, and ending one that nobody wants any more."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import application, people, step
from muniment.actions.case import course
from muniment.pages import frame, limits
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import application as queries
from muniment.rulebook.words import Role

DRAFTS_AN_HOUR = 20
"""Begun or copied; nobody writes more, and each is a row that somebody has to clear away."""


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("draft", times=DRAFTS_AN_HOUR)
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """What a request needs, before one is begun; beginning it makes the draft."""
    edition = queries.find_draftable(slug)
    if edition is None:
        raise Http404
    reasons = []
    if request.method == "POST":
        try:
            return _begin(request, edition)
        except step.Refused as refused:
            reasons = refused.reasons
    context = {"edition": edition, "reasons": reasons}
    return frame.render(request, "application/start.html", context, status=409 if reasons else 200)


def _begin(request: HttpRequest, edition: Any) -> HttpResponse:
    now = timezone.now()
    actor = people.acting(signed_in.person(request), Role.ANYONE)
    case = application.start_request_for(edition, actor=actor, now=now)
    return shortcuts.redirect("application", case.reference)


@require_http_methods(["GET", "POST"])
@signed_in.only
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then end it; it can be reopened by the office for a while."""
    at = desk.at(request, reference)
    reasons = step.refusals("withdraw", at.case, actor=at.actor, now=at.now)
    if request.method == "POST" and not reasons:
        course.withdraw(at.case, actor=at.actor, now=at.now)
        return shortcuts.redirect("request", reference)
    context = {"case": at.case, "reasons": reasons}
    return frame.render(request, "application/withdraw.html", context, here="request_list")


@require_http_methods(["GET", "POST"])
@signed_in.only
@limits.only("draft", times=DRAFTS_AN_HOUR)
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what a copy takes along, then make it."""
    at = desk.at(request, reference)
    if at.role is not Role.APPLICANT:
        raise Http404
    reasons = []
    if request.method == "POST":
        try:
            made = application.copy_as_new(at.case, actor=at.actor, now=at.now)
            return shortcuts.redirect("application", made.reference)
        except step.Refused as refused:
            reasons = refused.reasons
    context = {"case": at.case, "reasons": reasons}
    return frame.render(request, "application/copy.html", context, here="request_list")
