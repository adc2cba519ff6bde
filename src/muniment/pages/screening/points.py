"""The points of a return, for who writes the request: each is answered before it is sent again."""

from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.actions import application, step
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries.screening import completeness
from muniment.rulebook.words import Refusal, Stage


@require_http_methods(["GET", "POST"])
@signed_in.only
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """What is missing, point by point, with what was done about it."""
    at = desk.at(request, reference)
    refused = _answer(at, request) if request.method == "POST" else []
    if request.method == "POST" and not refused:
        return shortcuts.redirect("application_check", reference)
    context = {"case": at.case, "points": _drawn(at, request), "refused": refused,
               "open": at.case.stage == Stage.RETURNED}  # fmt: skip
    status = 409 if refused else 200
    return frame.render(
        request, "screening/points.html", context, here="request_list", status=status
    )


def _answer(at: desk.Desk, request: HttpRequest) -> list[Refusal]:
    """Keep every answer that was written; one that is empty is named, and the others stay."""
    refused: list[Refusal] = []
    for point in completeness.list_points(at.case):
        text = request.POST.get(f"point-{point.number}", "").strip()
        if text and text == point.answer:
            continue
        try:
            application.answer_point(point, text, actor=at.actor, now=at.now)
        except step.Refused as fault:
            refused += fault.reasons
    return refused


def _drawn(at: desk.Desk, request: HttpRequest) -> list[dict[str, Any]]:
    titles = completeness.sections_of(at.case)
    return [
        {
            "row": point,
            "title": titles.get(point.section, point.section),
            "text": request.POST.get(f"point-{point.number}", point.answer),
        }
        for point in completeness.list_points(at.case)
    ]
