"""Keys across rows and tables: nothing named twice, nothing pointing at nothing."""

from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.holding_check import cells
from muniment.dataplane.holding_check.report import Notes, Severity
from muniment.dataplane.spec.holding import ForeignKey, Holding, Table

if TYPE_CHECKING:
    import duckdb

_ROW = "muniment row"


def check(connection: "duckdb.DuckDBPyConnection", holding: Holding, notes: Notes) -> None:
    """Duplicates of primary keys and orphans of foreign keys, by row; missing cells count not."""
    for table in holding.tables:
        known = {field.name for field in table.fields}
        if table.primary_key and known.issuperset(table.primary_key):
            _duplicates(connection, table, notes)
        for key in table.foreign_keys:
            target = holding.find_table(key.table)
            names = {field.name for field in target.fields} if target else set()
            if target and known.issuperset(key.fields) and names.issuperset(key.references):
                _orphans(connection, table, key, target, notes)


def _duplicates(connection: "duckdb.DuckDBPyConnection", table: Table, notes: Notes) -> None:
    columns = [nodes.column("t", name) for name in table.primary_key]
    row = nodes.column("t", _ROW)
    first = exp.Min(this=row)
    found = nodes.select(
        [
            nodes.named(first, "first"),
            nodes.named(exp.Max(this=row.copy()), "last"),
            nodes.named(exp.Count(this=nodes.number(1)), "times"),
        ],
        source=nodes.derived(_numbered(table), "t"),
        where=[_complete("t", table.primary_key)],
        group_by=columns,
    )
    twice = exp.GT(this=nodes.column("d", "times"), expression=nodes.number(1))
    source = nodes.derived(found, "d")
    listed = nodes.select([exp.Star()], source=source, where=[twice])
    tree = nodes.first(listed, by=nodes.column("d", "first"), most=notes.most_rows)
    rows = engine.answer(connection, tree)
    column = ", ".join(table.primary_key)
    for first_row, last, times in rows:
        message = f"The same key stands in row {first_row}; it occurs {times} times."
        notes.fault("duplicate-key", message, table=table.name, row=int(str(last)), column=column)
    _rest(connection, source, [twice], listed=len(rows), notes=notes)


def _orphans(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    key: ForeignKey,
    target: Table,
    notes: Notes,
) -> None:
    pairs = [
        exp.EQ(this=nodes.column("o", theirs), expression=nodes.column("t", ours))
        for ours, theirs in zip(key.fields, key.references, strict=True)
    ]
    there = nodes.select([nodes.number(1)], source=nodes.table(target.name, "o"), where=pairs)
    where = [_complete("t", key.fields), exp.Not(this=exp.Exists(this=there))]
    source = nodes.derived(_numbered(table), "t")
    row = nodes.column("t", _ROW)
    listed = nodes.select([row], source=source, where=where)
    rows = engine.answer(connection, nodes.first(listed, by=row.copy(), most=notes.most_rows))
    column = ", ".join(key.fields)
    for (number,) in rows:
        message = f"{target.name} has no row with this key."
        notes.fault("orphan", message, table=table.name, row=int(str(number)), column=column)
    _rest(connection, source, where, listed=len(rows), notes=notes)


def _rest(
    connection: "duckdb.DuckDBPyConnection",
    source: exp.Expression,
    where: list[exp.Expression],
    *,
    listed: int,
    notes: Notes,
) -> None:
    """Add what was not listed to the total; only a full list can have left something out."""
    if listed == notes.most_rows:
        counted = exp.Count(this=nodes.number(1))
        tree = nodes.select([counted], source=source.copy(), where=[each.copy() for each in where])
        [[total]] = engine.answer(connection, tree)
        notes.more(Severity.FAULT, int(str(total)) - listed)


def _complete(alias: str, names: tuple[str, ...]) -> exp.Expression:
    return nodes.every(
        exp.Not(this=exp.Is(this=nodes.column(alias, name), expression=exp.Null()))
        for name in names
    )


def _numbered(table: Table) -> exp.Select:
    """The typed view with the number of each record."""
    chosen = [nodes.named(nodes.column("v", field.name), field.name) for field in table.fields]
    return nodes.select(
        [nodes.named(cells.number(table), _ROW), *chosen], source=nodes.table(table.name, "v")
    )
