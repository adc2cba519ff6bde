"""Which cells to hide, so that nothing hidden can be worked out from what is shown.

For every cell that must be kept secret we ask for the cheapest change of the table that brings it
to the end of its interval, where changing a shown cell has a price. The cells that such a change
moves are hidden too. This is the shortest-path idea of the network heuristics for cell
suppression (Kelly, Golden, Assad, Networks 22, 1992; Castro, EJOR 171, 2006) with a linear program
in the place of a path, so that linked and three-way tables are treated alike. Afterwards cells
whose hiding turned out to be needless are shown again.
"""

from math import log1p
from typing import TYPE_CHECKING

from muniment.dataplane.suppression import audit
from muniment.dataplane.suppression.bounds import Bounds
from muniment.dataplane.suppression.problem import Problem, thin_lines
from muniment.dataplane.suppression.solver import FREE, Solver

if TYPE_CHECKING:
    from muniment.dataplane.suppression.witness import Table

# Looking for needless cells solves the problem anew for each: only small ones get all of them.
MOST_TRIED = 200
# How many times as dear a cell is that is one variable coarser.
WORTH = 3.0


class Unprotectable(Exception):
    """What is printed already gives a cell away, and nothing that may be hidden can help."""


def choose(problem: Problem) -> frozenset[int]:
    """The cells to hide, those that `needs` names among them. The same problem, the same answer.

    The result passes `audit.exposed`. Raises `Unprotectable` where cells that are stuck make
    that impossible.
    """
    return proven(problem)[0]


def proven(problem: Problem) -> "tuple[frozenset[int], list[Table]]":
    """The same, with tables that prove it: give them to the audit, which checks each of them."""
    hidden, known = _settled(problem, {*problem.needs, *problem.absent}, [])
    exposed, known = audit.examined(problem, hidden, known)
    while exposed:
        hidden, known = _settled(problem, hidden | _around(problem, exposed, hidden), known)
        exposed, known = audit.examined(problem, hidden, known)
    hidden, known = _without_needless(problem, hidden, known)
    return frozenset(hidden), known


def _settled(
    problem: Problem, start: set[int], known: "list[Table]"
) -> "tuple[set[int], list[Table]]":
    """Hide until every cell reaches as far as it must, where whole numbers can be found for it."""
    hidden = _thickened(problem, set(start))
    bounds = Bounds(problem, known)
    bounds.sweep(Solver(problem, hidden), hidden)
    solver = Solver(problem, hidden, prices=_prices(problem))
    waiting = sorted(hidden, key=lambda cell: (-_least(problem, cell), cell))
    while waiting:
        cell = waiting.pop(0)
        while bounds.lacks(cell) and (moved := _reached(solver, bounds, cell)):
            more = _thickened(problem, hidden | set(moved)) - hidden
            hidden |= more
            for each in sorted(more):
                solver.hide(each)
            waiting += sorted(more)
    return hidden, bounds.tables


def _reached(solver: Solver, bounds: Bounds, cell: int) -> list[int]:
    """Try to bring one cell where it must be able to go; returns what has to be hidden first."""
    best: list[int] = []
    for goal in bounds.goals(cell):
        low, high = (goal, FREE) if goal > bounds.high[cell] else (-FREE, goal)
        table, moved = solver.reach(cell, float(low), float(high))
        if table is not None:
            bounds.see(table)
        elif moved and (not best or len(moved) < len(best)):
            best = moved
        if table is not None and not bounds.lacks(cell):
            return []
    return best


def _thickened(problem: Problem, hidden: set[int]) -> set[int]:
    """Until no line gives away a sum under the threshold."""
    while True:
        more = thin_lines(problem, hidden, problem.frame.lines)
        if not more:
            return hidden
        hidden |= set(more)


def _prices(problem: Problem) -> dict[int, float]:
    """Hiding a large cell loses more, but far less than in proportion; a margin is dear."""
    frame = problem.frame
    finest = max(len(margin) for margin in frame.margins[: frame.counted])
    prices = {}
    for spot, margin in enumerate(frame.margins[: frame.counted]):
        factor = WORTH ** (finest - len(margin))
        for cell in range(frame.starts[spot], frame.starts[spot + 1]):
            if cell not in problem.stuck:
                prices[cell] = factor * (1.0 + 0.1 * log1p(abs(problem.values[cell])))
    return prices


def _least(problem: Problem, cell: int) -> int:
    """Cells that must move far come first: what they take with them serves the others."""
    need = problem.needs.get(cell)
    return (
        0 if need is None else max(problem.values[cell] - need[0], need[1] - problem.values[cell])
    )


def _around(problem: Problem, exposed: list[int], hidden: set[int]) -> set[int]:
    """Whole numbers were not found where fractions were: hide the nearest neighbors as well."""
    more: set[int] = set()
    for cell in exposed:
        for line in problem.frame.lines:
            if cell == line.whole or cell in line.parts:
                left = [
                    each for each in (*line.parts, line.whole)
                    if each not in hidden and each not in problem.stuck
                ]  # fmt: skip
                more |= set(sorted(left, key=lambda each: (problem.values[each], each))[:1])
    if not more:
        message = "What was published before gives a hidden number away; nothing here can help."
        raise Unprotectable(message)
    return more


def _without_needless(
    problem: Problem, hidden: set[int], known: "list[Table]"
) -> "tuple[set[int], list[Table]]":
    """Show again, the largest first, every cell whose hiding protects nothing."""
    spare = sorted(
        hidden.difference(problem.needs, problem.absent),
        key=lambda cell: (-problem.values[cell], cell),
    )
    solver = Solver(problem, hidden)
    for cell in spare[:MOST_TRIED]:
        fewer = hidden - {cell}
        if thin_lines(problem, fewer, problem.frame.lines):
            continue
        low, high = problem.interval(cell)
        bounds = Bounds(problem, [table for table in known if low <= table[cell] <= high])
        solver.show(cell)
        bounds.sweep(solver, fewer)
        if next(audit.closed(solver, bounds, fewer), None) is None:
            hidden, known = fewer, bounds.tables
        else:
            solver.hide(cell)
    return hidden, known
