"""The search finds what trying every node finds, and looks at few of them."""

from itertools import product

import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.risk import generalize, ladder, lattice, partition

NUMBERS = ladder.Ladder(ladder.Kind.WIDTHS, (2, 4, 8))
WORDS = ladder.Ladder(ladder.Kind.PREFIX, (2, 1))
FLAT = ladder.NONE
LADDERS = (NUMBERS, WORDS, FLAT)

cells = st.tuples(
    st.one_of(st.none(), st.integers(0, 15)),
    st.sampled_from(["aab", "aac", "abc", "bbc"]),
    st.sampled_from(["F", "M"]),
)
tables = st.lists(st.tuples(cells, st.integers(1, 4)), min_size=1, max_size=40)


def held(rows: list) -> generalize.Combined:
    distinct = dict(rows)
    columns = [
        pyarrow.array([None if cell is None else str(cell) for cell in column], pyarrow.string())
        for column in zip(*distinct, strict=True)
    ]
    names = [*map(str, range(len(columns))), "units"]
    units = pyarrow.array(list(distinct.values()), pyarrow.int64())
    return generalize.of_columns(pyarrow.table([*columns, units], names))


def dimensions(table: generalize.Combined) -> list[lattice.Dimension]:
    return [generalize.dimension(v, rungs) for v, rungs in zip(table.values, LADDERS, strict=True)]


def brute_force(rows: list, *, limit: int, most: int) -> tuple[float, tuple[int, ...]] | None:
    """Every node, by plain counting of the values a recipient would read."""
    table = dict(rows)
    found = []
    losses = lattice.losses(held(rows).groups, dimensions(held(rows)))
    for node in product(range(5), range(4), range(2)):
        sizes: dict[tuple, int] = {}
        for row, units in table.items():
            shown = tuple(
                rungs.rung(None if cell is None else str(cell), step)
                for rungs, cell, step in zip(LADDERS, row, node, strict=True)
            )
            sizes[shown] = sizes.get(shown, 0) + units
        if sum(size for size in sizes.values() if size < limit) <= most:
            loss = 0.0
            for spot, step in enumerate(node):
                loss += losses[spot][step]
            found.append((loss, node))
    return min(found, default=None)


@settings(max_examples=60)
@given(rows=tables, limit=st.integers(1, 12), share=st.integers(0, 30))
def test_the_search_finds_the_best_of_all_nodes(rows: list, limit: int, share: int) -> None:
    table = held(rows)
    most = table.groups.units * share // 100
    found = lattice.search(table.groups, dimensions(table), limit=limit, most_below=most)
    best = brute_force(rows, limit=limit, most=most)
    assert (best is None) == (found is None)
    if found is not None and best is not None:
        assert (found.loss, found.node) == (pytest.approx(best[0]), best[1])
        assert found.below <= most
        assert found.looked <= found.nodes


def test_predictive_tagging_looks_at_a_fraction_of_the_lattice() -> None:
    draw = np.random.default_rng(7)
    keys = np.column_stack([draw.integers(0, 40, 5000) for _ in range(4)])
    groups = lattice.merged(keys, np.ones(len(keys), dtype=np.int64))
    form = [np.arange(40) // width for width in (1, 2, 4, 8, 40)]
    found = lattice.search(groups, [lattice.Dimension(tuple(form))] * 4, limit=10, most_below=100)
    assert found is not None
    assert found.nodes == 625
    assert found.looked < 80


def test_nothing_changes_where_every_group_is_large_already() -> None:
    table = held([((1, "aab", "F"), 20), ((2, "abc", "M"), 20)])
    found = lattice.search(table.groups, dimensions(table), limit=11, most_below=0)
    assert found is not None
    assert (found.node, found.loss) == ((0, 0, 0), 0)


def test_a_lattice_too_large_to_hold_is_refused() -> None:
    one = lattice.Dimension(tuple(np.zeros(1, dtype=np.int64) for _ in range(14)))
    groups = lattice.Groups(np.zeros((1, 6), dtype=np.int64), np.array([5]))
    with pytest.raises(ValueError, match="too many combinations"):
        lattice.search(groups, [one] * 6, limit=1, most_below=0)


@settings(max_examples=30)
@given(data=st.data())
def test_equal_rows_are_merged_whatever_the_room_of_their_keys(data: st.DataObject) -> None:
    width = data.draw(st.integers(0, 4))
    top = data.draw(st.sampled_from([2, 3000, 2**40]))
    rows = data.draw(st.lists(st.tuples(*[st.integers(0, top)] * width), max_size=30))
    keys = np.array(rows, dtype=np.int64).reshape(len(rows), width)
    sizes = np.arange(1, len(rows) + 1)
    merged = lattice.merged(keys, sizes)
    expected: dict[tuple[int, ...], int] = {}
    for row, size in zip(rows, sizes, strict=True):
        expected[tuple(row)] = expected.get(tuple(row), 0) + int(size)
    found = {tuple(map(int, key)): int(n) for key, n in zip(merged.keys, merged.sizes, strict=True)}
    assert found == expected


@settings(max_examples=60)
@given(rows=tables, limit=st.integers(1, 12))
def test_every_box_holds_enough_units_if_all_together_do(rows: list, limit: int) -> None:
    table = held(rows)
    heights = tuple(len(values) for values in table.values)
    cut = partition.cut(table.groups, heights=heights, limit=limit)
    sizes = np.bincount(cut.of, weights=table.groups.sizes)
    assert len(sizes) == len(cut.ranges)
    if table.groups.units >= limit:
        assert sizes.min() >= limit
    for key, box in zip(table.groups.keys, cut.of, strict=True):
        assert all(a <= v < b for v, (a, b) in zip(key, cut.ranges[box], strict=True))


def test_a_crowded_region_keeps_finer_values_than_an_empty_one() -> None:
    ages = [*range(20, 40)] * 10 + [80, 85, 90] * 4
    table = held([((age % 100, "aab", "F"), ages.count(age)) for age in set(ages)])
    cut = partition.cut(table.groups, heights=(23, 1, 1), limit=10)
    widths = [box[0][1] - box[0][0] for box in cut.ranges]
    assert min(widths) == 1
    assert max(widths) > 1


def test_keys_with_no_room_in_a_number_are_still_told_apart() -> None:
    keys = np.array([[2**40, 2**40, 1], [2**40, 2**40, 1], [0, 2**40, 1]], dtype=np.int64)
    merged = lattice.merged(keys, np.array([1, 2, 4]))
    assert sorted(merged.sizes.tolist()) == [3, 4]


def test_a_box_that_cannot_be_cut_stays_whole() -> None:
    groups = lattice.Groups(np.array([[0], [1]]), np.array([15, 6]))
    assert partition.cut(groups, heights=(2,), limit=10).ranges == (((0, 2),),)


def test_a_range_is_told_by_its_cuts_and_never_by_its_ends() -> None:
    values = (None, "10", "20", "30", "40")
    shown = [generalize.side(values, each) for each in ((0, 1), (0, 5), (1, 3), (2, 4), (3, 5))]
    assert shown == [None, None, "before 30", "20 to before 40", "30 or after"]
    assert generalize.side(values, (2, 3)) == "20"
    assert generalize.side(("F",), (0, 1)) == "F"
