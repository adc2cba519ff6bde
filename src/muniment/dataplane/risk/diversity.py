"""What groups tell about sensitive values: l-diversity and t-closeness, per sensitive variable.

Distinct l and entropy l: Machanavajjhala et al. (2007). t is the earth mover's distance between the
values of a group and those of all (Li, Li and Venkatasubramanian 2007): with equal distances for
words, ordered distance for numbers. A missing value is a value of its own, the least of numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from muniment.dataplane.risk import encoded, lattice
from muniment.dataplane.risk.lattice import Whole

Shares = NDArray[np.float64]

# A variable with more values than this is a measurement: its groups are about as many as its rows.
MOST_VALUES = 1000
# A pass over the rows for each sensitive variable: above this only where a limit asks for it.
MOST_UNASKED = 50_000


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one sensitive variable. `same` is how many units are in groups with a single value."""

    distinct_l: int
    entropy_l: float
    t: float
    same: int

    def document(self) -> dict[str, object]:
        """In whole numbers: l in hundredths, t in millionths."""
        return {
            "distinct_l": self.distinct_l,
            "entropy_l_hundredths": int(self.entropy_l * 100 + 1e-9),
            "t_millionths": round(self.t * 1_000_000),
            "units_in_groups_of_one_value": self.same,
        }


def is_due(units: int, *, is_asked: bool) -> bool:
    """Whether it is measured: where the policy sets a limit, and else where it costs little."""
    return is_asked or units <= MOST_UNASKED


def measure(group: Whole, value: Whole, units: Whole, *, is_ordered: bool) -> Measured:
    """From distinct (group, value) pairs, each numbered from 0 without gaps, and their units.

    Values are numbered in their order where `is_ordered`.
    """
    groups, values = int(group.max()) + 1, int(value.max()) + 1
    sizes = np.bincount(group, weights=units, minlength=groups)
    share = units / sizes[group]
    distinct = np.bincount(group, minlength=groups)
    entropy = np.bincount(group, weights=-share * np.log(share), minlength=groups)
    overall = np.bincount(value, weights=units, minlength=values) / units.sum()
    distance = _ordered if is_ordered else _equal
    return Measured(
        distinct_l=int(distinct.min()),
        entropy_l=float(np.exp(entropy.min())),
        t=float(distance(group, value, share, overall, groups).max()),
        same=int(sizes[distinct == 1].sum()),
    )


def of_release(
    engine: session.Session,
    stored: str,
    *,
    baseline: Sequence[str],
    sensitive: str,
    is_number: bool,
) -> Measured | None:
    """One group-by over the baseline and one sensitive column; None for too many values."""
    column = nodes.column("t", sensitive)
    source = nodes.table(stored, "t")
    many = engine.whole(nodes.select([session.distinct_count(column.copy())], source=source))
    if many > MOST_VALUES:
        return None
    keys = [nodes.column("t", name) for name in baseline]
    counted = nodes.named(session.rows_of(), "units")
    query = nodes.select(
        [*keys, column, counted], source=source.copy(),
        group_by=[*(key.copy() for key in keys), column.copy()],
    )  # fmt: skip
    *groups, values, units = (encoded.whole(found) for found in engine.columns(query).columns)
    combined = np.stack([encoded.numbered(each)[1] for each in groups], axis=1)
    seen, numbers = encoded.numbered(values)
    places = sorted(range(len(seen)), key=lambda spot: _by_size(seen[spot], is_number=is_number))
    into = np.empty(len(seen), dtype=np.int64)
    into[places] = np.arange(len(seen))
    return measure(
        lattice.classes(combined),
        into[numbers],
        encoded.numbers(units),
        is_ordered=is_number,
    )


def _by_size(cell: object, *, is_number: bool) -> tuple[bool, object, str]:
    """Missing first, then by size or as text."""
    return cell is not None, cell if is_number and cell else 0, str(cell)


def _equal(group: Whole, value: Whole, share: Shares, overall: Shares, groups: int) -> Shares:
    """Half the sum of differences: values a group lacks differ by their whole share."""
    present = np.bincount(group, weights=np.abs(share - overall[value]), minlength=groups)
    covered = np.bincount(group, weights=overall[value], minlength=groups)
    return np.asarray((present + np.maximum(1 - covered, 0)) / 2)


def _ordered(group: Whole, value: Whole, share: Shares, overall: Shares, groups: int) -> Shares:
    """The sum of differences of running totals, over one less than the number of values.

    Between two values a group has, its running total stands still while the overall one grows, so
    the gap between them is summed from the overall totals alone.
    """
    values = len(overall)
    if values == 1:
        return np.zeros(groups)
    totals = np.cumsum(overall)
    order = np.lexsort((value, group))
    group, value, share = group[order], value[order], share[order]
    running = np.cumsum(share)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    before = np.r_[0.0, running[:-1]][starts]
    running = running - before[np.searchsorted(starts, np.arange(len(group)), side="right") - 1]
    ends = np.r_[value[1:], values]
    ends[np.r_[starts[1:] - 1, len(group) - 1]] = values
    far = np.zeros(groups)
    np.add.at(far, group, _between(totals, running, value, ends))
    first = value[starts]
    np.add.at(
        far, group[starts], _between(totals, np.zeros(len(starts)), np.zeros_like(first), first)
    )
    return np.asarray(far / (values - 1))


def _between(totals: Shares, level: Shares, start: Whole, end: Whole) -> Shares:
    """The sum of |level - totals[i]| for i from start to end (left out), totals growing."""
    sums = np.r_[0.0, np.cumsum(totals)]
    cross = np.clip(np.searchsorted(totals, level), start, end)
    under = level * (cross - start) - (sums[cross] - sums[start])
    over = (sums[end] - sums[cross]) - level * (end - cross)
    return np.asarray(under + over)
