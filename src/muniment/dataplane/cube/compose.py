"""A new edition beside those before: numbers change only where enough units came or went.

Who subtracts one edition from another learns how many changed, and may choose which two. So the
units that changed since an edition are counted in a table of their own, for each edition that was
ever published, and each of these tables is protected like any other. Where a cell would be hidden
in one of them, today's number is not printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.cube import document
from muniment.dataplane.spec import faults
from muniment.dataplane.suppression import problem, secondary
from muniment.dataplane.suppression.rule import Interval, Rule

if TYPE_CHECKING:
    from muniment.dataplane.cube import Counted


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition whose tables were published: counted again, and the document as it was printed."""

    counted: "Counted"
    printed: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kept:
    """`printed` is what stands instead of today's number; `spans` what that tells of the latter."""

    printed: Mapping[int, int | None]
    spans: Mapping[int, Interval]
    hidden: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Near:
    """What an edition printed, how many units changed since, and where that are too few."""

    counted: "Counted"
    cells: Mapping[tuple[tuple[str, str], ...], int | None]
    changes: tuple[int, ...]
    still: frozenset[int]

    def is_its_own(self, value: int | None, cell: int, name: tuple[tuple[str, str], ...]) -> bool:
        """Whether it printed this number as its own: not one that had stood there already."""
        own = self.counted.rule.shown(self.counted.values[cell])
        return value is not None and self.cells[name] == value == own


def kept(counted: "Counted", earlier: Sequence[Edition]) -> Kept:
    """What may not change since `earlier`: every edition published so far, oldest first.

    Comparing with the last one alone is not enough: people who joined in it and left again would
    let the number change back to nearly that of the edition before. Raises `faults.Faulty` where
    the editions do not fit, or one that they were themselves compared with is not among them.
    """
    _refuse_missing(earlier)
    near = [_near(counted, edition) for edition in earlier]
    printed: dict[int, int | None] = {}
    spans: dict[int, Interval] = {}
    for cell, name in _named(counted) if near else ():
        too_near = [each for each in near if cell in each.still]
        if not too_near:
            continue
        value = near[-1].cells[name]
        same = [each.changes[cell] for each in too_near if each.is_its_own(value, cell, name)]
        # Where the number that stands is of an edition that lies far back by now, it would be
        # untrue, and today's would tell of another edition: then nothing is printed.
        printed[cell] = value if same else None
        if value is not None and same:
            spans[cell] = _span(counted, cell, value, changes=min(same))
    return Kept(printed, spans, frozenset(c for c, value in printed.items() if value is None))


def _refuse_missing(earlier: Sequence[Edition]) -> None:
    here = {edition.counted.holding.edition for edition in earlier}
    for edition in earlier:
        missing = [name for name in document.earlier(edition.printed) if name not in here]
        if missing:
            message = (
                f"The tables of {edition.counted.holding.edition} were compared with those of "
                f"{', '.join(missing)}; give these and their holdings too, oldest first."
            )
            raise faults.Faulty([faults.Fault("", "edition-missing", message)])


def _near(counted: "Counted", edition: Edition) -> _Near:
    earlier = edition.counted
    cells = document.cells(edition.printed)
    if (edition.printed["holding"], edition.printed["edition"]) != earlier.holding.key:
        message = "The earlier tables are of another edition than the earlier holding."
        raise faults.Faulty([faults.Fault("", "other-edition", message)])
    if earlier.holding.holding != counted.holding.holding:
        message = (
            f"{earlier.holding.holding} is another holding than {counted.holding.holding}; give "
            "its own earlier editions."
        )
        raise faults.Faulty([faults.Fault("", "other-holding", message)])
    if counted.axes != earlier.axes or counted.frame != earlier.frame:
        message = (
            "The editions declare other tables or groups, so their numbers cannot be compared. "
            f"Declare those of {earlier.holding.edition}."
        )
        raise faults.Faulty([faults.Fault("/muniment/cube", "other-tables", message)])
    changes = axis_room.fill(counted.frame, _changes(counted, earlier))
    rule = Rule(counted.rule.threshold, 1)
    still = secondary.choose(problem.counts(counted.frame, changes, rule=rule))
    return _Near(earlier, cells, changes, still)


def _changes(counted: "Counted", earlier: "Counted") -> list[tuple[tuple[int, ...], int]]:
    """Units that came and units that went, each where it is; one that moved is both."""
    now, then = counted.places.items(), earlier.places.items()
    return [(place, 1) for _, place in (*(now - then), *(then - now))]


def _named(counted: "Counted") -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """Every cell of the tables, with its (variable, label) pairs."""
    for margin in counted.frame.margins[: counted.frame.counted]:
        names = [counted.axes[axis].name for axis in margin]
        for cell, labels in axis_room.labeled(counted.frame, counted.axes, margin):
            yield cell, tuple(zip(names, labels, strict=True))


def _span(counted: "Counted", cell: int, value: int, *, changes: int) -> Interval:
    low, high = counted.rule.behind(value)
    room = max(counted.rule.threshold - 1, changes)
    now = counted.values[cell]
    return min(max(0, low - room), now), max(high + room, now)
