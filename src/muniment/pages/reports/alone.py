"""What one person did where the rules ask for two: a page of one year, and the same as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from muniment.pages import frame
from muniment.pages.people import signed_in
from muniment.pages.reports import page
from muniment.queries import editions
from muniment.queries.reports import alone as lone
from muniment.rulebook.words import Mode

WHY: dict[Mode, Promise] = {
    Mode.IF_AVAILABLE: _("Nobody else held the office"),
    Mode.NEVER: _("One person is enough by the settings"),
}
"""A mode of always lets nobody act alone."""


@require_safe
@signed_in.only
def alone(request: HttpRequest) -> HttpResponse:
    """The newest of one year."""
    said, year = _asked(request)
    rows = lone.list_alone(said.programme, reader=said.reader, year=year, most=lone.MOST)
    context: dict[str, Any] = {
        "rows": [{"step": each, "why": WHY[each.mode]} for each in rows],
        "more": len(rows) == lone.MOST,
        "year": year,
        "programme": said.programme,
        "programmes": said.programmes,
    }
    return frame.render(request, "reports/alone.html", context, here="reports")


@require_safe
@signed_in.only
def as_csv(request: HttpRequest) -> HttpResponse:
    """All of them, one a line."""
    said, year = _asked(request)
    rows = lone.list_alone(said.programme, reader=said.reader, year=year)
    return page.sheet(_lines(rows), name=f"alone-{said.programme.slug}-{year}.csv")


def _asked(request: HttpRequest) -> tuple[page.Asked, int]:
    said = page.asked(request)
    return said, said.year or editions.today(said.programme, timezone.now()).year


def _lines(rows: list[lone.Lone]) -> Iterator[tuple[str, ...]]:
    yield ("day", "step", "request", "person", "as", "why one was enough")
    for each in rows:
        yield (
            each.on.isoformat(), each.says, each.reference, each.by, each.role.label,
            str(WHY[each.mode]),
        )  # fmt: skip
