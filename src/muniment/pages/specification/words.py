"""In the applicant's own words: they describe, the office drafts, they confirm."""

from datetime import datetime
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from muniment.actions import application, enquiry, people, step
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import specification as queries

from . import closed, paper


@require_http_methods(["GET", "POST"])
@signed_in.only
def describe(request: HttpRequest, reference: str) -> HttpResponse:
    """What the applicant writes to the office about the data."""
    at = desk.at(request, reference)
    reasons: list[Any] = []
    if request.method == "POST":
        try:
            enquiry.describe_data(at.case, request.POST.get("text", ""), actor=at.actor, now=at.now)
            return shortcuts.redirect("specification", reference)
        except step.Refused as refused:
            reasons = refused.reasons
    words = queries.find_words(at.case)
    context = {"case": at.case, "open": at.is_open, "words": words, "reasons": reasons}
    return frame.render(request, "specification/words.html", context, here="request_list")


@require_http_methods(["GET", "POST"])
@signed_in.only
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """The office's side: the applicant's words, and the document that is drafted from them."""
    now, person = timezone.now(), signed_in.person(request)
    door = queries.find_drafting(person, reference, now=now)
    if door is None:
        raise Http404
    case, role = door
    actor = people.acting(person, role)
    reasons = step.refusals("draft_specification", case, actor=actor, now=now)
    if late := [why for why in reasons if why.code == "wrong-stage"]:
        return closed.page(request, case, heading=gettext("Draft a specification"), reasons=late)
    return _drafted(request, case, actor, now)


def _drafted(request: HttpRequest, case: Any, actor: Any, now: datetime) -> HttpResponse:
    if request.method != "POST":
        return _draw(request, case, text=paper.pretty(queries.asked_of(case)))
    try:
        content, text = paper.sent(request)
        application.draft_specification(case, content, actor=actor, now=now)
    except step.Refused as refused:
        return _draw(request, case, text=request.POST.get("document", ""), reasons=refused.reasons)
    return _draw(request, case, text=text, done=True)


def _draw(
    request: HttpRequest,
    case: Any,
    *,
    text: str,
    reasons: list[Any] | None = None,
    done: bool = False,
) -> HttpResponse:
    asked = queries.asked_of(case)
    context = {
        "case": case,
        "words": queries.find_words(case),
        "asked": asked,
        "text": text,
        "reasons": reasons or [],
        "done": done,
    }
    return frame.render(request, "specification/draft.html", context, here="request_list")
