"""The whole information list for machines: one catalogue in two notations."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment.pages.public import dcat
from muniment.queries import catalogue


@require_safe
def turtle(request: HttpRequest) -> HttpResponse:
    """DCAT-AP 3.0.1 as Turtle."""
    return _answer(request, "turtle", "text/turtle; charset=utf-8")


@require_safe
def json_ld(request: HttpRequest) -> HttpResponse:
    """The same as JSON-LD."""
    return _answer(request, "json-ld", "application/ld+json")


def _answer(request: HttpRequest, form: str, media: str) -> HttpResponse:
    root = request.build_absolute_uri("/")
    text = dcat.written(catalogue.list_sheets(), root=root, form=form)
    return HttpResponse(text, content_type=media)
