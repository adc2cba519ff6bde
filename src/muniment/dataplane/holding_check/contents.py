"""The cells of a holding against its descriptor, and its keys against each other.

One pass counts every kind of fault in every column; only kinds that occur are looked up by row.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.engines import sources
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check import cells, dates, keys, probes
from muniment.dataplane.holding_check.report import Notes, Severity
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Field, Sensitivity
from muniment.dataplane.spec.holding import Holding, Table

if TYPE_CHECKING:
    import duckdb


def check(
    folder: Path, holding: Holding, tables: Sequence[Table], notes: Notes, watch: Watch
) -> None:
    """Check the tables whose files are in order; names that an engine would mix up stop it."""
    if not tables or _mixed_up(tables):
        return
    readable = dataclasses.replace(holding, tables=tuple(tables))
    try:
        with engine.open(readable, folder=folder) as connection:
            for done, table in enumerate(tables):
                watch.step(f"check {table.name}", done, len(tables))
                source = engine.raw(table, sources.locate(folder, table))
                view = nodes.derived(cells.of(table, source), cells.ALIAS)
                _check_table(connection, readable, table, view, notes)
            watch.step("check the keys")
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
    holding: Holding,
    table: Table,
    view: exp.Subquery,
    notes: Notes,
) -> None:
    asked = [
        (place, probe)
        for place, field in enumerate(table.fields)
        for probe in probes.of(
            holding, table, field, text=cells.text(place), value=cells.value(place)
        )
    ]
    try:
        total, *counts = _tally(connection, view, [probe for _, probe in asked])
    except faults.Faulty:
        message = f"{table.path} cannot be read to its end; it may be damaged or cut short."
        notes.fault("unreadable", message, table=table.name)
        return
    if total == 0:
        add = notes.fault if table.name == holding.base_table else notes.warning
        add("no-rows", "The table has no rows.", table=table.name)
    for (place, probe), count in zip(asked, counts, strict=True):
        if count:
            rows = _rows(connection, view, place, probe, most=notes.most_rows)
            _note(notes, table, table.fields[place], probe, rows, count)
    dates.check(connection, table, view, notes)


def _tally(
    connection: "duckdb.DuckDBPyConnection", view: exp.Subquery, asked: list[probes.Probe]
) -> list[int]:
    """The number of rows, then how often each probe hits."""
    columns = [nodes.named(exp.Count(this=nodes.number(1)), "rows")]
    for place, probe in enumerate(asked):
        hit = exp.If(this=probe.condition.copy(), true=nodes.number(1))
        columns.append(nodes.named(exp.Count(this=exp.Case(ifs=[hit])), f"p{place}"))
    [row] = engine.answer(connection, nodes.select(columns, source=view.copy()))
    return [int(str(number)) for number in row]


def _rows(
    connection: "duckdb.DuckDBPyConnection",
    view: exp.Subquery,
    place: int,
    probe: probes.Probe,
    *,
    most: int,
) -> list[tuple[int, str]]:
    hit = nodes.select(
        [cells.row(), cells.text(place)], source=view.copy(), where=[probe.condition]
    )
    found = engine.answer(connection, nodes.first(hit, by=cells.row(), most=most))
    return [(int(str(row)), str(text)) for row, text in found]


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
