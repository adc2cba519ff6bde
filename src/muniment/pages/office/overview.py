"""The first tab: what is asked for, whose turn it is, what has happened."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment.pages.office import desk
from muniment.pages.people import signed_in


class Overview(desk.Desk):
    """The request as its applicant sent it, with what the line made of it."""

    TAB = "office_request"
    TEMPLATE = "office/overview.html"


@require_safe
@signed_in.only
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """One request in the office."""
    return Overview.of(request, reference).page()
