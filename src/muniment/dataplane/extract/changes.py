"""Cells that a method changed, marked while it works so that no row is treated twice to count them.

Beside the treated cell `c3` stands `x3`: 1 where a value was held, 2 more where it became another.
Marks are counted and never written out.
"""

from collections.abc import Sequence
from typing import Protocol

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.spec import fields, holding
from muniment.dataplane.spec.values import FieldType

HELD, CHANGED = 1, 2
TINY = exp.DataType(this=exp.DataType.Type.TINYINT)


class Column(Protocol):
    """What leaves of `field`; `stored` is the name of its treated cells, `kind` their type."""

    @property
    def field(self) -> fields.Field: ...

    @property
    def stored(self) -> str: ...

    @property
    def kind(self) -> FieldType: ...


def held(columns: Sequence[Column]) -> list[exp.Expression]:
    """The cells as they are held, for a query that `marked` reads; rows of the holding are `r`."""
    return [
        nodes.named(nodes.column("r", column.field.name), f"h{column.stored}") for column in columns
    ]


def marked(treated: exp.Select, names: Sequence[str], columns: Sequence[Column]) -> exp.Select:
    """The columns `names` of treated rows, with a mark for each of `columns`.

    A query over a query: what a method does to a cell is worked out once.
    """
    if not columns:
        return treated
    chosen: list[exp.Expression] = [nodes.column("m", name) for name in names]
    chosen += [nodes.named(_mark(column), f"x{column.stored}") for column in columns]
    return nodes.select(chosen, source=nodes.derived(treated, "m"))


def counted(
    engine: session.Session,
    stored: str,
    *,
    plain: Sequence[Column],
    marked: Sequence[Column],
) -> dict[str, tuple[int, int]]:
    """Exact numbers of cells, held and changed, by variable; `plain` columns leave as held."""
    if not (plain or marked):
        return {}
    counts: list[exp.Expression] = []
    for column in plain:
        counts += [exp.Count(this=nodes.column("t", column.stored)), nodes.number(0)]
    for column in marked:
        mark = nodes.column("t", f"x{column.stored}")
        counts.append(_with(exp.In(this=mark, expressions=_numbers(HELD, HELD + CHANGED))))
        counts.append(
            _with(exp.In(this=mark.copy(), expressions=_numbers(CHANGED, HELD + CHANGED)))
        )
    [row] = engine.answer(nodes.select(counts, source=nodes.table(stored, "t")))
    found = [int(str(value)) for value in row]
    names = [column.field.name for column in (*plain, *marked)]
    return dict(zip(names, zip(found[::2], found[1::2], strict=True), strict=True))


def kept(
    engine: session.Session, table: holding.Table, column: Column, tree: exp.Expression
) -> exp.Expression:
    """The treated cell; declared codes that no method changed as what takes less room."""
    field = column.field
    is_held = tree == nodes.column("r", field.name)
    if is_held and field.codes and field.type is FieldType.STRING:
        return exp.Cast(this=tree.copy(), to=engine.few(table.name, field.name))
    return tree.copy()


def _mark(column: Column) -> exp.Expression:
    before, after = nodes.column("m", f"h{column.stored}"), nodes.column("m", column.stored)
    missing = exp.Is(this=before.copy(), expression=exp.Null())
    was_held = exp.Case(
        ifs=[exp.If(this=missing, true=nodes.number(0))], default=nodes.number(HELD)
    )
    # Values of one type are compared as they are: as text that would cost twice the time.
    one: tuple[exp.Expression, exp.Expression] = before, after
    if column.kind is not column.field.type:
        one = session.as_text(before), session.as_text(after)
    other = exp.NullSafeNEQ(this=one[0], expression=one[1])
    is_other = exp.Case(
        ifs=[exp.If(this=other, true=nodes.number(CHANGED))], default=nodes.number(0)
    )
    return exp.Cast(this=exp.Add(this=was_held, expression=is_other), to=TINY.copy())


def _with(condition: exp.Expression) -> exp.Expression:
    return exp.Filter(this=session.rows_of(), expression=exp.Where(this=condition))


def _numbers(*values: int) -> list[exp.Expression]:
    return [nodes.number(value) for value in values]
