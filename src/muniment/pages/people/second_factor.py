"""Offices sign in with a second factor: without one they see only the public site and this door.

A passkey is both factors in one. Demo guests are made up and pass.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from muniment.pages import audience, demo_door
from muniment.queries import access

Answer = Callable[[HttpRequest], HttpResponse]


class Door:
    """Middleware: stops an office that has shown one factor only."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, more: object
    ) -> HttpResponse | None:
        """Turn an office away from everything but the public pages and its own credentials."""
        name = request.resolver_match.url_name if request.resolver_match else ""
        if audience.ROUTES.get(name or "") in audience.BEFORE_SECOND_FACTOR:
            return None
        if not request.user.is_authenticated or demo_door.is_guest(request):
            return None
        if shown(request) or not access.offices_of(request.user, now=timezone.now()):
            return None
        return shortcuts.redirect("mfa_index")


def shown(request: HttpRequest) -> bool:
    """Whether this session proved a second factor."""
    return any(
        each.get("method") == "mfa" for each in get_authentication_records(request, request.user)
    )


def shown_at(request: HttpRequest, *, now: datetime) -> datetime | None:
    """When this session last proved a second factor; None if never. Demo guests do just now."""
    if demo_door.is_guest(request):
        return now
    times = [
        float(each.get("at", 0))
        for each in get_authentication_records(request, request.user)
        if each.get("method") == "mfa"
    ]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def has_one(person: Any) -> bool:
    """Whether this person could show a second factor."""
    return bool(is_mfa_enabled(person))
