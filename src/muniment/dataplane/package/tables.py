"""Rows to files: each table as Parquet and as CSV, in an order that says nothing."""

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources
from muniment.dataplane.extract import partitions, session
from muniment.dataplane.extract.treat import CODE as RANK
from muniment.dataplane.package import statistical
from muniment.dataplane.package.shape import OutColumn, OutTable
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType

FOLDER = "data"
# What a spreadsheet takes for the start of a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DEFUSED = "'"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
# In a group of a Parquet file, which is put together in memory; DuckDB takes 122,880.
FEW_ROWS = 20_480
MISSING_BANDS = ((5, "under 5 %"), (20, "5 to 20 %"), (50, "20 to 50 %"))
MOST_MISSING = "over 50 %"


def write(engine: session.Session, table: OutTable, *, file_name: str, package: Path) -> list[str]:
    """Write the files of a table, one a kind; returns their paths inside the package.

    The forms of statistics programs are made from the Parquet file, which comes before them.
    """
    folder = package / FOLDER
    folder.mkdir(exist_ok=True)
    paths = []
    for kind in engine.staging.kinds:
        target = folder / f"{file_name}.{kind}"
        if kind in statistical.KINDS:
            made = statistical.write(table, target, source=folder / f"{file_name}.parquet")
            paths += [f"{FOLDER}/{each.name}" for each in made]
            continue
        shown = _plain if kind == "parquet" else _for_csv
        columns = [shown(column) for column in table.columns]
        _written(engine, table, _ordered(table, columns), target, kind)
        paths.append(f"{FOLDER}/{target.name}")
    return paths


def missing(engine: session.Session, table: OutTable, *, rows: int) -> dict[str, str]:
    """How much of each column is missing, as a band, by variable."""
    counts = [exp.Count(this=nodes.column("t", column.stored)) for column in table.columns]
    [found] = engine.answer(nodes.select(counts, source=nodes.table(table.stored, "t")))
    return {
        column.name: _band(rows - int(str(present)), rows)
        for column, present in zip(table.columns, found, strict=True)
    }


def _band(absent: int, rows: int) -> str:
    share = 100 * absent / rows if rows else 0
    return next((words for least, words in MISSING_BANDS if share < least), MOST_MISSING)


def _plain(column: OutColumn) -> exp.Expression:
    return nodes.named(nodes.column("t", column.stored), column.name)


def _for_csv(column: OutColumn) -> exp.Expression:
    """Text that a spreadsheet would run gets an apostrophe in front."""
    held = nodes.column("t", column.stored)
    if column.kind is not FieldType.STRING:
        return _plain(column)
    first = nodes.call("ascii", held.copy())
    risky = exp.In(this=first, expressions=[nodes.number(ord(sign)) for sign in FORMULA])
    defused = exp.DPipe(this=nodes.text(DEFUSED), expression=held.copy())
    return nodes.named(exp.Case(ifs=[exp.If(this=risky, true=defused)], default=held), column.name)


def _ordered(table: OutTable, columns: Iterable[exp.Expression]) -> exp.Select:
    """Sorted by what leaves and by nothing else: codes first, then every other column.

    Where the unit's code leaves, its rank sorts in its place: the order is the same, for less work.
    Where it also stands in one row alone, nothing is left to sort by.
    """
    query = nodes.select(list(columns), source=nodes.table(table.stored, "t"))
    if table.in_order:
        return query
    codes_first = sorted(table.columns, key=lambda column: not column.is_code)
    by = [RANK if column.stored == table.unit_code else column.stored for column in codes_first]
    order = [
        exp.Ordered(this=nodes.column("t", name), nulls_first=True)
        for name in ([RANK] if table.once else by)
    ]
    query.set("order", exp.Order(expressions=order))
    return query


def _written(
    engine: session.Session, table: OutTable, query: exp.Select, target: Path, kind: str
) -> None:
    """Where memory is short, rows are sorted piece by piece and then written, to the same file.

    Where it is shorter still, a Parquet file gets smaller groups of rows.
    """
    few = [column.name for column in table.columns if _has_few(column)]
    if _fits(engine, _copy(query.copy(), target, kind), target, few):
        return
    name = f"sorted {target.name}"
    _sort(engine, table, query, name)
    rows = nodes.star(engine.temporary(name))
    if kind != "parquet" or not _fits(engine, _copy(rows.copy(), target, kind), target, few):
        group = FEW_ROWS if kind == "parquet" else None
        engine.write(_copy(rows, target, kind, rows=group), few=few)
    engine.forget(name)


def _has_few(column: OutColumn) -> bool:
    """Whether it holds few different texts, by what is declared and done to it."""
    listed = column.codes or column.method == Method.ZIP3
    return column.kind is FieldType.STRING and bool(listed)


def _fits(engine: session.Session, copy: exp.Copy, target: Path, few: Sequence[str]) -> bool:
    """Write the file, unless memory is too short for that: then there is none."""
    try:
        engine.write(copy, few=few)
    except faults.Faulty as error:
        if not sources.is_short_of_memory(error):
            raise
        target.unlink(missing_ok=True)
        return False
    return True


def _sort(engine: session.Session, table: OutTable, query: exp.Select, name: str) -> None:
    """Keep the rows in order as the table `name`, by way of pieces where a code leaves."""
    code = next((column for column in table.columns if column.is_code), None)
    if code is None:
        engine.keep(name, query)
        return
    held = nodes.column("t", code.stored)
    nothing = exp.Is(this=held.copy(), expression=exp.Null())
    engine.keep(f"{name} -", nodes.narrowed(query.copy(), nothing))
    rest = (_pieces(engine, query, held, name, digit) for digit in partitions.DIGITS)
    # One table, since each of several would begin a group of rows of its own.
    engine.gather(name, [f"{name} -", *itertools.chain.from_iterable(rest)])


def _pieces(
    engine: session.Session, query: exp.Select, code: exp.Column, name: str, start: str
) -> list[str]:
    """The rows whose code starts so, in order; in pieces of their own where they are too many."""
    first = nodes.call("left", code.copy(), nodes.number(len(start)))
    chosen = exp.EQ(this=first, expression=nodes.text(start))
    piece = f"{name} {start}"
    try:
        engine.keep(piece, nodes.narrowed(query.copy(), chosen))
    except faults.Faulty as error:
        if len(start) == partitions.MOST_DIGITS or not sources.is_short_of_memory(error):
            raise
    else:
        return [piece]
    finer = (_pieces(engine, query, code, name, start + digit) for digit in partitions.DIGITS)
    return [*itertools.chain.from_iterable(finer)]


def _copy(query: exp.Select, target: Path, kind: str, *, rows: int | None = None) -> exp.Copy:
    if kind == "parquet" and rows is not None:
        return nodes.copied(query, str(target), ROW_GROUP_SIZE=nodes.number(rows))
    if kind == "parquet":
        return nodes.copied(query, str(target))
    options = {
        "HEADER": exp.true(),
        "DELIMITER": nodes.text(","),
        "TIMESTAMPFORMAT": nodes.text(MOMENT),
    }
    return nodes.copied(query, str(target), kind=kind, **options)
