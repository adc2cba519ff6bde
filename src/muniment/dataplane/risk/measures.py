"""The numbers of a risk report, before and after, from the narrow tables of one part."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import Column
from muniment.dataplane.risk import figures, generalize

# Combinations are brought out of the engine for special uniques; more than this are not.
MOST_COMBINATIONS = 200_000


def of_groups(engine: session.Session, stored: str, names: Sequence[str]) -> dict[str, object]:
    """Histogram of group sizes, risks, and unique units; exact."""
    sizes = [
        size
        for size, groups in engine.answer(_sizes(stored, names))
        for size in [int(str(size))] * int(str(groups))
    ]
    uniques = None
    if len(sizes) <= MOST_COMBINATIONS:
        uniques = figures.uniques(generalize.combined(engine, stored, names).groups).document()
    return {
        "groups": figures.histogram(sizes),
        "rates_millionths": figures.rates(sizes).document(),
        "uniques": uniques,
    }


def utility(
    engine: session.Session,
    before: str,
    after: str,
    columns: Mapping[str, Column],
    *,
    coarser: Sequence[str],
) -> dict[str, dict[str, object]]:
    """By variable: cells with a value before and after, and how far its distribution moved.

    The distance is half the sum of differences between shares of values (total variation), in
    millionths; None for a variable that was made coarser, whose values are others now.
    """
    told: dict[str, dict[str, object]] = {}
    for where, column in columns.items():
        name = column.stored
        held_before = _values(engine, before, name)
        counted = [
            held_before, held_before if after == before else _values(engine, after, name)
        ]  # fmt: skip
        held = [sum(n for value, n in each.items() if value is not None) for each in counted]
        units = max(1, sum(counted[0].values()))
        moved = sum(
            abs(counted[0].get(value, 0) - counted[1].get(value, 0))
            for value in {*counted[0], *counted[1]}
        )
        told[where] = {
            "cells_before": held[0],
            "cells_after": held[1],
            "distance_millionths": (None if name in coarser else moved * 1_000_000 // (2 * units)),
        }
    return told


def _sizes(stored: str, names: Sequence[str]) -> exp.Select:
    """(size, number of groups of that size)."""
    inner = nodes.select(
        [nodes.named(session.rows_of(), "size")],
        source=nodes.table(stored, "t"),
        group_by=[nodes.column("t", name) for name in names],
    )
    size = nodes.column("g", "size")
    return nodes.select(
        [size, session.rows_of()], source=nodes.derived(inner, "g"), group_by=[size.copy()]
    )


def _values(engine: session.Session, stored: str, name: str) -> dict[object, int]:
    column = nodes.column("t", name)
    query = nodes.select(
        [column, session.rows_of()], source=nodes.table(stored, "t"), group_by=[column.copy()]
    )
    return {value: int(str(units)) for value, units in engine.answer(query)}
