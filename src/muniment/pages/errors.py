"""The pages for when there is no page."""

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from muniment.gateways import storage
from muniment.pages import frame

LOG = logging.getLogger(__name__)
SECONDS = 300
"""When to come back, where something that the site needs is silent."""


class Unkept:
    """Middleware: no text holds the sign that no database keeps; browsers never send it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """400 for a NUL in the address, its question or a form."""
        given = [request.GET, request.POST]
        texts = [text for each in given for _, listed in each.lists() for text in listed]
        if any("\x00" in text for text in [request.path, *texts]):
            raise BadRequest("A text holds a NUL character.")


class SilentStore:
    """Middleware: where the file store does not answer, one page says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 for what the store could not give or take; every other error is somebody else's."""
        if not isinstance(error, storage.Unreachable):
            return None
        LOG.warning("%s", error)
        answer = frame.render(request, "errors/silent_store.html", status=503)
        answer["Retry-After"] = str(SECONDS)
        return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also for what exists but is not yours, so that nobody learns that it exists."""
    return frame.render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: a door was tried too often; the doors of accounts answer by it as well."""
    return frame.render(request, "errors/too_many.html", status=429)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the request itself was refused."""
    return frame.bare(request, "errors/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be read."""
    return frame.bare(request, "errors/400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page touches neither database nor session."""
    return frame.bare(request, "errors/500.html", status=500)
