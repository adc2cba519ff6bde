"""The office's tab."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from muniment.pages.decision import deciding, steps
from muniment.pages.office import bench
from muniment.pages.people import signed_in


@require_http_methods(["GET", "POST"])
@signed_in.only
def decision_tab(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision of one request in the office."""
    return bench.answer(deciding.Deciding.of(request, reference), steps.STEPS)
