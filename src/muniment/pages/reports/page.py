"""The reports of one cohort: charts, the same figures as tables, and as a file."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from muniment.pages import codebook, frame
from muniment.pages.people import signed_in
from muniment.pages.reports import drawing
from muniment.queries import reports as figures


@require_safe
@signed_in.only
def reports(request: HttpRequest) -> HttpResponse:
    """One programme's report of one year."""
    return frame.render(request, "reports/page.html", _drawn(request), here="reports")


@require_safe
@signed_in.only
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same figures, one a line."""
    drawn = _drawn(request)
    name = f"report-{drawn['programme'].slug}-{drawn['report'].year}.csv"
    return sheet(drawing.lines(drawn["report"]), name=name)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose report of which programme is asked for; `year` is None where none was named."""

    reader: Any
    programme: Any
    programmes: list[Any]
    year: int | None


def asked(request: HttpRequest) -> Asked:
    """What the address says; whoever reads no reports finds nothing here."""
    reader = signed_in.person(request)
    mine = figures.list_programmes(reader, now=timezone.now())
    slug = request.GET.get("programme", "")
    chosen = next((each for each in mine if slug in ("", each.slug)), None)
    if chosen is None:
        raise Http404
    return Asked(reader, chosen, mine, _year(request.GET.get("year", "")))


def sheet(lines: Iterable[Sequence[str]], *, name: str) -> HttpResponse:
    """Lines as a CSV file in which no cell is a formula, and which no cache keeps."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in lines:
        writer.writerow([codebook.defused(cell) for cell in row])
    response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _drawn(request: HttpRequest) -> dict[str, Any]:
    """What both draw."""
    said = asked(request)
    report = figures.report_of(
        said.programme, reader=said.reader, year=said.year, now=timezone.now()
    )
    return {
        "programme": said.programme,
        "programmes": said.programmes,
        **drawing.drawn(report),
    }


def _year(said: str) -> int | None:
    """A year of four digits that lies between the first register and the last calendar."""
    year = int(said) if said.isascii() and said.isdigit() and len(said) == 4 else 0
    return year if 1900 <= year < 9999 else None
