"""What a holding's columns hold, for the staff who classify them: exact figures and a proposal.

A proposal is drawn from the data alone and has no effect: nothing is written, and a class that a
descriptor declares is shown beside it. Rows under embargo are left out, of their own table and of
every table that belongs to their unit. Values of columns that point at persons are never shown.
"""

import datetime
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from muniment.dataplane.compile import cohort, nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.profile import proposals
from muniment.dataplane.spec import holding
from muniment.dataplane.spec.fields import Field, Sensitivity
from muniment.dataplane.spec.holding import Holding, Table
from muniment.dataplane.spec.values import ORDERED_TYPES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Column:
    """`low` and `high` are the range of an ordered column that points at nobody."""

    name: str
    type: str
    declared: str | None
    missing: int
    distinct: int
    low: str | None
    high: str | None
    patterns: dict[str, int]
    proposal: proposals.Proposal


@dataclass(frozen=True, slots=True)
class TableProfile:
    name: str
    rows: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """All tables of a holding, as of a moment."""

    holding: str
    edition: str
    tables: tuple[TableProfile, ...]

    def document(self) -> dict[str, object]:
        return {"muniment_profile": 1, "for": "staff only", **asdict(self)}


def of(folder: Path, *, now: datetime.datetime, watch: Watch | None = None) -> Profile:
    """Read every table once. Raises `faults.Faulty` where the holding cannot be read."""
    watch = watch or Watch()
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        tables = []
        for done, table in enumerate(source.tables):
            watch.step(f"profile {table.name}", done, len(source.tables))
            tables.append(_table(connection, source, table, now))
    return Profile(source.holding, source.edition, tuple(tables))


def _table(
    connection: "duckdb.DuckDBPyConnection", source: Holding, table: Table, now: datetime.datetime
) -> TableProfile:
    visible = _visible(source, table, now)
    counted: list[exp.Expression] = [nodes.named(exp.Count(this=nodes.number(1)), "rows")]
    for place, field in enumerate(table.fields):
        counted.extend(_figures(field, place))
    query = nodes.select(counted, source=nodes.table(table.name, "t"), where=visible)
    [row] = engine.answer(connection, query)
    rows, figures = int(str(row[0])), iter(row[1:])
    columns = []
    for field in table.fields:
        present, distinct = (int(str(next(figures))) for _ in range(2))
        low, high = (next(figures) for _ in range(2))
        hits = {name: int(str(next(figures))) for name in proposals.PATTERNS}
        columns.append(_column(source, table, field, (rows, present, distinct), (low, high), hits))
    return TableProfile(table.name, rows, tuple(columns))


def _figures(field: Field, place: int) -> list[exp.Expression]:
    """Cells that are there, distinct ones, range, and how many fit each pattern."""
    cell = nodes.column("t", field.name)
    text = exp.Cast(this=cell.copy(), to=nodes.VARCHAR.copy())
    ordered = field.type in ORDERED_TYPES
    figures: list[exp.Expression] = [
        exp.Count(this=cell.copy()),
        exp.Count(this=exp.Distinct(expressions=[cell.copy()])),
        exp.Cast(this=exp.Min(this=cell.copy()), to=nodes.VARCHAR.copy())
        if ordered
        else exp.Null(),
        exp.Cast(this=exp.Max(this=cell.copy()), to=nodes.VARCHAR.copy())
        if ordered
        else exp.Null(),
    ]
    for form in proposals.PATTERNS.values():
        fits = nodes.call("regexp_full_match", text.copy(), nodes.text(form))
        figures.append(exp.Count(this=exp.Case(ifs=[exp.If(this=fits, true=nodes.number(1))])))
    return [nodes.named(figure, f"f{place}n{n}") for n, figure in enumerate(figures)]


def _column(
    source: Holding,
    table: Table,
    field: Field,
    counts: tuple[int, int, int],
    span: tuple[object, object],
    hits: dict[str, int],
) -> Column:
    rows, present, distinct = counts
    facts = proposals.Facts(
        field.name, field.type, rows, present, distinct, hits,
        key=source.identifies(table, field), year=field.is_named_year,
    )  # fmt: skip
    proposal = proposals.of(facts)
    hidden = field.sensitivity is Sensitivity.DIRECT or proposal.sensitivity is Sensitivity.DIRECT
    low, high = (None, None) if hidden or span[0] is None else (str(span[0]), str(span[1]))
    return Column(
        name=field.name,
        type=field.type.value,
        declared=None if field.sensitivity is None else field.sensitivity.value,
        missing=rows - present,
        distinct=distinct,
        low=low,
        high=high,
        patterns={name: count for name, count in hits.items() if count},
        proposal=proposal,
    )


def _visible(source: Holding, table: Table, now: datetime.datetime) -> list[exp.Expression]:
    """A row of another table is visible where a row of the base table that it belongs to is."""
    compiler = cohort.Compiler(source, as_of=now)
    own = compiler.visible(table, "t")
    embargo = source.embargo
    if embargo is None or table.name == source.base_table or source.find_join(table) is None:
        return own
    base = nodes.table(source.base_table, "b")
    where = [*compiler.joined(table, "t", "b"), *compiler.visible(source.base, "b")]
    return [*own, exp.Exists(this=nodes.select([nodes.number(1)], source=base, where=where))]
