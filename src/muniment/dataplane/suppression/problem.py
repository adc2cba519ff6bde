"""What has to stay secret in a frame, before anybody asks how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from muniment.dataplane.suppression.frame import Frame, Sum
from muniment.dataplane.suppression.rule import Interval, Rule

_NONE: Mapping[int, Interval] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """True values of a frame, and what readers know or may not learn. Nothing here is published.

    `values` has a number per cell, also for those of cliques. `needs` are the cells that must be
    hidden, each with an interval that a reader must hold possible in full. `spans` are cells whose
    printed number tells another interval than the rule says (one that was printed for an earlier
    edition). `stuck` cells stand printed elsewhere and cannot be hidden any more; `absent` cells
    are printed nowhere, so that they count as hidden from the start. `floor` is the least value a
    cell can have, None where there is none. `width` is how wide the interval of any hidden cell
    must be.
    """

    frame: Frame
    values: tuple[int, ...]
    rule: Rule
    needs: Mapping[int, Interval]
    width: int
    spans: Mapping[int, Interval] = field(default_factory=lambda: _NONE)
    stuck: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()
    floor: int | None = 0

    def interval(self, cell: int) -> Interval:
        """What a reader learns from a cell that is shown."""
        known = self.spans.get(cell)
        return self.rule.interval(self.values[cell]) if known is None else known


def counts(
    frame: Frame,
    values: Sequence[int],
    *,
    rule: Rule,
    spans: Mapping[int, Interval] = _NONE,
    stuck: frozenset[int] = frozenset(),
    absent: frozenset[int] = frozenset(),
    hidden: frozenset[int] = frozenset(),
) -> Problem:
    """The problem of a table of counts: small cells, empty and full ones, small complements.

    A reader must hold every number from nothing to just under the threshold possible for a small
    cell. An empty cell is a small one: were it shown, the others of its line would be the whole
    group. `hidden` cells were hidden before and stay so. `values` has a number per cell of the
    frame.
    """
    counted = enumerate(values[: frame.counted_cells])
    small = {cell for cell, value in counted if value < rule.threshold}
    kept = small.intersection(spans)
    needs = dict.fromkeys(small - kept - stuck, rule.secret)
    needs |= {cell: (values[cell], values[cell]) for cell in hidden - small}
    return Problem(
        frame=frame,
        values=tuple(values),
        rule=rule,
        needs=needs,
        width=rule.threshold - 1,
        spans=spans,
        stuck=stuck,
        absent=absent,
    )


def sums(
    frame: Frame, values: Sequence[int], *, doubts: Mapping[int, int], floor: int | None
) -> Problem:
    """The problem of a table of sums, shown exactly. `doubts` are the cells that must be hidden.

    Each says how far above and below its value a reader must hold values possible; another hidden
    cell only may not be known.
    """
    needs = {
        cell: (values[cell] - doubt if floor is None else max(floor, values[cell] - doubt),
               values[cell] + doubt)
        for cell, doubt in doubts.items()
    }  # fmt: skip
    return Problem(
        frame=frame,
        values=tuple(values),
        rule=Rule(0, 1, exact=True),
        needs=needs,
        width=1,
        floor=floor,
    )


def thin_lines(problem: Problem, hidden: set[int], lines: Sequence[Sum]) -> list[int]:
    """Cells to hide because those hidden in their line are together under the threshold.

    Their sum is what the shown cells leave of the line's total: the complement of a question, and
    a number under the threshold like any other. Returns one cell per such line, its smallest.
    """
    found = []
    for line in lines:
        if line.whole in hidden:
            continue
        gone = [cell for cell in line.parts if cell in hidden]
        together = sum(problem.values[cell] for cell in gone)
        if gone and together < problem.rule.threshold:
            left = [c for c in line.parts if c not in hidden and c not in problem.stuck]
            if left:
                found.append(min(left, key=lambda cell: (problem.values[cell], cell)))
    return found
