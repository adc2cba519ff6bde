"""What a recipient does with a delivery: mint leave to download it, and confirm that it arrived."""

from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from muniment.actions import release, step
from muniment.pages import frame, request_page, request_tabs
from muniment.pages.people import second_factor, signed_in
from muniment.pages.release import parcels
from muniment.queries import access, timeline
from muniment.queries import release as releases
from muniment.rulebook.words import Refusal


@require_POST
@signed_in.only
def act(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Download in this browser, make a code for the command line, or confirm receipt."""
    sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    wanted = DOING.get(request.POST.get("do", ""))
    delivery = releases.find_delivery(sight.case, pk) if sight else None
    if sight is None or wanted is None or delivery is None or not sight.is_party:
        raise Http404
    try:
        return wanted(request, sight, delivery)
    except step.Refused as refused:
        return page(request, sight, reasons=refused.reasons)


def page(
    request: HttpRequest,
    sight: access.Sight,
    *,
    reasons: list[Refusal] | None = None,
    code: str = "",
) -> HttpResponse:
    """The downloads tab as it stands, with what was refused, or with a code that was just made."""
    page = timeline.page_of(sight, now=timezone.now())
    context = {
        **request_page.context(page),
        **request_tabs.context(request, page, "downloads"),
        "reasons": reasons or [],
        "code": code,
    }
    status = 409 if reasons else 200
    return frame.render(
        request, "requests/downloads.html", context, here="request_list", status=status
    )


def _download(request: HttpRequest, sight: access.Sight, delivery: Any) -> HttpResponse:
    """Leave bound to this session; the browser follows to the stream."""
    if not request.session.session_key:
        request.session.save()
    leave = _leave(request, sight, delivery, session=request.session.session_key or "")
    return shortcuts.redirect("download_stream", leave.token)


def _code(request: HttpRequest, sight: access.Sight, delivery: Any) -> HttpResponse:
    leave = _leave(request, sight, delivery, session="")
    return page(request, sight, code=reverse("download_fetch", args=[leave.token]))


def _leave(
    request: HttpRequest, sight: access.Sight, delivery: Any, *, session: str
) -> release.Leave:
    now = timezone.now()
    return release.download(
        delivery,
        actor=parcels.acting(request, sight),
        now=now,
        second_factor_at=second_factor.shown_at(request, now=now),
        session=session,
    )


def _received(request: HttpRequest, sight: access.Sight, delivery: Any) -> HttpResponse:
    release.confirm_receipt(delivery, actor=parcels.acting(request, sight), now=timezone.now())
    return shortcuts.redirect(request_tabs.address(sight.case.reference, "downloads"))


DOING = {"download": _download, "code": _code, "received": _received}
