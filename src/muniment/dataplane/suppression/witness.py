"""Whether a table of whole numbers could lie behind what is printed: exact, and nothing but that.

Every proof of protection ends here. Numbers are 64-bit integers; no tolerance is involved.
"""

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from muniment.dataplane.suppression.frame import Sum
from muniment.dataplane.suppression.problem import Problem

if TYPE_CHECKING:
    import numpy

    Table = numpy.ndarray[tuple[int], numpy.dtype[numpy.int64]]


class Judge:
    """Holds tables against every sum of the frame and every printed interval."""

    def __init__(self, problem: Problem, hidden: Iterable[int]) -> None:
        import numpy

        self._numpy = numpy
        self._floor = problem.floor
        self._wholes, self._parts, self._starts = _flat(problem.frame.sums)
        self._shown = problem.frame.counted_cells
        most = numpy.iinfo(numpy.int64)
        spans = [problem.interval(cell) for cell in range(self._shown)]
        self._spans = spans
        self._low = numpy.array([low for low, _ in spans], dtype=numpy.int64)
        self._high = numpy.array([high for _, high in spans], dtype=numpy.int64)
        self._least, self._most = most.min, most.max
        for cell in hidden:
            self.hide(cell)

    def hide(self, cell: int) -> None:
        """From now on this cell may be anything."""
        self._low[cell], self._high[cell] = self._least, self._most

    def show(self, cell: int) -> None:
        """From now on this cell must lie in its printed interval."""
        self._low[cell], self._high[cell] = self._spans[cell]

    def fits(self, table: "Table") -> bool:
        """Whether the table, a number per cell of the frame, agrees with all that is known."""
        if self._floor is not None and int(table.min()) < self._floor:
            return False
        summed = self._numpy.add.reduceat(table[self._parts], self._starts)
        if bool((table[self._wholes] != summed).any()):
            return False
        seen = table[: self._shown]
        return bool(((self._low <= seen) & (seen <= self._high)).all())


def _flat(sums: tuple[Sum, ...]) -> "tuple[Table, Table, Table]":
    import numpy

    parts = [cell for each in sums for cell in each.parts]
    ends = itertools.accumulate((len(each.parts) for each in sums), initial=0)
    starts = list(ends)[: len(sums)]
    return (
        numpy.array([each.whole for each in sums], dtype=numpy.int64),
        numpy.array(parts, dtype=numpy.int64),
        numpy.array(starts, dtype=numpy.int64),
    )
