"""Sums and means of the groups of a table: hidden where they say too much about one unit.

A sum is hidden where the number of units is, where fewer than the threshold have a value, where
one or two units dominate it, and where it would give another hidden sum away. What the shown sums
of a line leave of its total is a sum as well: units that dominate it could tell each other's value
by taking away their own. A mean times its number is a sum, so it is hidden where the sum is. The
audit takes shown sums as known exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.cube.product import Solved
from muniment.dataplane.spec.measures import Kind
from muniment.dataplane.suppression import frame as frames
from muniment.dataplane.suppression import problem, secondary
from muniment.dataplane.suppression.dominance import Dominance

RULE = Dominance()
DIGITS = 3
# Linear programs are reliable for numbers of so many digits; the rest of a sum is left out of
# the search, and the proof is about what remains.
FINEST = 10**6

Unit = tuple[tuple[int, ...], Fraction]
Place = tuple[tuple[int, ...], tuple[int, ...]]


def read(rows: Iterable[Sequence[object]], *, axes: int, spot: int) -> list[Unit]:
    """The units inside that have a value; `rows` answer `axes.units` with amounts."""
    found = []
    for row in rows:
        value = row[axes + 2 + spot]
        amount = None if value is None else Decimal(str(value))
        if row[axes + 1] and amount is not None and amount.is_finite():
            found.append((axis_room.place(row[1 : axes + 1]), Fraction(amount)))
    return found


def shown(solved: Solved, units: Sequence[Unit], kind: Kind) -> list[float | None]:
    """What is printed in each cell of the table asked for, in declared order; None where hidden.

    Rounded to three digits. No sum is printed anywhere else, so hiding all is always enough.
    """
    asked = solved.asked.asked
    sizes = [len(solved.asked.axes[axis].labels) for axis in asked]
    frame = frames.frame(sizes, [asked])
    groups: dict[int, list[Fraction]] = defaultdict(list)
    places: dict[int, Place] = {}
    for margin in frame.margins:
        for place in frame.places(margin):
            places[frame.cell(margin, place)] = (margin, place)
        for spots, amount in units:
            groups[frame.cell(margin, [spots[axis] for axis in margin])].append(amount)
    hidden = _hidden(solved, frame, groups, places)
    return [
        None if cell in hidden else _printed(groups[cell], kind)
        for cell in (frame.cell(asked, place) for place in frame.places(asked))
    ]


def _hidden(
    solved: Solved,
    frame: frames.Frame,
    groups: dict[int, list[Fraction]],
    places: dict[int, Place],
) -> frozenset[int]:
    grain = Fraction(sum(abs(each) for each in groups[0]), FINEST) or Fraction(1)
    values = [0] * frame.cells
    inner = range(frame.starts[-2], frame.starts[-1])
    for cell in inner:
        values[cell] = round(sum(groups[cell]) / grain)
    for line in reversed(frame.sums):
        values[line.whole] = sum(values[part] for part in line.parts)
    doubts = {
        cell: max(1, -int(-RULE.reach(groups[cell]) // grain))
        for cell, (margin, place) in places.items()
        if solved.hides(margin, place) or _tells(groups[cell], solved.rule.threshold)
    }
    floor = floor_of(groups[0])
    while True:
        hidden = secondary.choose(problem.sums(frame, values, doubts=doubts, floor=floor))
        more = _left_of_lines(frame, hidden, groups, solved.rule.threshold)
        if not more:
            return hidden
        doubts |= dict.fromkeys(more, 1)


def _left_of_lines(
    frame: frames.Frame,
    hidden: frozenset[int],
    groups: dict[int, list[Fraction]],
    threshold: int,
) -> set[int]:
    """One more cell to hide of each line of which the hidden ones together say too much."""
    found = set()
    for line in frame.lines:
        together = [each for cell in line.parts if cell in hidden for each in groups[cell]]
        if line.whole in hidden or not together or not _tells(together, threshold):
            continue
        left = sorted(
            (cell for cell in line.parts if cell not in hidden),
            key=lambda cell: (abs(sum(groups[cell])), cell),
        )
        enough = (each for each in left if not _tells([*together, *groups[each]], threshold))
        found.add(next(enough, left[-1]))
    return found


def _tells(amounts: Sequence[Fraction], threshold: int) -> bool:
    return len(amounts) < threshold or RULE.dominated(amounts)


def _printed(amounts: Sequence[Fraction], kind: Kind) -> float:
    exact = sum(amounts, Fraction(0))
    if kind is Kind.MEAN:
        exact /= len(amounts)
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    step = Decimal(1).scaleb(number.adjusted() - DIGITS + 1)
    return float((number / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def floor_of(amounts: Sequence[Fraction]) -> int | None:
    """What readers take for granted of every amount: that none is negative, where that is so."""
    return 0 if all(each >= 0 for each in amounts) else None
