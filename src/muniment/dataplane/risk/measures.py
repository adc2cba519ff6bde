"""The numbers of a risk report, before and after, from the narrow tables of one part."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.extract.treat import Column
from muniment.dataplane.risk import figures, generalize

# Combinations are brought out of the engine for special uniques; more than this are not.
MOST_COMBINATIONS = 200_000


Values = tuple[str | None, ...]
# What values became, by column; empty where they stay, None where they have no form of their own.
Forms = Sequence[Mapping[str, str | None] | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Grouped:
    """Groups of a stored table: how many there are of each size, and their values.

    `held` is None where there are too many.
    """

    sizes: Counter[int]
    held: generalize.Combined | None


def grouped(
    engine: session.Session, stored: str, names: Sequence[str], *, found: Counter[int]
) -> Grouped:
    """Groups of these `sizes`, and their values where they can be held."""
    few = found.total() <= MOST_COMBINATIONS
    return Grouped(found, generalize.combined(engine, stored, names) if few else None)


def of_groups(found: Grouped, register: Grouped, *, forms: Forms = ()) -> dict[str, object]:
    """Histogram of group sizes, risks, and unique units; exact.

    `register` is everyone in the holding, before `forms` made values coarser. Without it, or where
    values have no form of their own, there is no journalist's risk.
    """
    rates = figures.rates(list(found.sizes.elements()))
    if found.held is not None and register.held is not None and None not in forms:
        here = [int(size) for size in found.held.groups.sizes]
        rates = figures.rates(here, in_register(found.held, register.held, forms=forms))
    return {
        "groups": figures.histogram(found.sizes),
        "rates_millionths": rates.document(),
        "uniques": found.held and figures.uniques(found.held.groups).document(),
    }


def in_register(
    here: generalize.Combined, there: generalize.Combined, *, forms: Forms = ()
) -> list[int]:
    """For each group here, how many in the register it could be about; never fewer than it has.

    A value that is missing here says nothing, so it fits anyone.
    """
    groups, people = list(_rows(here)), [
        (tuple(_formed(value, form) for value, form in zip(values, forms, strict=True))
         if forms else values, units)
        for values, units in _rows(there)
    ]  # fmt: skip
    found = [units for _, units in groups]
    for missing in {_missing(values) for values, _ in groups}:
        many: Counter[Values] = Counter()
        for values, units in people:
            many[_without(values, missing)] += units
        for spot, (values, units) in enumerate(groups):
            if _missing(values) == missing:
                found[spot] = max(units, many[_without(values, missing)])
    return found


def _rows(held: generalize.Combined) -> Iterator[tuple[Values, int]]:
    for places, units in zip(held.groups.keys, held.groups.sizes, strict=True):
        pairs = zip(held.values, places, strict=True)
        yield tuple(values[place] for values, place in pairs), int(units)


def _formed(value: str | None, form: Mapping[str, str | None] | None) -> str | None:
    """A value that nobody in the release has keeps its own form: it fits no group there."""
    return form.get(value, value) if form and value is not None else value


def _missing(values: Values) -> tuple[bool, ...]:
    return tuple(value is None for value in values)


def _without(values: Values, missing: tuple[bool, ...]) -> Values:
    return tuple(value for value, gone in zip(values, missing, strict=True) if not gone)


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


def sizes(engine: session.Session, source: exp.Expression, names: Sequence[str]) -> Counter[int]:
    """How many groups there are of each size among the rows of `source`, whose alias is `t`."""
    inner = nodes.select(
        [nodes.named(session.rows_of(), "size")],
        source=source,
        group_by=[nodes.column("t", name) for name in names],
    )
    size = nodes.column("g", "size")
    query = nodes.select(
        [size, session.rows_of()], source=nodes.derived(inner, "g"), group_by=[size.copy()]
    )
    return Counter({int(str(size)): int(str(many)) for size, many in engine.answer(query)})


def _values(engine: session.Session, stored: str, name: str) -> dict[object, int]:
    column = nodes.column("t", name)
    query = nodes.select(
        [column, session.rows_of()], source=nodes.table(stored, "t"), group_by=[column.copy()]
    )
    return {value: int(str(units)) for value, units in engine.answer(query)}
