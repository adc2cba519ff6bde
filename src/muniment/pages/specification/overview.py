"""The data of a request: its datasets, each part in words, and the applicant's own word on it."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from muniment.actions import application, step
from muniment.pages import frame
from muniment.pages.application import desk
from muniment.pages.people import signed_in
from muniment.queries import policy
from muniment.queries import specification as queries


@require_safe
@signed_in.only
def data(request: HttpRequest, reference: str) -> HttpResponse:
    """Every part with its state; what is next is the one filled button."""
    return draw(request, desk.at(request, reference))


@require_POST
@signed_in.only
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose another dataset; its variables come next."""
    at = desk.at(request, reference)
    edition = queries.find_choosable(at.case, request.POST.get("edition", ""))
    if edition is None:
        return shortcuts.redirect("specification", reference)
    try:
        chosen = application.choose_dataset(
            at.case, edition, actor=at.actor, now=at.now, level=application.level_of(edition)
        )
    except step.Refused as refused:
        return draw(request, at, reasons=refused.reasons)
    return shortcuts.redirect("specification_part", reference, chosen.part_id)


@require_POST
@signed_in.only
def remove(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Take a part out; what an earlier version asked for stays readable there."""
    at = desk.at(request, reference)
    asked = queries.asked_of(at.case)
    part = asked.find_part(name)
    if part is None:
        raise Http404
    try:
        _take_out(at, asked, part)
    except step.Refused as refused:
        return draw(request, at, reasons=refused.reasons)
    return shortcuts.redirect("specification", reference)


@require_POST
@signed_in.only
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the version that was shown, named by its hash, as what is asked for."""
    at = desk.at(request, reference)
    shown = request.POST.get("sha256", "")
    try:
        application.confirm_specification(at.case, sha256=shown, actor=at.actor, now=at.now)
    except step.Refused as refused:
        return draw(request, at, reasons=refused.reasons)
    return shortcuts.redirect("application", reference)


def draw(request: HttpRequest, at: desk.Desk, *, reasons: list[Any] | None = None) -> HttpResponse:
    """The page, with why something was not done where it was not."""
    asked = queries.asked_of(at.case)
    context = {
        "case": at.case,
        "open": at.is_open,
        "asked": asked,
        "reasons": reasons or [],
        "confirm_reasons": confirm_reasons(at, asked),
        "choosable": queries.list_choosable(at.case) if at.is_open else [],
        "fee": queries.estimate(at.case, asked.parts, today=at.now.date()),
        "words": queries.find_words(at.case),
        "advice": policy.advise(at.case) if at.is_open else [],
        "proposal": queries.find_proposal(at.case),
    }
    status = 409 if reasons else 200
    return frame.render(
        request, "specification/data.html", context, here="request_list", status=status
    )


def confirm_reasons(at: desk.Desk, asked: queries.Asked) -> list[Any]:
    """Why the present version cannot be confirmed; empty before there is one to confirm."""
    if asked.row is None or asked.confirmed_at:
        return []
    return step.refusals("confirm_specification", at.case, actor=at.actor, now=at.now)


def _take_out(at: desk.Desk, asked: queries.Asked, part: queries.Part) -> None:
    if part.written is None or asked.written is None:
        application.drop_dataset(at.case, part.name, actor=at.actor, now=at.now)
        return
    whole = asked.written.document()
    parts = [each for each in whole["parts"] if each["id"] != part.name]  # type: ignore[attr-defined]
    links = [each for each in whole["links"] if part.name not in each["parts"]]  # type: ignore[attr-defined]
    application.put_specification(
        at.case,
        {**whole, "parts": parts, "links": links},
        version=asked.version,
        actor=at.actor,
        now=at.now,
        unfinished=[each.name for each in asked.unfinished],
    )
