"""The gate before every page that is about somebody's own work."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django import shortcuts
from django.http import HttpRequest, HttpResponse

from muniment.pages import demo_door, frame

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def only(view: View[Rest]) -> View[Rest]:
    """Signed out, every address answers the same, so that nobody learns which requests exist."""

    @functools.wraps(view)
    def gated(request: HttpRequest, *args: Rest.args, **more: Rest.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **more)
        if demo_door.is_guest(request):
            return shortcuts.redirect("demo_people")
        return frame.render(request, "errors/signed_out.html", here="request_list", status=401)

    return gated  # type: ignore[return-value]  # mypy keeps the first argument's name


def person(request: HttpRequest) -> Any:
    """Who looks, behind the gate: a person, never nobody."""
    return request.user
