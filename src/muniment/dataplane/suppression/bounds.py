"""How far each hidden cell has been shown to reach, by tables that could lie behind the print."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from muniment.dataplane.suppression.moves import Moves
from muniment.dataplane.suppression.problem import Problem
from muniment.dataplane.suppression.solver import Solver
from muniment.dataplane.suppression.witness import Judge

if TYPE_CHECKING:
    import numpy

    from muniment.dataplane.suppression.witness import Table

# How many cells are moved together at first, and when a smaller group would gain nothing.
GROUP, FEWEST = 256, 4
# A round of groups that closes less than this share of the open cells was too coarse.
PROGRESS = 0.3


class Bounds:
    """The least and greatest value of every cell among the tables seen so far.

    Hiding more only adds possible tables, so what was seen once stays possible.
    """

    def __init__(self, problem: Problem, known: "Iterable[Table]" = ()) -> None:
        import numpy

        self._problem = problem
        self._numpy = numpy
        self.low = numpy.array(problem.values, dtype=numpy.int64)
        self.high = self.low.copy()
        self.tables: list[Table] = []
        self._wanted = _wanted(problem)
        for table in known:
            self.see(table)

    def see(self, table: "Table") -> None:
        """Take in a table that was found consistent; it is kept where it shows anything new."""
        if bool(((table < self.low) | (table > self.high)).any()):
            self.tables.append(table)
            self._numpy.minimum(self.low, table, out=self.low)
            self._numpy.maximum(self.high, table, out=self.high)

    def lacks(self, cell: int) -> bool:
        """Whether a hidden cell has not yet been seen to be as free as it must be."""
        return bool(self._lacking()[cell])

    def open(self, hidden: Iterable[int]) -> list[int]:
        """The hidden cells that lack something, in order."""
        lacking = self._lacking()
        return [cell for cell in sorted(hidden) if lacking[cell]]

    def goals(self, cell: int) -> list[int]:
        """The values that a cell still has to be seen at or beyond, or else one of them."""
        needed = self.needed(cell)
        if needed or not self.lacks(cell):
            return needed
        up, down = self._ends(cell)
        floor = self._problem.floor
        return [up] if floor is not None and down < floor else [up, down]

    def needed(self, cell: int) -> list[int]:
        """The ends of the interval the rule names that the cell has not been seen at."""
        low, high = self._problem.needs.get(cell, (self.low[cell], self.high[cell]))
        above = [high] if self.high[cell] < high else []
        return [*above, low] if self.low[cell] > low else above

    def _ends(self, cell: int) -> tuple[int, int]:
        """Where a cell that only has to be wide must go, up or else down."""
        width = self._problem.width
        return int(self.low[cell]) + width, int(self.high[cell]) - width

    def sweep(self, solver: Solver, hidden: Iterable[int]) -> None:
        """What `moves` finds; then many open cells together, in ever smaller groups.

        Each table found is taken for every cell. The order and the weights are scattered, since
        neighbors want the same units; they are scattered alike every time.
        """
        gone, size, turn = list(hidden), GROUP, 0
        self._walk(solver.judge, gone)
        left = self.open(gone)
        while left and size >= FEWEST:
            left.sort(key=lambda cell: _scattered(cell, turn))
            for start in range(0, len(left), size):
                self._move(solver, left[start : start + size], turn)
            still = self.open(gone)
            size = size // 4 if len(still) > (1 - PROGRESS) * len(left) else size
            left, turn = still, turn + 1

    def _walk(self, judge: Judge, hidden: Iterable[int]) -> None:
        """Bring one open cell after the other to its goals, by `moves`.

        A table is moved on from cell to cell as long as that goes, so that it shows many at once.
        """
        gone = list(hidden)
        moves = Moves(self._problem, gone)
        true = self._numpy.array(self._problem.values, dtype=self._numpy.int64)
        table = true
        for cell in self.open(gone):
            for goal in self.needed(cell) or self.goals(cell)[:1]:
                found = moves.reach(table, cell, goal)
                if found is None and table is not true:
                    found = moves.reach(true, cell, goal)
                if found is not None and judge.fits(found):
                    table = found
                    self.see(found)

    def _move(self, solver: Solver, cells: list[int], turn: int) -> None:
        """Where no table of whole numbers is found for all, try each half."""
        goals = self._chosen(cells, turn)
        weights = {cell: 1.0 + _scattered(cell, turn) for cell in goals}
        table = solver.towards(goals, weights=weights) if goals else None
        if table is not None:
            self.see(table)
        elif len(goals) >= FEWEST:
            middle = len(cells) // 2
            self._move(solver, cells[:middle], turn)
            self._move(solver, cells[middle:], turn)

    def _chosen(self, cells: list[int], turn: int) -> Mapping[int, int]:
        found = {}
        for cell in cells:
            goals = self.goals(cell)
            if goals:
                found[cell] = goals[int(_scattered(cell, turn + 7) * len(goals))]
        return found

    def _lacking(self) -> "numpy.ndarray[tuple[int], numpy.dtype[numpy.bool_]]":
        low, high, width = self._wanted
        return (self.low > low) | (self.high < high) | (self.high - self.low < width)


def _wanted(problem: Problem) -> "tuple[Table, Table, Table]":
    """For every cell: at most this low, at least this high, at least this wide."""
    import numpy

    low = numpy.array(problem.values, dtype=numpy.int64)
    high = low.copy()
    width = numpy.full(len(low), problem.width, dtype=numpy.int64)
    for cell, need in problem.needs.items():
        low[cell], high[cell] = need
    width[list(problem.absent)] = 0
    return low, high, width


def _scattered(cell: int, turn: int) -> float:
    """From 0 to 1, without a pattern that rows and columns share (Knuth's multiplicative hash)."""
    mixed = (cell + 1) * 2654435761 + turn * 40503
    mixed ^= mixed >> 15
    return (mixed * 2246822519 & 0xFFFFFFFF) / 2**32
