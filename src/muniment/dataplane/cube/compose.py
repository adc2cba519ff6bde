"""A new edition beside an old one: numbers change only where enough units came or went.

Who subtracts one edition from the other learns how many changed. So the changed units are counted
in a table of their own, and that table is protected like any other: where its cell would be
hidden, the old number stays.
"""

from collections.abc import Mapping
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
class Kept:
    """`printed` is what stays as it stood; `spans` what that tells of the number now."""

    printed: Mapping[int, int | None]
    spans: Mapping[int, Interval]
    hidden: frozenset[int]

    @classmethod
    def nothing(cls) -> "Kept":
        return cls({}, {}, frozenset())


def kept(counted: "Counted", earlier: "Counted", previous: Mapping[str, object]) -> Kept:
    """What of the earlier document stays. Raises `faults.Faulty` where the two do not fit."""
    before = document.cells(previous)
    if (previous["holding"], previous["edition"]) != earlier.holding.key:
        message = "The earlier tables are of another edition than the earlier holding."
        raise faults.Faulty([faults.Fault("", "other-edition", message)])
    if counted.axes != earlier.axes or counted.frame != earlier.frame:
        message = "The editions declare other tables or groups; publish without --previous."
        raise faults.Faulty([faults.Fault("/muniment/cube", "other-tables", message)])
    changes = axis_room.fill(counted.frame, _changes(counted, earlier))
    rule = Rule(counted.rule.threshold, 1)
    still = secondary.choose(problem.counts(counted.frame, changes, rule=rule))
    return _kept(counted, changes, still, before)


def _changes(counted: "Counted", earlier: "Counted") -> list[tuple[tuple[int, ...], int]]:
    """Units that came and units that went, each where it is; one that moved is both."""
    now, then = counted.places.items(), earlier.places.items()
    return [(place, 1) for _, place in (*(now - then), *(then - now))]


def _kept(
    counted: "Counted",
    changes: tuple[int, ...],
    still: frozenset[int],
    before: Mapping[tuple[tuple[str, str], ...], int | None],
) -> Kept:
    printed: dict[int, int | None] = {}
    spans: dict[int, Interval] = {}
    for margin in counted.frame.margins[: counted.frame.counted]:
        names = [counted.axes[axis].name for axis in margin]
        for cell, labels in axis_room.labeled(counted.frame, counted.axes, margin):
            if cell not in still:
                continue
            value = before[tuple(zip(names, labels, strict=True))]
            printed[cell] = value
            if value is not None:
                low, high = counted.rule.behind(value)
                room = max(counted.rule.threshold - 1, changes[cell])
                now = counted.values[cell]
                spans[cell] = min(max(0, low - room), now), max(high + room, now)
    return Kept(printed, spans, frozenset(c for c, value in printed.items() if value is None))
