"""The variables of tables as axes: every unit has exactly one place on each, so that cells add up.

A unit with no declared value is with the missing ones, and one whose rows say several things gets
a label for that: otherwise margins would not be sums of their cells, and no audit could speak
about them. Which labels there are follows from the descriptor alone.
"""

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp

from muniment.dataplane.compile import cohort as cohorts
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.spec.values import FieldType
from muniment.dataplane.suppression.frame import Frame, Margin

SEVERAL = "several values"


@dataclass(frozen=True, slots=True)
class Axis:
    """`labels` in order: declared ones, then missing and `SEVERAL` where that can be."""

    name: str
    labels: tuple[str, ...]


def of(holding: Holding, names: Iterable[str]) -> tuple[Axis, ...]:
    """The axes of these variables of the base table. Raises `KeyError` for an unknown one."""
    base = holding.base
    once = base.primary_key == (holding.unit_key,)
    found = []
    for name in names:
        field = base.get_field(name)
        labels = [
            label
            for label in questions.labels(field)
            if label != questions.MISSING_LABEL or not _always_declared(field)
        ]
        found.append(Axis(name, tuple(labels if once else [*labels, SEVERAL])))
    return tuple(found)


def units(
    holding: Holding,
    axes: Sequence[Axis],
    *,
    part: Part | None = None,
    as_of: datetime.datetime | None = None,
    amounts: Sequence[str] = (),
    beside: Sequence[Part] = (),
) -> exp.Select:
    """A row per unit: its key `unit`, its place on each axis (`c0`, …), whether a `member`.

    Then what its rows hold together of each variable in `amounts` (`m0`, …), missing where none,
    and whether it is in the cohort of each part in `beside` (`o0`, …).
    """
    compiler = cohorts.Compiler(holding, as_of=as_of)
    unit = exp.Cast(this=nodes.column(questions.BASE, holding.unit_key), to=nodes.VARCHAR.copy())
    others = [_member(holding, other, as_of) for other in beside]
    known = exp.Not(this=exp.Is(this=unit.copy(), expression=exp.Null()))
    rows = nodes.select(
        [
            nodes.named(unit, "unit"),
            nodes.named(_member(holding, part, as_of), "member"),
            *[nodes.named(_place(holding, axis), f"c{at}") for at, axis in enumerate(axes)],
            *[_amount(name, f"m{at}") for at, name in enumerate(amounts)],
            *[nodes.named(each, f"o{at}") for at, each in enumerate(others)],
        ],
        source=nodes.table(holding.base_table, questions.BASE),
        where=[known, *compiler.visible(holding.base, questions.BASE)],
    )
    return nodes.select(
        [
            nodes.column("d", "unit"),
            *[nodes.named(_single(f"c{at}", axis), f"c{at}") for at, axis in enumerate(axes)],
            _ever("member"),
            *[_summed(f"m{at}") for at in range(len(amounts))],
            *[_ever(f"o{at}") for at in range(len(beside))],
        ],
        source=nodes.derived(rows, "d"),
        group_by=[nodes.column("d", "unit")],
    )


def tally(
    holding: Holding,
    axes: Sequence[Axis],
    *,
    part: Part | None = None,
    as_of: datetime.datetime | None = None,
    beside: Sequence[Part] = (),
) -> exp.Select:
    """A row per cell with a unit in it: its places, whether in the cohort (1 or 0), how many.

    Before the number stands whether it is in the cohort of each part in `beside`.
    """
    width = len(axes)
    keys: list[exp.Expression] = [nodes.column("u", f"c{at}") for at in range(width)]
    names = ["member", *[f"o{at}" for at in range(len(beside))]]
    inside = [_as_number(nodes.column("u", name)) for name in names]
    return nodes.select(
        [
            *keys,
            *[nodes.named(each, f"in{at}") for at, each in enumerate(inside)],
            exp.Count(this=nodes.number(1)),
        ],
        source=nodes.derived(units(holding, axes, part=part, as_of=as_of, beside=beside), "u"),
        group_by=[*[key.copy() for key in keys], *[each.copy() for each in inside]],
    )


def place(spots: Iterable[object]) -> tuple[int, ...]:
    """A row's places as numbers. Raises `faults.Faulty` for a value that its field rules out."""
    found = list(spots)
    if None in found:
        message = "A required variable holds a value that is not declared; check the holding."
        raise faults.Faulty([faults.Fault("", "not-declared", message)])
    return tuple(int(str(spot)) for spot in found)


def fill(frame: Frame, found: Iterable[tuple[tuple[int, ...], int]]) -> tuple[int, ...]:
    """A number per cell of the frame, from (place on every axis, how many) pairs."""
    listed = list(found)
    values: list[int] = []
    for margin in frame.margins:
        here: Counter[tuple[int, ...]] = Counter()
        for place, number in listed:
            here[tuple(place[axis] for axis in margin)] += number
        values += [here[place] for place in frame.places(margin)]
    return tuple(values)


def labeled(
    frame: Frame, axes: Sequence[Axis], margin: Margin
) -> list[tuple[int, tuple[str, ...]]]:
    """Every cell of a margin with its labels, in declared order."""
    at = frame.starts[frame.margins.index(margin)]
    names = itertools.product(*[axes[axis].labels for axis in margin])
    return [(at + spot, labels) for spot, labels in enumerate(names)]


def _always_declared(field: Field) -> bool:
    """Whether every value that the descriptor allows has a label of its own, so none is missing."""
    if not field.required:
        return False
    if not field.bands:
        return True
    ends = [(band.low, band.high) for band in field.bands]
    return (
        field.type is FieldType.INTEGER
        and (ends[0][0], ends[-1][1]) == (None, None)
        and all(int(low or 0) == int(high or 0) + 1 for (_, high), (low, _) in pairwise(ends))
    )


def _place(holding: Holding, axis: Axis) -> exp.Expression:
    position = questions.position(holding.base.get_field(axis.name))
    if questions.MISSING_LABEL not in axis.labels:
        return position
    missing = nodes.number(axis.labels.index(questions.MISSING_LABEL))
    return exp.Coalesce(this=position, expressions=[missing])


def _member(holding: Holding, part: Part | None, as_of: datetime.datetime | None) -> exp.Expression:
    """Whether a row is in the cohort of a part, by the part's own computed variables."""
    if part is None or part.cohort is None:
        return exp.true()
    compiler = cohorts.Compiler(holding, as_of=as_of, computed=part.derived)
    found = compiler.condition(part.cohort, holding.base, questions.BASE)
    return exp.Coalesce(this=found, expressions=[exp.false()])


def _ever(name: str) -> exp.Expression:
    return nodes.named(nodes.call("bool_or", nodes.column("d", name)), name)


def _as_number(column: exp.Expression) -> exp.Expression:
    return exp.Case(ifs=[exp.If(this=column, true=nodes.number(1))], default=nodes.number(0))


def _amount(name: str, stored: str) -> exp.Expression:
    return nodes.named(nodes.column(questions.BASE, name), stored)


def _summed(name: str) -> exp.Expression:
    return nodes.named(exp.Sum(this=nodes.column("d", name)), name)


def _single(name: str, axis: Axis) -> exp.Expression:
    column = nodes.column("d", name)
    low, high = exp.Min(this=column), exp.Max(this=column.copy())
    if SEVERAL not in axis.labels:
        return low
    several = nodes.number(axis.labels.index(SEVERAL))
    return exp.Case(ifs=[exp.If(this=exp.EQ(this=low, expression=high), true=low.copy())],
                    default=several)  # fmt: skip
