"""Group sizes as risks, unique units, and what may be told outside."""

import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.risk import figures, lattice, report

rows = st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=25)


def test_three_attackers_have_three_risks() -> None:
    alone = figures.rates([1, 4, 5])
    assert alone == figures.Rates(Fraction(1), Fraction(3, 10), None, Fraction(3, 10))
    wide = figures.rates([1, 4, 5], population=[10, 8, 5])
    assert wide.journalist_most == Fraction(1, 5)
    assert wide.marketer == (Fraction(1, 10) + Fraction(1, 2) + 1) / 10
    assert wide.document() == {
        "prosecutor_most": 1_000_000, "prosecutor_mean": 300_000,
        "journalist_most": 200_000, "marketer": 160_000,
    }  # fmt: skip


def test_a_risk_is_never_told_smaller_than_it_is() -> None:
    assert figures.millionths(Fraction(1, 3)) == 333_334


def test_every_group_is_in_one_class_of_sizes() -> None:
    told = figures.histogram(Counter([1, 2, 3, 11, 5000]))
    assert sum(each["groups"] for each in told) == 5
    assert told[-1] == {"least": 1000, "most": None, "groups": 1, "units": 5000}


@given(table=rows)
def test_minimal_uniques_are_those_that_trying_every_set_finds(table: list[tuple]) -> None:
    counted = Counter(table)
    groups = lattice.Groups(np.array(list(counted)), np.array(list(counted.values())))
    found = figures.uniques(groups)
    by_size: Counter = Counter({1: 0, 2: 0, 3: 0})
    special = set()
    for row in table:
        seen: list[set[int]] = []
        for size in (1, 2, 3):
            for subset in itertools.combinations(range(4), size):
                here = tuple(row[spot] for spot in subset)
                alone = sum(tuple(one[s] for s in subset) == here for one in table) == 1
                if alone and not any(set(subset) > less for less in seen):
                    by_size[size] += 1
                    special.add(row)
                    seen.append(set(subset))
    assert found.by_size == dict(by_size)
    assert found.special == len(special)
    assert found.unique == sum(many == 1 for many in counted.values())
    assert sorted(figures.sizes_of(groups)) == sorted(counted.values())


PUBLISHED = [
    {"muniment_cube": 1, "tables": [
        {"variables": ["SEX"], "cells": [{"labels": ["F"], "value": 40},
                                         {"labels": ["M"], "value": None}]},
        {"variables": ["STATE"], "cells": [{"labels": ["CA"], "value": None}]},
        {"variables": [], "cells": [{"labels": [], "value": 40}]},
    ]},
]  # fmt: skip


def test_a_release_that_gives_hidden_cells_away_is_named() -> None:
    [found] = report.revealed(PUBLISHED, leaving=["SEX"], is_whole=True)
    assert found == {"by": ["SEX"], "cells_revealed": 1}
    assert report.revealed(PUBLISHED, leaving=["SEX"], is_whole=False) == []


def test_what_goes_outside_is_a_function_of_protected_numbers_alone() -> None:
    def part(units: int, alone: int) -> dict[str, object]:
        return {
            "part": "p1",
            "risk": {
                "scope": "k", "limit": 11, "baseline": ["t.SEX"], "untreated": [],
                "blanked": {"t.SEX": alone}, "after": {"units": units}, "before": {"units": alone},
            },
        }  # fmt: skip

    one = report.outward(part(122, 7919), threshold=11, rounding=5)
    assert one == report.outward(part(121, 3), threshold=11, rounding=5)
    assert one["units"] == 120
    assert report.outward(part(10, 1), threshold=11, rounding=5)["units"] is None
    bare = part(50, 1)
    bare["risk"]["baseline"] = []  # type: ignore[index]
    assert report.outward(bare, threshold=11, rounding=5)["highest_risk"] == "not measured"
