"""The proof: for every hidden cell, tables of whole numbers that a reader cannot rule out.

Nothing here knows how the cells were chosen. A cell passes when tables were found that agree with
everything printed, in exact arithmetic, and that differ in this cell as much as the rule asks.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from muniment.dataplane.suppression.bounds import Bounds
from muniment.dataplane.suppression.problem import Problem
from muniment.dataplane.suppression.solver import FREE, Solver
from muniment.dataplane.suppression.witness import Judge

if TYPE_CHECKING:
    from muniment.dataplane.suppression.witness import Table


def exposed(problem: Problem, hidden: Iterable[int], known: "Iterable[Table]" = ()) -> list[int]:
    """The hidden cells whose interval is narrower than the rule, or could not be proven wide.

    A cell that is needed and not hidden is exposed too. An empty list is the proof. Tables that
    somebody else found (`known`) are checked like our own, and spare the search for them.
    """
    return examined(problem, hidden, known)[0]


def examined(
    problem: Problem, hidden: Iterable[int], known: "Iterable[Table]" = ()
) -> "tuple[list[int], list[Table]]":
    """The same, with the tables that prove it."""
    gone = set(hidden) | problem.absent
    judge = Judge(problem, gone)
    bounds = Bounds(problem, [table for table in known if judge.fits(table)])
    found = sorted(set(problem.needs) - gone)
    if bounds.open(gone):
        solver = Solver(problem, gone)
        bounds.sweep(solver, gone)
        found += closed(solver, bounds, gone)
    return sorted(found), bounds.tables


def closed(solver: Solver, bounds: Bounds, hidden: Iterable[int]) -> Iterator[int]:
    """Look for what each open cell lacks, one by one; yields those for which it is not found."""
    for cell in bounds.open(hidden):
        if bounds.lacks(cell) and not stretched(solver, bounds, cell):
            yield cell


def stretched(solver: Solver, bounds: Bounds, cell: int) -> bool:
    """Bring one cell to its goals, up and down; whether it then lacks nothing.

    A cell that only has to be wide may do so by going less than the whole way in each direction.
    """
    for goal in bounds.needed(cell):
        low, high = (goal, FREE) if goal > bounds.high[cell] else (-FREE, goal)
        if not _seen(bounds, solver.reach(cell, float(low), float(high))[0]):
            return False
    for upward in (True, False):
        for goal in bounds.goals(cell):
            if (goal > solver.problem.values[cell]) is upward:
                _seen(bounds, solver.towards({cell: goal}))
    return not bounds.lacks(cell)


def _seen(bounds: Bounds, table: "Table | None") -> bool:
    if table is not None:
        bounds.see(table)
    return table is not None
