"""The cells of a holding against its descriptor, and its keys against each other.

One pass counts every kind of fault in every column; only kinds that occur are looked up by row.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes, typed
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.engines import sources
from muniment.dataplane.holding_check import dates, keys, probes
from muniment.dataplane.holding_check.report import MOST_ROWS, Notes, Severity
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Field, Sensitivity
from muniment.dataplane.spec.holding import Format, Holding, Table

if TYPE_CHECKING:
    import duckdb


def check(folder: Path, holding: Holding, tables: Sequence[Table], notes: Notes) -> None:
    """Check the tables whose files are in order; names that an engine would mix up stop it."""
    if not tables or _mixed_up(tables):
        return
    readable = dataclasses.replace(holding, tables=tuple(tables))
    try:
        with engine.open(readable, folder=folder) as connection:
            for table in tables:
                _check_table(connection, folder, readable, table, notes)
            keys.check(connection, readable, notes)
    except faults.Faulty as faulty:
        for fault in faulty.faults:
            notes.fault(fault.code, fault.message)


def _mixed_up(tables: Sequence[Table]) -> bool:
    groups = [[table.name for table in tables]]
    groups += [[field.name for field in table.fields] for table in tables]
    return any(len({name.casefold() for name in names}) < len(names) for names in groups)


def _check_table(
    connection: "duckdb.DuckDBPyConnection",
    folder: Path,
    holding: Holding,
    table: Table,
    notes: Notes,
) -> None:
    source = engine.raw(table, sources.locate(folder, table))
    asked = [(field, probe) for field in table.fields for probe in probes.of(holding, table, field)]
    try:
        total, *counts = _tally(connection, table, source, asked)
    except faults.Faulty:
        message = f"{table.path} cannot be read to its end; it may be damaged or cut short."
        notes.fault("unreadable", message, table=table.name)
        return
    if total == 0:
        notes.fault("no-rows", "The table has no rows.", table=table.name)
    for (field, probe), count in zip(asked, counts, strict=True):
        if count:
            rows = _rows(connection, table, source, field, probe)
            _note(notes, table, field, probe, rows, count)
    dates.check(connection, table, source, notes)


def _tally(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    source: exp.Expression,
    asked: Sequence[tuple[Field, probes.Probe]],
) -> list[int]:
    """The number of rows, then how often each probe hits."""
    columns = [nodes.named(exp.Count(this=nodes.number(1)), "rows")]
    for place, (field, probe) in enumerate(asked):
        hit = _on_cell(probe.condition, field, table)
        counted = exp.Count(this=exp.Case(ifs=[exp.If(this=hit, true=nodes.number(1))]))
        columns.append(nodes.named(counted, f"p{place}"))
    [row] = engine.answer(connection, nodes.select(columns, source=source.copy()))
    return [int(str(number)) for number in row]


def _on_cell(condition: exp.Expression, field: Field, table: Table) -> exp.Expression:
    """A probe's condition with the cell written in, for the one pass over all columns."""
    text = typed.present(field, table)
    written = {"text": text, "value": typed.cell(field, text)}

    def replaced(node: exp.Expression) -> exp.Expression:
        return written[node.name].copy() if isinstance(node, exp.Column) else node

    return condition.copy().transform(replaced)


def _rows(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    source: exp.Expression,
    field: Field,
    probe: probes.Probe,
) -> list[tuple[int, str]]:
    hit = nodes.select(
        [nodes.column("cell", "row"), nodes.column("cell", "text")],
        source=nodes.derived(cells(table, source, field), "cell"),
        where=[probe.condition],
    )
    tree = nodes.first(hit, by=nodes.column("cell", "row"), most=MOST_ROWS)
    return [(int(str(row)), str(text)) for row, text in engine.answer(connection, tree)]


def cells(table: Table, source: exp.Expression, field: Field) -> exp.Select:
    """One column as rows of `row`, `text`, `value`; the header of a CSV file is row 1."""
    first = 1 if table.format is Format.CSV else 0
    counted = exp.Window(this=nodes.call("row_number"))
    text = typed.present(field, table)
    columns = [
        nodes.named(exp.Add(this=counted, expression=nodes.number(first)), "row"),
        nodes.named(text, "text"),
        nodes.named(typed.cell(field, text.copy()), "value"),
    ]
    return nodes.select(columns, source=source.copy())


def _note(
    notes: Notes,
    table: Table,
    field: Field,
    probe: probes.Probe,
    rows: list[tuple[int, str]],
    count: int,
) -> None:
    add = notes.fault if probe.severity is Severity.FAULT else notes.warning
    for row, text in rows:
        direct = field.sensitivity is Sensitivity.DIRECT
        cell = "This cell" if direct else faults.quoted(text)
        message = probe.message.format(cell=cell)
        add(probe.code, message, table=table.name, row=row, column=field.name)
    notes.more(probe.severity, count - len(rows))
