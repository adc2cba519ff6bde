"""The cells that belong together: several tables, every margin of them, and how they add up.

Tables that share a variable can be played against each other, so they are one frame. A reader
also knows that one set of people lies behind all of them. Where tables form a cycle (A by B, B by
C, A by C) agreeing margins do not say that yet, so the frame adds the cells of the cliques of the
triangulated graph of variables: margins that agree on a tree of cliques always have a common
table behind them, a whole-numbered one too (Lauritzen, Graphical Models, 1996, section 4.4).
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

MOST_CELLS = 60_000

Margin = tuple[int, ...]


class TooLarge(Exception):
    """The tables together need more cells than can be audited; the text says how many."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The cell `whole` is the sum of the cells `parts`."""

    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells are numbered 0, 1, …, margin by margin; the grand total is the first.

    The first `counted` of `margins` are those of the tables, coarse before fine; then come the
    cliques, and what they share, that no table shows. `sums` tie the cells together; `lines` are
    the sums that readers see in a table.
    """

    sizes: tuple[int, ...]
    margins: tuple[Margin, ...]
    counted: int
    starts: tuple[int, ...]
    sums: tuple[Sum, ...]
    lines: tuple[Sum, ...]

    @property
    def cells(self) -> int:
        """How many cells there are, those of cliques included."""
        return self.starts[-1]

    @property
    def counted_cells(self) -> int:
        """How many cells the tables show or hide; they come first."""
        return self.starts[self.counted]

    def cell(self, margin: Margin, place: Sequence[int]) -> int:
        """The number of a cell: `place` has an index per variable of the margin."""
        return _cell(self.sizes, dict(zip(self.margins, self.starts, strict=False)), margin, place)

    def places(self, margin: Margin) -> Iterator[tuple[int, ...]]:
        """Every place of a margin, in the order of its cells."""
        return itertools.product(*[range(self.sizes[axis]) for axis in margin])


def frame(sizes: Sequence[int], tables: Iterable[Iterable[int]]) -> Frame:
    """The frame of `tables`, each a set of axes; `sizes` is how many labels an axis has.

    Raises `TooLarge`.
    """
    wanted = [tuple(sorted(table)) for table in tables]
    shown = sorted({sub for table in wanted for sub in _subsets(table)}, key=_coarse_first)
    cliques = _cliques(sizes, wanted)
    unseen = {*cliques, *_shared(cliques)}.difference(shown)
    needed = sum(prod(sizes[axis] for axis in each) for each in {*shown, *unseen})
    if needed > MOST_CELLS:
        message = f"{needed:,} cells hang together, and at most {MOST_CELLS:,} can be audited."
        raise TooLarge(message)
    margins = (*shown, *sorted(unseen, key=_coarse_first))
    starts = [0]
    for margin in margins:
        starts.append(starts[-1] + prod(sizes[axis] for axis in margin))
    at = dict(zip(margins, starts, strict=False))
    return Frame(
        sizes=tuple(sizes),
        margins=margins,
        counted=len(shown),
        starts=tuple(starts),
        sums=tuple(
            each
            for coarse, fine in _ties(sizes, margins, cliques)
            for each in _sums(sizes, at, coarse, fine)
        ),
        lines=tuple(
            each
            for coarse in shown
            for fine in shown
            if len(fine) == len(coarse) + 1 and set(fine) > set(coarse)
            for each in _sums(sizes, at, coarse, fine)
        ),
    )


def _subsets(table: Margin) -> Iterator[Margin]:
    for size in range(len(table) + 1):
        yield from itertools.combinations(table, size)


def _coarse_first(margin: Margin) -> tuple[int, Margin]:
    return len(margin), margin


def _cliques(sizes: Sequence[int], tables: list[Margin]) -> list[Margin]:
    """Maximal cliques after elimination of the variables, the cheapest first."""
    near: dict[int, set[int]] = {axis: set() for table in tables for axis in table}
    for table in tables:
        for axis in table:
            near[axis] |= set(table) - {axis}
    found: list[set[int]] = []
    while near:
        axis = min(near, key=lambda each: (_cost(sizes, each, near[each]), each))
        clique = {axis, *near[axis]}
        if not any(clique <= known for known in found):
            found.append(clique)
        for other in near.pop(axis):
            near[other] |= clique - {other}
            near[other].discard(axis)
    return [tuple(sorted(clique)) for clique in found] or [()]


def _shared(cliques: list[Margin]) -> Iterator[Margin]:
    """What two cliques have in common: there they must agree, shown in a table or not."""
    for one, other in itertools.combinations(cliques, 2):
        yield tuple(axis for axis in one if axis in other)


def _cost(sizes: Sequence[int], axis: int, others: set[int]) -> int:
    return sizes[axis] * prod(sizes[other] for other in others)


def _ties(
    sizes: Sequence[int], margins: tuple[Margin, ...], cliques: list[Margin]
) -> list[tuple[Margin, Margin]]:
    """Each margin against the smallest finer one in every clique that holds it."""
    pairs: dict[tuple[Margin, Margin], None] = {}
    for clique in cliques:
        inside = [margin for margin in margins if set(margin) <= set(clique)]
        for coarse in inside:
            finer = [fine for fine in inside if set(fine) > set(coarse)]
            if finer:
                least = min(finer, key=lambda fine: (prod(sizes[axis] for axis in fine), fine))
                pairs[coarse, least] = None
    return list(pairs)


def _sums(
    sizes: Sequence[int], at: dict[Margin, int], coarse: Margin, fine: Margin
) -> Iterator[Sum]:
    extra = [axis for axis in fine if axis not in coarse]
    for place in itertools.product(*[range(sizes[axis]) for axis in coarse]):
        known = dict(zip(coarse, place, strict=True))
        parts = []
        for rest in itertools.product(*[range(sizes[axis]) for axis in extra]):
            full = known | dict(zip(extra, rest, strict=True))
            parts.append(_cell(sizes, at, fine, [full[axis] for axis in fine]))
        yield Sum(_cell(sizes, at, coarse, place), tuple(parts))


def _cell(sizes: Sequence[int], at: dict[Margin, int], margin: Margin, place: Sequence[int]) -> int:
    index = 0
    for axis, spot in zip(margin, place, strict=True):
        index = index * sizes[axis] + spot
    return at[margin] + index
