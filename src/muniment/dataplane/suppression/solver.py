"""Linear programs over a frame: which tables could lie behind what is printed.

The solver works in floating point and only searches. Whatever it finds is rounded to whole
numbers and checked against every sum and every printed interval in integers; only a table that
passes is a witness, so a proof of protection never rests on a tolerance.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from muniment.dataplane.suppression.frame import Sum
from muniment.dataplane.suppression.problem import Problem
from muniment.dataplane.suppression.witness import Judge

if TYPE_CHECKING:
    from highspy import Highs, HighsLp

    from muniment.dataplane.suppression.witness import Table

FREE = float("inf")
# A table that needs a longer search for whole numbers than this is taken as not found.
MOST_NODES = 200
# The price of a step away from the truth, and what the solver may err and still mean nothing.
SMALL = 1e-3
NEAR = 1e-6


class Solver:
    """One model of a problem, re-solved with other bounds: the last answer is the next start.

    Columns: how far each cell is above and below its true value, at a small price, so that answers
    stay near the truth, which is whole. Then, where `prices` are given, how far a shown cell is
    above and below its printed interval, per unit. A shown cell without a price stays inside.
    """

    def __init__(
        self, problem: Problem, hidden: Iterable[int], *, prices: dict[int, float] | None = None
    ) -> None:
        import highspy
        import numpy

        self._numpy, self._highspy = numpy, highspy
        self.problem, self._frame = problem, problem.frame
        self._hidden = set(hidden)
        self.judge = Judge(problem, self._hidden)
        self._base = numpy.array(problem.values, dtype=numpy.int64)
        self._moves: dict[int, int] = {}
        self._model = self._loaded(prices or {})

    def hide(self, cell: int) -> None:
        """From now on nothing is known of this cell."""
        self._hidden.add(cell)
        self.judge.hide(cell)
        self._model.changeRowBounds(self._row(cell), -FREE, FREE)

    def show(self, cell: int) -> None:
        """From now on this cell is known to lie in its printed interval."""
        self._hidden.discard(cell)
        self.judge.show(cell)
        self._model.changeRowBounds(self._row(cell), *self._offsets(cell))

    def reach(self, cell: int, low: float, high: float) -> "tuple[Table | None, list[int]]":
        """A table where `cell` lies between `low` and `high`, and what must be hidden for it.

        The table is None when none was found without hiding something, or in whole numbers. The
        cells are those outside their printed intervals in the cheapest solution.
        """
        true = self.problem.values[cell]
        self._bound(cell, up=max(0.0, low - true), down=max(0.0, true - high))
        try:
            values = self._solved()
            if values is None:
                return None, []
            moved = self._moved(values)
            if moved:
                return None, moved
            table = self._fitting(values)
            return (self._fitting(self._searched()) if table is None else table), []
        finally:
            self._bound(cell)

    def towards(
        self, goals: Mapping[int, int], *, weights: Mapping[int, float] | None = None
    ) -> "Table | None":
        """A table with every cell of `goals` as near to its goal as can be, none beyond.

        Meant to move many cells at once; whoever asks looks how far each one came.
        """
        for cell, goal in goals.items():
            up = goal > self.problem.values[cell]
            far = float(abs(goal - self.problem.values[cell]))
            weight = 1.0 if weights is None else weights[cell]
            self._model.changeColBounds(2 * cell + (0 if up else 1), 0.0, far)
            self._model.changeColCost(2 * cell, (-weight if up else weight) + SMALL)
            self._model.changeColCost(2 * cell + 1, (weight if up else -weight) + SMALL)
        try:
            return self._fitting(self._solved())
        finally:
            for cell in goals:
                self._bound(cell)
                self._model.changeColCost(2 * cell, SMALL)
                self._model.changeColCost(2 * cell + 1, SMALL)

    def _bound(self, cell: int, *, up: float = 0.0, down: float = 0.0) -> None:
        """A cell's least distance above and below the truth, not both."""
        room = self._room(cell)
        self._model.changeColBounds(2 * cell, up, 0.0 if down else FREE)
        self._model.changeColBounds(2 * cell + 1, down, 0.0 if up else max(room, down))

    def _room(self, cell: int) -> float:
        floor = self.problem.floor
        return FREE if floor is None else float(self.problem.values[cell] - floor)

    def _loaded(self, prices: dict[int, float]) -> "Highs":
        numpy, cells = self._numpy, self._frame.cells
        counted = range(self._frame.counted_cells)
        priced = [cell for cell in counted if cell in prices and cell not in self._hidden]
        self._moves = {cell: 2 * cells + 2 * spot for spot, cell in enumerate(priced)}
        rows = [self._sum_row(each) for each in self._frame.sums]
        rows += [self._cell_row(cell) for cell in counted]
        spans = [(0.0, 0.0)] * len(self._frame.sums)
        spans += [self._offsets(cell) for cell in counted]
        lower, upper = zip(*spans, strict=True)
        lp = self._highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * cells + 2 * len(priced), len(rows)
        lp.col_cost_ = numpy.array(
            [SMALL] * (2 * cells) + [prices[cell] for cell in priced for _ in (0, 1)]
        )
        lp.col_lower_ = numpy.zeros(lp.num_col_)
        most = numpy.full(lp.num_col_, FREE)
        most[1 : 2 * cells : 2] = [self._room(cell) for cell in range(cells)]
        lp.col_upper_ = most
        lp.row_lower_, lp.row_upper_ = numpy.array(lower), numpy.array(upper)
        starts = numpy.cumsum([0, *[len(row) for row in rows]])
        lp.a_matrix_.format_ = self._highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = starts.astype(numpy.int32)
        lp.a_matrix_.index_ = numpy.array([c for row in rows for c in row], dtype=numpy.int32)
        lp.a_matrix_.value_ = numpy.array([row[c] for row in rows for c in row])
        return self._started(lp)

    def _row(self, cell: int) -> int:
        return len(self._frame.sums) + cell

    def _offsets(self, cell: int) -> tuple[float, float]:
        """How far from its true value a cell may be for all that is printed of it."""
        if cell in self._hidden:
            return -FREE, FREE
        low, high = self.problem.interval(cell)
        return float(low - self.problem.values[cell]), float(high - self.problem.values[cell])

    def _sum_row(self, each: Sum) -> dict[int, float]:
        row = {2 * each.whole: -1.0, 2 * each.whole + 1: 1.0}
        for cell in each.parts:
            row |= {2 * cell: 1.0, 2 * cell + 1: -1.0}
        return row

    def _cell_row(self, cell: int) -> dict[int, float]:
        row = {2 * cell: 1.0, 2 * cell + 1: -1.0}
        if cell in self._moves:
            row |= {self._moves[cell]: -1.0, self._moves[cell] + 1: 1.0}
        return row

    def _started(self, lp: "HighsLp") -> "Highs":
        """One thread and a fixed seed: the same question has the same answer."""
        model = self._highspy.Highs()  # type: ignore[no-untyped-call]
        for option, chosen in (
            ("output_flag", False), ("threads", 1), ("random_seed", 0), ("parallel", "off"),
            ("mip_max_nodes", MOST_NODES), ("mip_rel_gap", 1e9),
        ):  # fmt: skip
            model.setOptionValue(option, chosen)
        model.passModel(lp)
        return model

    def _solved(self) -> "list[float] | None":
        self._model.run()
        if self._model.getModelStatus() != self._highspy.HighsModelStatus.kOptimal:
            return None
        return list(self._model.getSolution().col_value)

    def _moved(self, values: list[float]) -> list[int]:
        return [
            cell
            for cell, spot in self._moves.items()
            if cell not in self._hidden and values[spot] + values[spot + 1] > NEAR
        ]

    def _fitting(self, values: list[float] | None) -> "Table | None":
        """The answer in whole numbers, where it is one and agrees with all that is known."""
        table = None if values is None else self._table(values)
        return table if table is not None and self.judge.fits(table) else None

    def _table(self, values: list[float]) -> "Table":
        moves = self._numpy.rint(values[: 2 * self._frame.cells]).astype(self._numpy.int64)
        table: Table = self._base + moves[0::2] - moves[1::2]
        return table

    def _searched(self) -> list[float] | None:
        """The same question, in whole numbers, and with every shown cell as it is printed."""
        columns = self._numpy.arange(2 * self._frame.cells, dtype=self._numpy.int32)
        kinds = self._highspy.HighsVarType
        whole = self._numpy.full(len(columns), int(kinds.kInteger), dtype=self._numpy.uint8)
        self._model.changeColsIntegrality(len(columns), columns, whole)
        self._still(0.0)
        try:
            self._model.run()
            found = self._model.getInfo().primal_solution_status == 2
            return list(self._model.getSolution().col_value) if found else None
        finally:
            whole[:] = int(kinds.kContinuous)
            self._model.changeColsIntegrality(len(columns), columns, whole)
            self._still(FREE)

    def _still(self, most: float) -> None:
        """Let shown cells leave their printed intervals by so much."""
        for spot in self._moves.values():
            self._model.changeColBounds(spot, 0.0, most)
            self._model.changeColBounds(spot + 1, 0.0, most)
