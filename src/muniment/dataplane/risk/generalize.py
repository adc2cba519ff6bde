"""Coarser values instead of fewer: one rung per column, or boxes, applied to the baseline.

Rows are grouped once, over the finest combination of values; both searches work on those groups,
and their result goes back as small tables that are joined to the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import CODE, Column
from muniment.dataplane.risk import coarse, encoded, ladder, lattice, partition

if TYPE_CHECKING:
    import pyarrow

FORMS = "risk forms"
BOXES = "risk boxes"
NARROW = "risk generalized"
Value = str | None


@dataclass(frozen=True, slots=True)
class Combined:
    """Distinct combinations: `values[d]` are the values of column d in order, missing first."""

    values: tuple[tuple[Value, ...], ...]
    groups: lattice.Groups


@dataclass(frozen=True, slots=True)
class Made:
    """`stored` is the narrow table with coarser values.

    `forms` maps values of a column, by stored name, to what they became; None where a value has no
    form of its own (boxes). `document` is for the receipt.
    """

    stored: str
    columns: Mapping[str, Column]
    forms: Mapping[str, Mapping[str, Value] | None]
    document: Mapping[str, object]


def combined(engine: session.Session, stored: str, names: Sequence[str]) -> Combined:
    """The one group-by: combinations of values as text, with the units that have them."""
    keys = [nodes.column("t", name) for name in names]
    counted = nodes.named(session.rows_of(), "units")
    inner = nodes.select(
        [*keys, counted],
        source=nodes.table(stored, "t"),
        group_by=[key.copy() for key in keys],
    )
    texts = [nodes.named(session.as_text(nodes.column("g", name)), name) for name in names]
    query = nodes.select([*texts, nodes.column("g", "units")], source=nodes.derived(inner, "g"))
    return of_columns(engine.columns(query))


def of_columns(found: "pyarrow.Table") -> Combined:
    """The same from a column of text for each variable and, last, the units of each row."""
    *held, units = (encoded.whole(column) for column in found.columns)
    keys = np.empty((found.num_rows, len(held)), dtype=np.int64)
    values = []
    for spot, column in enumerate(held):
        seen, numbers = encoded.numbered(column)
        texts = [None if cell is None else str(cell) for cell in seen]
        distinct = tuple(_ordered(set(texts)))
        place = {value: n for n, value in enumerate(distinct)}
        keys[:, spot] = np.array([place[text] for text in texts], dtype=np.int64)[numbers]
        values.append(distinct)
    return Combined(tuple(values), lattice.Groups(keys, encoded.numbers(units)))


def dimension(values: Sequence[Value], rungs: ladder.Ladder) -> lattice.Dimension:
    """A column's values on every rung of its ladder, the last being missing for all."""
    forms = []
    for step in range(len(rungs.rungs) + 2):
        seen: dict[Value, int] = {}
        forms.append([seen.setdefault(rungs.rung(value, step), len(seen)) for value in values])
    return lattice.Dimension(tuple(np.array(form, dtype=np.int64) for form in forms))


def climb(
    engine: session.Session,
    stored: str,
    columns: Sequence[Column],
    *,
    ladders: Sequence[ladder.Ladder],
    limit: int,
    suppress: int,
) -> Made:
    """One rung per column, the least loss under which at most `suppress` percent are below."""
    names = [column.stored for column in columns]
    held = combined(engine, stored, names)
    dimensions = [
        dimension(values, rungs) for values, rungs in zip(held.values, ladders, strict=True)
    ]
    most = held.groups.units * suppress // 100
    try:
        found = lattice.search(held.groups, dimensions, limit=limit, most_below=most)
    except ValueError as error:
        raise refusals.refused("too-many-rungs", str(error)) from None
    assert found is not None  # there are at least `limit` units, and at the top all are alike
    forms: dict[str, Mapping[str, Value]] = {}
    changed: dict[str, Column] = {}
    for column, values, rungs, step in zip(columns, held.values, ladders, found.node, strict=True):
        if step:
            forms[column.stored] = {
                value: rungs.rung(value, step) for value in values if value is not None
            }
            changed[column.stored] = coarse.of(column, rungs.says(step))
    document = {
        "approach": ladder.Approach.GENERALIZE.value,
        "rungs": {
            column.field.name: step for column, step in zip(columns, found.node, strict=True)
        },
        "loss_per_million": round(found.loss * 1_000_000),
        "units_below": found.below,
        "nodes": found.nodes,
        "nodes_grouped": found.looked,
    }
    return Made(_rewritten(engine, stored, names, forms), changed, forms, document)


def boxes(engine: session.Session, stored: str, columns: Sequence[Column], *, limit: int) -> Made:
    """Boxes of at least `limit` units, each value shown as the side of its box."""
    names = [column.stored for column in columns]
    held = combined(engine, stored, names)
    heights = tuple(len(values) for values in held.values)
    cut = partition.cut(held.groups, heights=heights, limit=limit)
    sides = [
        [side(values, range_) for values, range_ in zip(held.values, box, strict=True)]
        for box in cut.ranges
    ]
    brought: dict[str, list[Value]] = {}
    for spot, name in enumerate(names):
        brought[f"v{name}"] = [held.values[spot][key] for key in held.groups.keys[:, spot]]
        brought[f"f{name}"] = [sides[box][spot] for box in cut.of]
    engine.bring(BOXES, {name: _text(values) for name, values in brought.items()})
    same = nodes.every(
        exp.NullSafeEQ(
            this=nodes.column("b", f"v{name}"), expression=session.as_text(nodes.column("t", name))
        )
        for name in names
    )
    chosen = [nodes.named(nodes.column("b", f"f{name}"), name) for name in names]
    query = nodes.select([nodes.column("t", CODE), *chosen], source=nodes.table(stored, "t"))
    joins = [session.join(nodes.table(engine.temporary(BOXES), "b"), on=same)]
    engine.keep(NARROW, session.joined(query, joins))
    changed = {
        column.stored: coarse.of(column, "a range that enough others share") for column in columns
    }
    document = {"approach": ladder.Approach.PARTITION.value, "boxes": len(cut.ranges)}
    return Made(engine.temporary(NARROW), changed, dict.fromkeys(names), document)


def side(values: Sequence[Value], range_: partition.Range) -> Value:
    """A range of values as text, by the cuts alone; all values, or missing among others: none."""
    first, end = range_
    if values[first] is None or (first == 0 and end == len(values)):
        return values[0] if len(values) == 1 else None
    if end - first == 1:
        return values[first]
    opens = first == 0 or (first == 1 and values[0] is None)
    if opens:
        return f"before {values[end]}"
    return (
        f"{values[first]} or after"
        if end == len(values)
        else f"{values[first]} to before {values[end]}"
    )


def reform(
    engine: session.Session, name: str, forms: Mapping[str, Value], *, label: str
) -> exp.Join:
    """The join that brings `form` for the values of a column of `t`, under the alias `label`."""
    table = f"{FORMS} {label}"
    engine.bring(table, {"value": _text(list(forms)), "form": _text(list(forms.values()))})
    same = exp.EQ(
        this=nodes.column(label, "value"), expression=session.as_text(nodes.column("t", name))
    )
    return session.join(nodes.table(engine.temporary(table), label), on=same, side="LEFT")


def _rewritten(
    engine: session.Session,
    stored: str,
    names: Sequence[str],
    forms: Mapping[str, Mapping[str, Value]],
) -> str:
    if not forms:
        return stored
    joins = [reform(engine, name, forms[name], label=f"f{name}") for name in names if name in forms]
    chosen = [
        nodes.named(nodes.column(f"f{name}", "form"), name)
        if name in forms
        else nodes.column("t", name)
        for name in names
    ]
    query = nodes.select([nodes.column("t", CODE), *chosen], source=nodes.table(stored, "t"))
    engine.keep(NARROW, session.joined(query, joins))
    return engine.temporary(NARROW)


def _ordered(values: set[Value]) -> list[Value]:
    """Missing first; numbers by size where all are numbers, else text."""
    texts = [value for value in values if value is not None]
    try:
        texts.sort(key=lambda text: (float(text), text))
    except ValueError:
        texts.sort()
    return [*([None] if None in values else []), *texts]


def _text(values: list[Value]):  # type: ignore[no-untyped-def]
    import pyarrow

    return pyarrow.array(values, pyarrow.string())
