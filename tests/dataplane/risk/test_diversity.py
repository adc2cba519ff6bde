"""k, l and t: by definition on every small table, and equal to an independent library's."""

import json
import math
import os
import random
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.risk import diversity

ROOT = Path(__file__).parents[3]
ORACLES = Path(os.environ.get("MUNIMENT_ORACLES", ROOT / ".venv" / "oracles"))
PYTHON = ORACLES / "bin" / "python"

pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=40)


def measured(rows: list[tuple[int, int]], *, is_ordered: bool) -> diversity.Measured:
    counted = Counter(rows)
    groups = {group: n for n, group in enumerate(sorted({group for group, _ in rows}))}
    values = {value: n for n, value in enumerate(sorted({value for _, value in rows}))}
    return diversity.measure(
        np.array([groups[group] for group, _ in counted]),
        np.array([values[value] for _, value in counted]),
        np.array(list(counted.values())),
        is_ordered=is_ordered,
    )


def by_definition(rows: list[tuple[int, int]], *, is_ordered: bool) -> tuple[int, float, float]:
    values = sorted({value for _, value in rows})
    overall = Counter(value for _, value in rows)
    members: dict[int, list[int]] = defaultdict(list)
    for group, value in rows:
        members[group].append(value)
    distances, entropies = [], []
    for held in members.values():
        here = Counter(held)
        shares = [n / len(held) for n in here.values()]
        entropies.append(math.exp(-sum(p * math.log(p) for p in shares)))
        gaps = [here[v] / len(held) - overall[v] / len(rows) for v in values]
        if is_ordered:
            running = [abs(sum(gaps[: n + 1])) for n in range(len(gaps))]
            distances.append(sum(running) / max(1, len(values) - 1))
        else:
            distances.append(sum(abs(gap) for gap in gaps) / 2)
    return min(len(set(held)) for held in members.values()), min(entropies), max(distances)


@given(rows=pairs, is_ordered=st.booleans())
def test_l_and_t_are_what_their_definitions_say(
    rows: list[tuple[int, int]], is_ordered: bool
) -> None:
    found = measured(rows, is_ordered=is_ordered)
    distinct, entropy, distance = by_definition(rows, is_ordered=is_ordered)
    assert found.distinct_l == distinct
    assert found.entropy_l == pytest.approx(entropy)
    assert found.t == pytest.approx(distance, abs=1e-9)


def test_groups_of_one_value_are_told() -> None:
    found = measured([(0, 1), (0, 1), (1, 1), (1, 2)], is_ordered=False)
    assert (found.distinct_l, found.same) == (1, 2)
    assert found.document() == {
        "distinct_l": 1, "entropy_l_hundredths": 100, "t_millionths": 250000,
        "units_in_groups_of_one_value": 2,
    }  # fmt: skip


@pytest.mark.skipif(not PYTHON.exists(), reason="pyCANON is not there: make setup-tests makes it")
def test_k_l_and_t_equal_those_of_pycanon() -> None:
    """Equal results show that both compute the same thing; they do not show privacy."""
    draw = random.Random(5)
    tables = []
    for number in range(12):
        rows = [
            [draw.randrange(3), draw.choice("ab"), draw.randrange(6)]
            for _ in range(draw.randrange(20, 80))
        ]
        if number % 2:
            rows = [[one, two, f"v{three}"] for one, two, three in rows]
        tables.append({"names": ["one", "two", "value"], "rows": rows})
    asks = Path(__file__).with_name("asks_pycanon.py")
    done = subprocess.run(
        [PYTHON, asks], input=json.dumps(tables), capture_output=True, text=True, check=True
    )
    for table, (k, distinct, distance) in zip(tables, json.loads(done.stdout), strict=True):
        keys = sorted({(one, two) for one, two, _ in table["rows"]})
        rows = [(keys.index((one, two)), value) for one, two, value in table["rows"]]
        is_ordered = isinstance(rows[0][1], int)
        found = measured(rows, is_ordered=is_ordered)
        assert min(Counter(group for group, _ in rows).values()) == k
        assert found.distinct_l == distinct
        assert found.t == pytest.approx(distance)


def test_of_very_many_it_is_measured_only_where_a_limit_asks() -> None:
    many = diversity.MOST_UNASKED + 1
    assert diversity.is_due(many - 1, is_asked=False)
    assert diversity.is_due(many, is_asked=True)
    assert not diversity.is_due(many, is_asked=False)
