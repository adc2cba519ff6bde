"""The best full-domain generalization: one rung per column, found without trying them all.

Every choice of rungs is a node of a lattice (Samarati 2001). A node is safe when at most so many
units are in groups under the limit; whoever climbs from a safe node stays safe, so one look tells
about all nodes above or below it (predictive tagging, LeFevre et al. 2005, Incognito; El Emam et
al. 2009, OLA). Nodes are looked at by halving chains from an untold node upward (Kohlmayer et al.
2012, Flash), each on the groups of the coarsest node below it that was kept, so the rows are
grouped once and never again.

What is least is Iyengar's loss (2002): a cell whose class joins c of the v values that occur loses
(c - 1) / (v - 1), a missing cell all; the sum over columns and units, over the number of cells.
It only grows on the way up. Ties go to the node that comes first in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Node = tuple[int, ...]

# Groups of up to so many possible keys are counted in an array; more are sorted.
DENSE = 1 << 22
LARGEST_KEY = 1 << 62
MOST_NODES = 1_000_000


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column: `forms[step][v]` is the class of value v on that rung, numbered from 0.

    Step 0 gives each value its own class. The last step has a single class.
    """

    forms: tuple[Whole, ...]

    @property
    def height(self) -> int:
        return len(self.forms) - 1


@dataclass(frozen=True, slots=True)
class Groups:
    """Distinct combinations: `keys` has a row for each and a column per dimension."""

    keys: Whole
    sizes: Whole

    @property
    def units(self) -> int:
        return int(self.sizes.sum())


@dataclass(frozen=True, slots=True)
class Found:
    """`looked` of `nodes` were grouped; the others were told by these."""

    node: Node
    loss: float
    below: int
    looked: int
    nodes: int


def search(
    groups: Groups, dimensions: Sequence[Dimension], *, limit: int, most_below: int
) -> Found | None:
    """The safe node of least loss; None when even the top is unsafe.

    Raises `ValueError` for a lattice of more than a million nodes.
    """
    return _Search(groups, dimensions, limit, most_below).best()


def below(groups: Groups, *, limit: int) -> int:
    """How many units are in groups under the limit."""
    return int(groups.sizes[groups.sizes < limit].sum())


def rolled(groups: Groups, maps: Sequence[Whole]) -> Groups:
    """The groups after each column's codes went through its map."""
    keys = np.empty_like(groups.keys)
    for spot, through in enumerate(maps):
        keys[:, spot] = through[groups.keys[:, spot]]
    return merged(keys, groups.sizes)


def merged(keys: Whole, sizes: Whole) -> Groups:
    """Equal rows as one, their sizes added."""
    if not keys.shape[1] or not len(keys):
        return Groups(keys[:1], np.array([sizes.sum()])[: len(keys)])
    radices = [int(column.max()) + 1 for column in keys.T]
    packed, dense = _packed(keys, radices)
    if dense:
        counted = np.bincount(packed, weights=sizes, minlength=1).astype(np.int64)
        held = np.flatnonzero(counted)
        return Groups(_unpacked(held, radices), counted[held])
    distinct, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    totals = np.bincount(inverse, weights=sizes, minlength=len(distinct))
    return Groups(keys[first], totals.astype(np.int64))


def classes(keys: Whole) -> Whole:
    """For each row the number of its combination; equal rows have equal numbers, without gaps."""
    packed, _ = _packed(keys, [int(column.max()) + 1 for column in keys.T])
    return np.unique(packed, return_inverse=True)[1].astype(np.int64)


def losses(groups: Groups, dimensions: Sequence[Dimension]) -> list[list[float]]:
    """Loss of each column on each of its rungs, between 0 and 1 over the number of columns."""
    units = max(1, groups.units)
    told = []
    for spot, dimension in enumerate(dimensions):
        held = np.bincount(
            groups.keys[:, spot], weights=groups.sizes, minlength=len(dimension.forms[0])
        )
        values = max(2, int((held > 0).sum()))
        steps = []
        for form in dimension.forms:
            joined = np.bincount(form[held > 0], minlength=int(form.max(initial=0)) + 1)
            lost = float((held * np.maximum(joined[form] - 1, 0)).sum())
            steps.append(lost / (values - 1) / units / len(dimensions))
        told.append(steps)
    return told


class _Search:
    def __init__(
        self, groups: Groups, dimensions: Sequence[Dimension], limit: int, most_below: int
    ) -> None:
        self._dimensions, self._limit, self._most = dimensions, limit, most_below
        sizes = [dimension.height + 1 for dimension in dimensions]
        if np.prod(sizes, dtype=float) > MOST_NODES:
            raise ValueError("The ladders give too many combinations; take rungs out.")
        self._nodes: Whole = np.array(list(product(*map(range, sizes))), dtype=np.int64)
        self._nodes = self._nodes.reshape(-1, len(sizes))
        told = losses(groups, dimensions)
        self._loss = np.zeros(len(self._nodes))
        for spot, steps in enumerate(told):
            self._loss += np.array(steps)[self._nodes[:, spot]]
        self._open = np.ones(len(self._nodes), dtype=bool)
        self._strides = [
            int(np.prod(sizes[spot + 1 :], dtype=np.int64)) for spot in range(len(sizes))
        ]
        self._kept: list[tuple[Node, Groups]] = [((0,) * len(sizes), groups)]
        self._below: dict[int, int] = {}
        self._best: int | None = None

    def best(self) -> Found | None:
        top = len(self._nodes) - 1
        if not self._is_safe(top):
            return None
        while self._open.any():
            chain = self._chain(int(np.flatnonzero(self._open)[self._lowest()]))
            self._halve(chain)
        assert self._best is not None
        return Found(
            node=self._node(self._best),
            loss=float(self._loss[self._best]),
            below=self._below[self._best],
            looked=len(self._below),
            nodes=len(self._nodes),
        )

    def _lowest(self) -> int:
        """Among the open nodes, one with least loss: below it all is told."""
        return int(np.argmin(self._loss[self._open]))

    def _chain(self, start: int) -> list[int]:
        """Open nodes from `start` upward, one rung at a time, the cheapest next."""
        chain = [start]
        while True:
            nexts = [
                chain[-1] + stride
                for spot, stride in enumerate(self._strides)
                if self._nodes[chain[-1], spot] < self._dimensions[spot].height
            ]
            nexts = [number for number in nexts if self._open[number]]
            if not nexts:
                return chain
            chain.append(min(nexts, key=lambda number: (self._loss[number], number)))

    def _halve(self, chain: list[int]) -> None:
        """Find the lowest safe node of a chain; what each look tells is struck out."""
        low, high = 0, len(chain)
        while low < high:
            middle = (low + high) // 2
            if self._is_safe(chain[middle]):
                high = middle
            else:
                low = middle + 1

    def _is_safe(self, number: int) -> bool:
        node = self._node(number)
        groups = self._groups(node)
        self._below[number] = below(groups, limit=self._limit)
        if self._below[number] > self._most:
            self._open &= ~(self._nodes <= self._nodes[number]).all(axis=1)
            self._kept.append((node, groups))
            return False
        # What is no better than the best is closed, so whatever is looked at and safe is better.
        self._best = number
        worse = self._loss > self._loss[self._best]
        tied = (self._loss == self._loss[self._best]) & (np.arange(len(worse)) >= self._best)
        self._open &= ~(worse | tied)
        self._open &= ~(self._nodes >= self._nodes[number]).all(axis=1)
        return True

    def _node(self, number: int) -> Node:
        return tuple(int(step) for step in self._nodes[number])

    def _groups(self, node: Node) -> Groups:
        """Rolled up from the smallest kept groups that lie below."""
        under = [
            kept for kept in self._kept
            if all(mine <= step for mine, step in zip(kept[0], node, strict=True))
        ]  # fmt: skip
        start, groups = min(under, key=lambda kept: len(kept[1].sizes))
        return rolled(
            groups, [self._map(*steps) for steps in enumerate(zip(start, node, strict=True))]
        )

    def _map(self, spot: int, steps: tuple[int, int]) -> Whole:
        """From classes of one rung to classes of a higher one."""
        forms = self._dimensions[spot].forms
        fine, coarse = forms[steps[0]], forms[steps[1]]
        through = np.zeros(int(fine.max(initial=0)) + 1, dtype=np.int64)
        through[fine] = coarse
        return through


def _packed(keys: Whole, radices: Sequence[int]) -> tuple[Whole, bool]:
    """One number per row, and whether they are small enough to count in an array."""
    packed = np.zeros(len(keys), dtype=np.int64)
    room = 1
    for spot, radix in enumerate(radices):
        if room * radix > LARGEST_KEY:
            packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
            room = int(packed.max()) + 1
        packed = packed * radix + keys[:, spot]
        room *= radix
    return packed, room <= DENSE and room == int(np.prod(radices, dtype=float))


def _unpacked(packed: Whole, radices: Sequence[int]) -> Whole:
    keys = np.empty((len(packed), len(radices)), dtype=np.int64)
    rest = packed
    for spot in reversed(range(len(radices))):
        rest, keys[:, spot] = np.divmod(rest, radices[spot])
    return keys
