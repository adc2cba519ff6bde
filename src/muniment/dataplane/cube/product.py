"""A table somebody asked for, beside all that is known of the same edition: protected jointly.

Who reads an approved table also has the public cube and perhaps the tables that left before, and
can subtract one from the other. A cohort is therefore an axis like any other, of which only the
inside is printed; what was shown cannot be hidden any more, and what is outside a cohort must not
become known either.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.cube import earlier
from muniment.dataplane.cube.axes import Axis
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.suppression import frame as frames
from muniment.dataplane.suppression import problem, secondary
from muniment.dataplane.suppression.frame import Frame, Margin
from muniment.dataplane.suppression.rule import Interval, Rule

INSIDE = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """`shown` is the printed number, or None where it is hidden; `exact` never leaves."""

    labels: tuple[str, ...]
    exact: int
    shown: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """The axes behind one table: first those asked for, then those only other tables have.

    After them comes the cohort of `part`, then each of `cohorts`: those of the tables `known`.
    """

    holding: Holding
    part: Part
    axes: tuple[Axis, ...]
    known: tuple[earlier.Table, ...] = ()
    cohorts: tuple[Part, ...] = ()

    @property
    def asked(self) -> Margin:
        return tuple(range(len(self.part.group_by)))

    @property
    def inside(self) -> Margin:
        """The axes asked for, and the cohort's where there is one; it is the last of all."""
        return self.asked if self.part.cohort is None else (*self.asked, len(self.axes))

    @property
    def cube(self) -> list[Margin]:
        return [self._spots(table) for table in self.holding.cube]

    def before(self, table: earlier.Table) -> Margin:
        """The axes of a table that left before, in its own order; its cohort's is the last."""
        spots = self._spots(table.part.group_by)
        if table.part.cohort is None:
            return spots
        forms = [earlier.form_of(each, self.holding) for each in (self.part, *self.cohorts)]
        mine = forms.index(earlier.form_of(table.part, self.holding))
        return (*spots, len(self.axes) + mine)

    def _spots(self, names: Iterable[str]) -> Margin:
        listed = [axis.name for axis in self.axes]
        return tuple(listed.index(name) for name in names)


def product(holding: Holding, part: Part, *, known: Sequence[earlier.Table] = ()) -> Product:
    """The shape of the table, from descriptor, question and the tables that left before."""
    mine = earlier.of_edition(known, part)
    names = [
        *part.group_by,
        *[name for table in holding.cube for name in table],
        *[name for table in mine for name in table.part.group_by],
    ]
    axes = axis_room.of(holding, dict.fromkeys(names))
    return Product(holding, part, axes, tuple(mine), tuple(earlier.cohorts(mine, part, holding)))


@dataclass(frozen=True, slots=True)
class Solved:
    """The numbers of units behind a table, and which of them are hidden."""

    asked: Product
    frame: Frame
    values: tuple[int, ...]
    hidden: frozenset[int]
    rule: Rule

    def cells(self) -> list[Cell]:
        """Every cell of the table asked for, in declared order."""
        return list(_table(self.asked, self.frame, self.values, self.hidden, self.rule))

    def hides(self, margin: Margin, place: tuple[int, ...]) -> bool:
        """Whether a cell of the table asked for, or of a margin of it, is hidden."""
        cohort = self.asked.inside[len(self.asked.asked) :]
        inside = (*place, *(INSIDE for _ in cohort))
        return self.frame.cell((*margin, *cohort), inside) in self.hidden


def solved(asked: Product, rows: Iterable[Sequence[object]]) -> Solved:
    """What may be shown of a table, beside the public cube; `rows` answer `axes.tally`.

    Where sums or means are asked too, readers are taken to know its shown numbers exactly. Raises
    `frames.TooLarge`, and `secondary.Unprotectable` where the cube gives too much away.
    """
    listed = [(axis_room.place(row[:-1]), int(str(row[-1]))) for row in rows]
    sizes = [len(axis.labels) for axis in asked.axes]
    cube_rule = Rule(asked.holding.threshold, asked.holding.rounding)
    rule = replace(cube_rule, exact=bool(asked.part.measures))
    frame = frames.frame(
        [*sizes, 2, *[2 for _ in asked.cohorts]],
        [asked.inside, *asked.cube, *map(asked.before, asked.known)],
    )
    values = axis_room.fill(frame, listed)
    shown, unprinted = _cube(asked, frame, sizes, listed, cube_rule)
    printed = {cell: cube_rule.interval(values[cell]) for cell in shown}
    for table in asked.known:
        unprinted |= _left(asked, table, frame, values, printed)
    absent = {
        cell
        for margin in frame.margins[: frame.counted]
        for cell, place in zip(_cells(frame, margin), frame.places(margin), strict=True)
        if not _is_inside(asked, margin, place) and cell not in printed
    }
    hidden = secondary.choose(
        problem.counts(
            frame,
            values,
            rule=rule,
            spans=printed,
            stuck=frozenset(printed),
            absent=frozenset((absent | unprinted) - printed.keys()),
        )
    )
    return Solved(asked, frame, values, hidden, rule)


def _cube(
    asked: Product,
    joint: Frame,
    sizes: Sequence[int],
    listed: list[tuple[tuple[int, ...], int]],
    rule: Rule,
) -> tuple[set[int], set[int]]:
    """The cells that the public cube shows and those it hides, by their numbers in the joint."""
    if not asked.cube:
        return set(), set()
    alone = frames.frame(sizes, asked.cube)
    values = axis_room.fill(alone, listed)
    hidden = secondary.choose(problem.counts(alone, values, rule=rule))
    shown: set[int] = set()
    gone: set[int] = set()
    for margin in alone.margins[: alone.counted]:
        for place in alone.places(margin):
            side = gone if alone.cell(margin, place) in hidden else shown
            side.add(joint.cell(margin, place))
    return shown, gone


def _left(
    asked: Product,
    table: earlier.Table,
    frame: Frame,
    values: Sequence[int],
    printed: dict[int, Interval],
) -> set[int]:
    """Put what an earlier table shows into `printed`; returns the cells that it hides."""
    rule = Rule(asked.holding.threshold, asked.holding.rounding, exact=bool(table.part.measures))
    margin = asked.before(table)
    labels = [asked.axes[axis].labels for axis in margin[: len(table.part.group_by)]]
    hidden = set()
    for place in itertools.product(*[range(len(each)) for each in labels]):
        words = tuple(each[spot] for each, spot in zip(labels, place, strict=True))
        spots = dict(zip(margin, (*place, INSIDE), strict=False))
        cell = frame.cell(tuple(sorted(margin)), [spots[axis] for axis in sorted(margin)])
        if words in table.shown:
            told = rule.interval(values[cell])
            known = printed.get(cell, told)
            printed[cell] = (max(known[0], told[0]), min(known[1], told[1]))
        else:
            hidden.add(cell)
    return hidden


def _cells(frame: Frame, margin: Margin) -> range:
    spot = frame.margins.index(margin)
    return range(frame.starts[spot], frame.starts[spot + 1])


def _is_inside(asked: Product, margin: Margin, place: tuple[int, ...]) -> bool:
    """Whether a cell is one of the table asked for, or of its margins."""
    if asked.part.cohort is None:
        return set(margin) <= set(asked.asked)
    return (
        set(margin) <= set(asked.inside)
        and margin[-1:] == asked.inside[-1:]
        and (place[-1] == INSIDE)
    )


def _table(
    asked: Product, frame: Frame, values: Sequence[int], hidden: frozenset[int], rule: Rule
) -> Iterable[Cell]:
    names = [asked.axes[axis].labels for axis in asked.asked]
    cohort = () if asked.part.cohort is None else (INSIDE,)
    for place in frame.places(asked.asked):
        cell = frame.cell(asked.inside, (*place, *cohort))
        labels = tuple(labels[spot] for labels, spot in zip(names, place, strict=True))
        shown = None if cell in hidden else rule.shown(values[cell])
        yield Cell(labels, values[cell], shown)
