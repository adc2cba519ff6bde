"""What each variable means, for people (Markdown) and for programs (CSV)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from muniment.dataplane.package.shape import OutColumn, OutTable
from muniment.dataplane.package.tables import DEFUSED, FORMULA

HEADER = ("table", "variable", "title", "type", "method", "treatment", "missing", "codes", "notes")
Missing = Mapping[str, Mapping[str, str]]


def write(package: Path, tables: Sequence[OutTable], *, missing: Missing) -> None:
    """`codebook.csv` and `codebook.md`; `missing` by table name and variable."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in _rows(tables, missing):
        writer.writerow([defused(cell) for cell in row])
    (package / "codebook.csv").write_text(text.getvalue(), encoding="utf-8")
    (package / "codebook.md").write_text("\n".join(_page(tables, missing)), encoding="utf-8")


def defused(cell: str) -> str:
    """The cell as a spreadsheet may safely show it."""
    return DEFUSED + cell if cell.startswith(FORMULA) else cell


def _rows(tables: Sequence[OutTable], missing: Missing) -> Iterator[tuple[str, ...]]:
    for table in tables:
        for column in table.columns:
            yield (
                table.name,
                column.name,
                column.title,
                column.kind.value,
                column.method,
                column.words,
                missing[table.name][column.name],
                "; ".join(column.codes),
                column.description,
            )
        for name, method, words in table.withheld:
            yield (table.name, name, "", "", method, words, "", "", "")


def _page(tables: Sequence[OutTable], missing: Missing) -> Iterator[str]:
    yield "# Codebook"
    for table in tables:
        yield ""
        yield f"## {escaped(table.name)}"
        yield ""
        yield escaped(f"{table.title or table.name}. One row per {table.unit}.")
        for column in table.columns:
            yield from _entry(column, missing[table.name][column.name])
        for name, _, words in table.withheld:
            yield ""
            yield f"### {escaped(name)}"
            yield ""
            yield f"- {escaped(words)}"
    yield ""


def _entry(column: OutColumn, missing: str) -> Iterator[str]:
    yield ""
    yield f"### {escaped(column.name)}"
    yield ""
    for line in filter(None, (column.title, column.description)):
        yield f"- {escaped(line)}"
    yield f"- Type: {column.kind.value}. Missing: {missing}."
    yield f"- {escaped(column.words)}"
    if column.codes:
        yield f"- Codes: {escaped(', '.join(_told(column)))}"


def _told(column: OutColumn) -> Iterator[str]:
    """Every code, with its label where one is declared."""
    labels = dict(column.labels)
    return (f"{code} = {labels[code]}" if code in labels else code for code in column.codes)


def escaped(text: str) -> str:
    """Words of a descriptor as plain words in Markdown: one line, no markup."""
    one_line = " ".join(text.split())
    return "".join("\\" + sign if sign in "\\`*_{}[]<>#|!" else sign for sign in one_line)
