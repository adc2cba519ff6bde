"""Worlds of people for suppression tests, and an attacker who tries every table there is."""

import itertools
import random
from collections.abc import Iterator, Sequence

from muniment.dataplane.cube import axes
from muniment.dataplane.suppression import frame, problem
from muniment.dataplane.suppression.rule import Rule


def world(
    sizes: Sequence[int],
    tables: Sequence[Sequence[int]],
    *,
    people: int,
    seed: int,
    rule: Rule,
) -> problem.Problem:
    """People with skewed values on every axis, as the problem of their tables."""
    draw = random.Random(seed)
    counted = frame.frame(sizes, tables)
    weights = [[1 / (spot + 1) for spot in range(size)] for size in sizes]
    listed = [
        (tuple(draw.choices(range(s), w)[0] for s, w in zip(sizes, weights, strict=True)), 1)
        for _ in range(people)
    ]
    return problem.counts(counted, axes.fill(counted, listed), rule=rule)


def possible(
    asked: problem.Problem, hidden: frozenset[int] | set[int], *, most: int
) -> dict[int, set[int]]:
    """Every value each hidden cell has in any table of whole numbers that fits what is shown.

    For frames of one table: tries all fillings of its hidden inner cells, up to `most` each.
    """
    shape = asked.frame
    inner = list(range(shape.starts[-2], shape.starts[-1]))
    values: dict[int, set[int]] = {cell: set() for cell in hidden}
    ranges = [range(most + 1) if cell in hidden else range(*_span(asked, cell)) for cell in inner]
    for filling in itertools.product(*ranges):
        table = dict(zip(inner, filling, strict=True))
        for each in reversed(shape.lines):
            if each.whole not in table and all(part in table for part in each.parts):
                table[each.whole] = sum(table[part] for part in each.parts)
        if all(_fits(asked, cell, table[cell]) for cell in table if cell not in hidden):
            for cell in hidden:
                values[cell].add(table[cell])
    return values


def _span(asked: problem.Problem, cell: int) -> tuple[int, int]:
    low, high = asked.interval(cell)
    return low, high + 1


def _fits(asked: problem.Problem, cell: int, value: int) -> bool:
    low, high = asked.interval(cell)
    return low <= value <= high


def told(asked: problem.Problem, values: dict[int, set[int]]) -> Iterator[int]:
    """The hidden cells about which a reader learns more than the rule allows."""
    for cell, seen in values.items():
        need = asked.needs.get(cell)
        wide = max(seen) - min(seen) >= asked.width
        if not wide or (need and not (min(seen) <= need[0] and need[1] <= max(seen))):
            yield cell
