"""A codebook as an accessible PDF: plain values in, bytes out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from muniment.documents import typeset


@dataclass(frozen=True, slots=True)
class Line:
    """One variable. `since` names the list edition that dropped it; empty while it is offered."""

    name: str
    label: str
    type: str
    codes: str
    missing: str
    note: str
    since: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what a row is, its variables."""

    name: str
    unit: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """What the document says."""

    title: str
    subtitle: str
    note: str
    tables: tuple[Table, ...]


def told(
    title: str, subtitle: str, tables: Sequence[tuple[str, str, Sequence[Line]]], *, note: str
) -> Book:
    """A book of (table, unit, lines)."""
    made = tuple(Table(name, unit, tuple(lines)) for name, unit, lines in tables)
    return Book(title, subtitle, note, made)


def pdf(book: Book) -> bytes:
    """PDF/UA-1; the same bytes for the same book."""
    return typeset.pdf(TEMPLATE, asdict(book), standards=["ua-1"])


TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(margin: (x: 2cm, y: 2.2cm), numbering: "1")
#set text(size: 9.5pt, lang: "en")
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.8em, it)
= #data.title
#data.subtitle

As declared when the data were loaded. Observed values, extremes and exact counts are not shown.
#data.note
#for each in data.tables [
  == #each.name
  One row for each #each.unit. Variables: #each.lines.len().
  #table(
    columns: (3.6cm, 1fr, 2.6cm),
    stroke: (x, y) => (bottom: 0.4pt + luma(200)),
    inset: (x: 3pt, y: 5pt),
    table.header([*Variable*], [*Meaning and declared values*], [*Type*]),
    ..each.lines.map(line => (
      [#raw(line.name)],
      [#line.label
        #if line.codes != "" [ \\ #text(size: 8.5pt)[#line.codes]]
        #if line.missing != "" [ \\ #text(size: 8.5pt)[Missing: #line.missing]]
        #if line.note != "" [ \\ #text(size: 8.5pt)[#line.note]]
        #if line.since != "" [ \\ *Withdrawn since list #line.since*]],
      [#line.type],
    )).flatten(),
  )
]
"""
