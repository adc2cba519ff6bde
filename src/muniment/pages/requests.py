"""My requests, and one request: read through the one door, shown as the reader may see it."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from muniment.actions import questions, step
from muniment.pages import frame, limits, request_page, request_tabs
from muniment.pages.people import signed_in
from muniment.queries import access, timeline
from muniment.queries.timeline import forecasts
from muniment.rulebook.words import Refusal

LONGEST_TEXT = 5000


@require_safe
@signed_in.only
def listing(request: HttpRequest) -> HttpResponse:
    """The requests this person may open; a stranger has none."""
    rows = timeline.list_rows(signed_in.person(request), now=timezone.now())
    own = [row for row in rows if not row.sight.roles <= access.COMMITTEE]
    context = {"rows": [request_page.row(row) for row in own]}
    return frame.render(request, "requests/list.html", context, here="request_list")


@require_safe
@signed_in.only
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request; for whoever may not see it, it does not exist."""
    sight = _sight(request, reference)
    if sight.roles <= access.COMMITTEE:  # who judges a request has pages of their own for it
        return shortcuts.redirect("review", reference)
    return page(request, sight)


@require_POST
@signed_in.only
def answer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Answer one question of the office, where it stands."""
    sight, text = _sight(request, reference), request.POST.get("text", "")[:LONGEST_TEXT]
    asked = request_tabs.find_question(sight, pk)
    if asked is None:
        raise Http404
    actor, now = request_tabs.acting(request, sight), timezone.now()
    try:
        questions.answer_question(asked, text, actor=actor, now=now)
    except step.Refused as refused:
        return page(request, sight, reasons=refused.reasons, text=text, about=pk)
    return shortcuts.redirect(request_tabs.address(reference, "messages"))


@require_POST
@signed_in.only
@limits.only("message", times=40)
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the office a message about this request."""
    sight, text = _sight(request, reference), request.POST.get("text", "")[:LONGEST_TEXT]
    actor, now = request_tabs.acting(request, sight), timezone.now()
    try:
        questions.ask_office(sight.case, text, actor=actor, now=now)
    except step.Refused as refused:
        return page(request, sight, reasons=refused.reasons, text=text)
    return shortcuts.redirect(request_tabs.address(reference, "messages"))


def _sight(request: HttpRequest, reference: str) -> access.Sight:
    found = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    if found is None or (found.roles <= access.COMMITTEE and request.method == "POST"):
        raise Http404
    return found


def page(
    request: HttpRequest,
    sight: access.Sight,
    *,
    tab: str = "",
    reasons: list[Refusal] | None = None,
    text: str = "",
    about: int | None = None,
) -> HttpResponse:
    """One tab of the page; after a refused message the tab with what was typed still there."""
    wanted = tab or ("messages" if reasons else request.GET.get("tab", ""))
    shown = timeline.page_of(sight, now=timezone.now())
    context: dict[str, Any] = {
        **request_page.context(shown),
        **request_tabs.context(request, shown, wanted),
        "next": request_page.next_action(shown),
        "forecast": forecasts.find_release(sight, now=timezone.now()),
        "reasons": reasons or [],
        "typed": text,
        "typed_about": about,
    }
    status = 409 if reasons else 200
    return frame.render(
        request, f"requests/{context['tab']}.html", context, here="request_list", status=status
    )
