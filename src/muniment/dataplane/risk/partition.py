"""Cut the units into boxes of at least k: strict multidimensional partitioning (Mondrian).

LeFevre, DeWitt and Ramakrishnan (2006): a box is cut at the median of the column that is widest in
it, as long as both halves keep k units; else another column is tried. Unlike one rung for all, a
crowded region keeps finer values than an empty one. Values are ordered, missing first; a box that
holds missing beside other values shows none.

A box is labelled with the cuts that made it, never with the least and greatest value seen in it.
"""

from dataclasses import dataclass

import numpy as np

from muniment.dataplane.risk.lattice import Groups, Whole

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Boxes:
    """`of[g]` is the box of group g; `ranges[b][d]` is first value and one past the last."""

    of: Whole
    ranges: tuple[tuple[Range, ...], ...]


def cut(groups: Groups, *, heights: tuple[int, ...], limit: int) -> Boxes:
    """Boxes over combinations of values; `heights` is the number of values of each column.

    Every box holds at least `limit` units if all together do.
    """
    box_of = np.zeros(len(groups.sizes), dtype=np.int64)
    whole = tuple((0, height) for height in heights)
    ranges: list[tuple[Range, ...]] = []
    waiting = [(np.arange(len(groups.sizes)), whole)]
    while waiting:
        members, box = waiting.pop()
        halves = _halves(groups, members, box, heights, limit)
        if halves is None:
            box_of[members] = len(ranges)
            ranges.append(box)
        else:
            waiting.extend(halves)
    return Boxes(box_of, tuple(ranges))


def _halves(
    groups: Groups, members: Whole, box: tuple[Range, ...], heights: tuple[int, ...], limit: int
) -> list[tuple[Whole, tuple[Range, ...]]] | None:
    keys, sizes = groups.keys[members], groups.sizes[members]
    if sizes.sum() < 2 * limit:
        return None
    widths = [
        (np.ptp(keys[:, spot]) / max(1, heights[spot] - 1), -spot) for spot in range(len(box))
    ]
    for width, spot in sorted(widths, reverse=True):
        if width == 0:
            return None
        at = _median(keys[:, -spot], sizes, limit)
        if at is not None:
            low = keys[:, -spot] < at
            first, last = box[-spot]
            return [
                (members[low], _replaced(box, -spot, (first, at))),
                (members[~low], _replaced(box, -spot, (at, last))),
            ]
    return None


def _median(values: Whole, sizes: Whole, limit: int) -> int | None:
    """The cut nearest to the middle that leaves `limit` units on both sides."""
    counted = np.bincount(values, weights=sizes).astype(np.int64)
    before = np.cumsum(counted) - counted
    total = int(counted.sum())
    allowed = np.flatnonzero((counted > 0) & (before >= limit) & (total - before >= limit))
    if not len(allowed):
        return None
    return int(allowed[np.argmin(np.abs(2 * before[allowed] - total))])


def _replaced(box: tuple[Range, ...], spot: int, range_: Range) -> tuple[Range, ...]:
    return (*box[:spot], range_, *box[spot + 1 :])
