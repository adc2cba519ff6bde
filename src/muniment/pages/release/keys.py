"""A recipient's key (age, Crypt4GH): offered, proven by a challenge, confirmed by the office."""

import secrets
from typing import Any

from django import shortcuts
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from muniment.actions import release, step
from muniment.documents import challenge
from muniment.pages import frame, request_tabs
from muniment.pages.people import second_factor, signed_in
from muniment.pages.release import forms, parcels
from muniment.queries import access
from muniment.queries import release as releases

CHALLENGE = "delivery-challenge"
"""The locked challenge, in this session only; of the words in it only the hash is kept."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in.only
def key(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer a key, prove it, read its fingerprint."""
    sight = access.find_sight(signed_in.person(request), reference, now=timezone.now())
    if sight is None or not sight.is_party:
        raise Http404
    wanted = DOING.get(request.POST.get("do", ""))
    if request.method != "POST":
        return _page(request, sight)
    if wanted is None:
        raise Http404
    try:
        return wanted(request, sight)
    except step.Refused as refused:
        return _page(request, sight, reasons=refused.reasons)


def _page(
    request: HttpRequest, sight: access.Sight, *, reasons: Any = (), form: Any = None
) -> HttpResponse:
    own = releases.find_key(signed_in.person(request))
    waits = own is not None and own.proven_at is None
    now = timezone.now()
    shown = second_factor.shown_at(request, now=now)
    context = {
        "case": sight.case,
        "own": own,
        "crypt4gh": own is not None and own.public.startswith("crypt4gh:"),
        "challenge": request.session.get(CHALLENGE, "") if waits else "",
        "form": form or (forms.Prove() if waits else forms.Offer()),
        "offer_form": forms.Offer(),
        "reasons": list(reasons),
        "fresh": shown is not None and now - shown <= releases.FRESH,
        "again": f"{reverse('mfa_reauthenticate')}?next={request.path}",
        "back": request_tabs.address(sight.case.reference, "downloads"),
    }
    status = 409 if reasons else 200
    return frame.render(request, "release/key.html", context, here="request_list", status=status)


def _offer(request: HttpRequest, sight: access.Sight) -> HttpResponse:
    form = forms.Offer(request.POST)
    if not form.is_valid():
        return _page(request, sight, form=form)
    words, public = secrets.token_hex(16), release.read_key(form.cleaned_data["public"])
    try:
        locked = challenge.locked(words, recipient=public)
    except ValueError as fault:
        form.add_error("public", str(fault))
        return _page(request, sight, form=form)
    release.offer_key(
        signed_in.person(request), public=public, challenge=words,
        actor=parcels.acting(request, sight), now=timezone.now(),
    )  # fmt: skip
    request.session[CHALLENGE] = locked
    return shortcuts.redirect("delivery_key", sight.case.reference)


def _prove(request: HttpRequest, sight: access.Sight) -> HttpResponse:
    form, own = forms.Prove(request.POST), releases.find_key(signed_in.person(request))
    if own is None or not form.is_valid():
        return _page(request, sight, form=form)
    now = timezone.now()
    release.register_key(
        own, case=sight.case, answer=form.cleaned_data["answer"],
        actor=parcels.acting(request, sight), now=now,
        second_factor_at=second_factor.shown_at(request, now=now),
    )  # fmt: skip
    request.session.pop(CHALLENGE, None)
    return shortcuts.redirect("delivery_key", sight.case.reference)


DOING = {"offer": _offer, "prove": _prove}
