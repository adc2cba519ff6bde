"""The codebook of a dataset: searched on a page, or whole as CSV or PDF."""

import csv
import io
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from muniment.documents import codebook as paper
from muniment.pages import frame, limits
from muniment.pages.public import missing
from muniment.pages.wording import datasets
from muniment.queries import catalogue
from muniment.queries.catalogue import codebook as books

LONGEST_SEARCH = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the start of a formula."""


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Search and groups; a variable that was withdrawn keeps its row."""
    book = _found(slug)
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    table = request.GET.get("table", "")
    rows = [row for row in _rows(book) if _shown(row, search, table)]
    context = {
        "book": book,
        "search": search,
        "table": table,
        "rows": rows,
        "tables": list(book.units),
    }
    return frame.render(request, "codebook/page.html", context, here="data_list")


@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every row. No cell begins like a formula, so that a spreadsheet shows it as text."""
    book = _found(slug)
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(list(HEADS))
    for row in _rows(book):
        sheet.writerow([defused(str(read(row))) for read in HEADS.values()])
    return _file(text.getvalue().encode(), "text/csv; charset=utf-8", book, "csv")


@require_safe
@limits.only("codebook", times=60, methods=("GET", "HEAD"))
def as_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Every row, as a document that a screen reader can walk through."""
    book = _found(slug)
    subtitle = gettext("Codebook, information list %(edition)s") % {"edition": book.edition}
    told = paper.told(
        book.title,
        subtitle,
        [(name, unit, _lines(book, name)) for name, unit in book.units.items()],
        note=book.note,
    )
    return _file(paper.pdf(told), "application/pdf", book, "pdf")


def defused(cell: str) -> str:
    """A cell that a spreadsheet reads as text whatever it begins with."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


HEADS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "table": lambda row: row["table"],
    "variable": lambda row: row["name"],
    "label": lambda row: row["label"],
    "type": lambda row: row["type"],
    "unit": lambda row: row["unit"],
    "declared values": lambda row: row["codes"],
    "missing": lambda row: row["missing"],
    "sensitivity": lambda row: row["tag"].label,
    "note": lambda row: row["note"],
    "withdrawn since list": lambda row: row["since"],
}
"""Column of the CSV to what it reads of a row."""


def _found(slug: str) -> books.Codebook:
    book = books.find_codebook(slug)
    if book is None:
        raise Http404
    return book


def _rows(book: books.Codebook) -> list[dict[str, Any]]:
    return [
        {
            "table": each.table,
            "name": each.text["name"],
            "label": each.text["label"],
            "type": datasets.TYPES[each.text["type"]],
            "unit": each.text.get("unit", ""),
            "codes": datasets.codes(each.text),
            "note": each.text.get("note", ""),
            "tag": datasets.SENSITIVITY[each.text["class"]],
            "missing": missing.band(book.cube, each.text["name"]),
            "since": each.since,
            "since_on": each.since_on,
        }
        for each in book.variables
    ]


def _lines(book: books.Codebook, table: str) -> list[paper.Line]:
    return [
        paper.Line(
            row["name"],
            row["label"],
            ", ".join(filter(None, [str(row["type"]), row["unit"]])),
            row["codes"],
            str(row["missing"]),
            row["note"],
            row["since"],
        )
        for row in _rows(book)
        if row["table"] == table
    ]


def _shown(row: dict[str, Any], search: str, table: str) -> bool:
    text = catalogue.fold(" ".join([row["name"], row["label"], row["codes"], row["note"]]))
    words = catalogue.fold(search).split()
    return (not table or row["table"] == table) and all(word in text for word in words)


def _file(content: bytes, media: str, book: books.Codebook, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media)
    name = f"{book.slug}-codebook-{book.edition}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
