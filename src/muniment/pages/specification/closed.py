"""A page of the specification at a stage at which there is nothing to do on it: it says why."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from muniment.pages import frame
from muniment.rulebook.words import Refusal


def page(
    request: HttpRequest, case: Any, *, heading: str, reasons: Sequence[Refusal]
) -> HttpResponse:
    """The heading of what would stand here, and in one sentence why it does not."""
    context = {"case": case, "heading": heading, "reasons": reasons[:1]}
    return frame.render(request, "specification/closed.html", context, here="request_list")
