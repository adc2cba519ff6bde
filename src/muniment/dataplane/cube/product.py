"""A table somebody asked for, beside the public cube of the same edition: protected jointly.

Who reads an approved table also has the cube, and can subtract one from the other. A cohort is
therefore an axis like any other, of which only the inside is printed; what the cube shows cannot
be hidden any more, and what is outside the cohort must not become known either.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.cube.axes import Axis
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Part
from muniment.dataplane.suppression import frame as frames
from muniment.dataplane.suppression import problem, secondary
from muniment.dataplane.suppression.frame import Frame, Margin
from muniment.dataplane.suppression.rule import Rule

INSIDE = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """`shown` is the printed number, or None where it is hidden; `exact` never leaves."""

    labels: tuple[str, ...]
    exact: int
    shown: int | None


@dataclass(frozen=True, slots=True)
class Product:
    """The axes behind one table: first those asked for, then those only the cube has."""

    holding: Holding
    part: Part
    axes: tuple[Axis, ...]

    @property
    def asked(self) -> Margin:
        return tuple(range(len(self.part.group_by)))

    @property
    def inside(self) -> Margin:
        """The axes asked for, and the cohort's where there is one; it is the last of all."""
        return self.asked if self.part.cohort is None else (*self.asked, len(self.axes))

    @property
    def cube(self) -> list[Margin]:
        names = [axis.name for axis in self.axes]
        return [tuple(names.index(name) for name in table) for table in self.holding.cube]


def product(holding: Holding, part: Part) -> Product:
    """The shape of the table, from descriptor and question alone."""
    names = [*part.group_by, *[name for table in holding.cube for name in table]]
    return Product(holding, part, axis_room.of(holding, dict.fromkeys(names)))


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
    frame = frames.frame([*sizes, 2], [asked.inside, *asked.cube])
    values = axis_room.fill(frame, listed)
    printed, unprinted = _cube(asked, frame, sizes, listed, cube_rule)
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
            spans={cell: cube_rule.interval(values[cell]) for cell in printed},
            stuck=frozenset(printed),
            absent=frozenset(absent | unprinted),
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
