"""Tables near the truth without a solver: units go around the corners of a box of cells.

What one corner gains its neighbors lose, so that every margin that lacks one of the box's axes
stays as it is. A few such boxes bring most hidden cells where they must go; the linear program is
left the others. Whatever is found here is checked like any other table.
"""

import bisect
import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from muniment.dataplane.suppression.frame import Margin
from muniment.dataplane.suppression.problem import Problem

if TYPE_CHECKING:
    import numpy

    from muniment.dataplane.suppression.witness import Table

    # The cells of one corner in one margin, for every box, and whether they gain.
    Corner = tuple[bool, Table]

MOST_BOXES = 16
BOUNDLESS = 2**62


class Moves:
    """For one choice of hidden cells."""

    def __init__(self, problem: Problem, hidden: Iterable[int]) -> None:
        import numpy

        self._numpy = numpy
        self._frame = problem.frame
        floor = -BOUNDLESS if problem.floor is None else problem.floor
        self._low = numpy.full(problem.frame.cells, floor, dtype=numpy.int64)
        self._high = numpy.full(problem.frame.cells, BOUNDLESS, dtype=numpy.int64)
        gone = set(hidden)
        for cell in range(problem.frame.counted_cells):
            if cell not in gone:
                self._low[cell], self._high[cell] = problem.interval(cell)

    def reach(self, start: "Table", cell: int, goal: int) -> "Table | None":
        """A table like `start` where the cell is at its goal; None where no few boxes do it."""
        corners = self._corners(cell)
        table = start.copy()
        for _ in range(MOST_BOXES):
            left = goal - int(table[cell])
            if left == 0 or not corners:
                break
            room = self._room(table, corners, gains=left > 0)
            box = self._numpy.unravel_index(int(room.argmax()), room.shape)
            step = min(int(room[box]), abs(left))
            if step <= 0:
                return None
            for is_gain, cells in corners:
                at = self._numpy.broadcast_to(cells, room.shape)[box]
                table[at] += step if is_gain is (left > 0) else -step
        return table if table[cell] == goal else None

    def _room(
        self, table: "Table", corners: "list[Corner]", *, gains: bool
    ) -> "numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.int64]]":
        """How many units each box can carry."""
        above, below = self._high - table, table - self._low
        found = [(above if is_gain is gains else below)[cells] for is_gain, cells in corners]
        least = found[0]
        for each in found[1:]:
            least = self._numpy.minimum(least, each)
        return least

    def _corners(self, cell: int) -> "list[Corner]":
        """Every box with the cell as a corner; none where finer margins go separate ways."""
        spot = bisect.bisect_right(self._frame.starts, cell) - 1
        margin = self._frame.margins[spot]
        finer = [each for each in self._frame.margins if set(each) >= set(margin)]
        widest = max(finer, key=len)
        if not margin or any(not set(each) <= set(widest) for each in finer):
            return []
        place = self._place(margin, cell - self._frame.starts[spot])
        ranges = {
            axis: self._numpy.array(
                [s for s in range(self._frame.sizes[axis]) if s != place.get(axis)]
            ).reshape([-1 if other == axis else 1 for other in widest])
            for axis in widest
        }
        corners = []
        for moved in itertools.product((False, True), repeat=len(margin)):
            away = dict(zip(margin, moved, strict=True))
            spots = {a: ranges[a] if away.get(a, True) else place[a] for a in widest}
            is_gain = sum(moved) % 2 == 0
            corners += [(is_gain, self._cells(each, spots)) for each in finer]
        return corners if all(each.size for each in ranges.values()) else []

    def _place(self, margin: Margin, index: int) -> dict[int, int]:
        sizes = [self._frame.sizes[axis] for axis in margin]
        spots = self._numpy.unravel_index(index, sizes)
        return {axis: int(spot) for axis, spot in zip(margin, spots, strict=True)}

    def _cells(self, margin: Margin, spots: "dict[int, Table | int]") -> "Table":
        index: Table | int = 0
        for axis in margin:
            index = index * self._frame.sizes[axis] + spots[axis]
        start = self._frame.starts[self._frame.margins.index(margin)]
        found: Table = self._numpy.asarray(index + start)
        return found
