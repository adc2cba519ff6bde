"""How often one browser may try a door; counted in the cache that every process shares."""

import functools
import hashlib
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from muniment.pages import errors

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]
HOUR = 3600


def only(
    door: str, *, times: int, seconds: int = HOUR, methods: tuple[str, ...] = ("POST",)
) -> Callable[[View[Rest]], View[Rest]]:
    """Let one person, or one address that is not signed in, through so often in a time."""

    def limited(view: View[Rest]) -> View[Rest]:
        @functools.wraps(view)
        def gated(request: HttpRequest, *args: Rest.args, **more: Rest.kwargs) -> HttpResponse:
            if request.method not in methods or _may(door, request, times, seconds):
                return view(request, *args, **more)
            answer = errors.too_many(request)
            answer["Retry-After"] = str(seconds)
            return answer

        return gated  # type: ignore[return-value]  # mypy keeps the first argument's name

    return limited


UPLOADS_AN_HOUR = 60
"""A form has some ten files, and people try again; a disk is not for everyone to fill."""


def uploads(view: View[Rest]) -> View[Rest]:
    """Count what carries a file, at every page that takes one together; the rest goes through."""
    counted = only("upload", times=UPLOADS_AN_HOUR)(view)

    @functools.wraps(view)
    def gated(request: HttpRequest, *args: Rest.args, **more: Rest.kwargs) -> HttpResponse:
        return (counted if request.FILES else view)(request, *args, **more)

    return gated  # type: ignore[return-value]  # mypy keeps the first argument's name


def _may(door: str, request: HttpRequest, times: int, seconds: int) -> bool:
    """Take one of the places there are in the present stretch of time; False where none is left.

    A place is added to the cache, which only one of those who come at once can do; a count that is
    read and written would let them all pass. The number beside the places only says where to begin
    to look, so that it may be behind.
    """
    if request.user.is_authenticated:
        who = f"person {request.user.pk}"
    else:
        who = f"address {get_adapter(request).get_client_ip(request)}"
    hashed = hashlib.sha256(who.encode()).hexdigest()[:32]
    key = f"door:{door}:{int(time.time()) // seconds}:{hashed}"
    for place in range(int(cache.get(key, 0)), times):
        if cache.add(f"{key}:{place}", 1, timeout=seconds):
            cache.set(key, place + 1, timeout=seconds)
            return True
    return False
