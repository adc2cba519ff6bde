"""Nothing hidden can be worked out: against an attacker who tries every table, and by proof."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.suppression import audit, frame, problem, secondary
from muniment.dataplane.suppression.rule import Rule
from tests.dataplane.suppression import worlds

SMALL = Rule(threshold=3, rounding=1)
ROUNDED = Rule(threshold=3, rounding=2)
SMALL_ELEVEN = Rule(threshold=11, rounding=1)


@pytest.mark.slow
@pytest.mark.parametrize("rule", [SMALL, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("seed", range(6))
def test_whoever_tries_every_table_learns_no_more_than_the_rule(seed: int, rule: Rule) -> None:
    asked = worlds.world([2, 2], [(0, 1)], people=11, seed=seed, rule=rule)
    hidden = secondary.choose(asked)
    assert list(worlds.told(asked, worlds.possible(asked, hidden, most=13))) == []


def test_without_secondary_suppression_the_same_attacker_succeeds() -> None:
    broken = 0
    for seed in range(6):
        asked = worlds.world([2, 2], [(0, 1)], people=11, seed=seed, rule=SMALL)
        values = worlds.possible(asked, set(asked.needs), most=13)
        broken += bool(list(worlds.told(asked, values)))
    assert broken >= 3


@pytest.mark.parametrize("rule", [SMALL, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("seed", range(6))
def test_the_audit_finds_what_an_exhaustive_attacker_finds(seed: int, rule: Rule) -> None:
    asked = worlds.world([2, 2], [(0, 1)], people=11, seed=seed, rule=rule)
    found = set(worlds.told(asked, worlds.possible(asked, set(asked.needs), most=13)))
    assert set(audit.exposed(asked, asked.needs)) == found


TABLES = {
    "one": ([4], [(0,)]),
    "two-way": ([3, 4], [(0, 1)]),
    "three-way": ([2, 3, 3], [(0, 1, 2)]),
    "linked": ([3, 3, 3], [(0, 1), (1, 2)]),
    "cycle": ([2, 3, 3], [(0, 1), (1, 2), (0, 2)]),
    "four-cycle": ([2, 2, 3, 2], [(0, 1), (1, 2), (2, 3), (0, 3)]),
    "apart": ([3, 3], [(0,), (1,)]),
}


@settings(max_examples=15, deadline=None)
@given(
    name=st.sampled_from(sorted(TABLES)),
    people=st.integers(0, 300),
    seed=st.integers(0, 10**6),
    rounding=st.sampled_from([1, 5]),
)
def test_every_choice_passes_a_fresh_audit(
    name: str, people: int, seed: int, rounding: int
) -> None:
    sizes, tables = TABLES[name]
    asked = worlds.world(sizes, tables, people=people, seed=seed, rule=Rule(11, rounding))
    hidden = secondary.choose(asked)
    assert hidden >= set(asked.needs)
    assert audit.exposed(asked, hidden) == []
    assert not problem.thin_lines(asked, set(hidden), asked.frame.lines)
    assert secondary.choose(asked) == hidden


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "people", "seed"), [([4, 5, 5], 300, 2), ([4, 4, 4], 150, 1), ([5, 6, 6], 400, 0)]
)
def test_sparse_tables_of_three_variables_are_proven_too(
    sizes: list[int], people: int, seed: int
) -> None:
    """Here moving units by hand does not do, and programs answer in fractions now and then."""
    asked = worlds.world(sizes, [(0, 1, 2)], people=people, seed=seed, rule=SMALL_ELEVEN)
    hidden = secondary.choose(asked)
    assert audit.exposed(asked, hidden) == []
    assert audit.exposed(asked, set(asked.needs) - {max(asked.needs)})


def test_an_empty_cell_and_a_full_one_are_both_hidden() -> None:
    """All 40 of a group: were either shown, each member's value would be known."""
    counted = frame.frame([2, 2], [(0, 1)])
    asked = problem.counts(counted, (80, 40, 40, 60, 20, 40, 0, 20, 20), rule=Rule(11, 1))
    hidden = secondary.choose(asked)
    full, empty = counted.cell((0, 1), (0, 0)), counted.cell((0, 1), (0, 1))
    assert {full, empty} <= hidden


def test_a_small_complement_is_hidden_with_its_whole() -> None:
    asked = problem.counts(frame.frame([3], [(0,)]), (110, 100, 5, 5), rule=Rule(11, 1))
    assert secondary.choose(asked) == {1, 2, 3}


def test_nothing_is_hidden_needlessly() -> None:
    asked = problem.counts(frame.frame([3], [(0,)]), (120, 20, 40, 60), rule=Rule(11, 1))
    assert secondary.choose(asked) == frozenset()
    asked = problem.counts(frame.frame([3], [(0,)]), (110, 5, 45, 60), rule=Rule(11, 1))
    assert secondary.choose(asked) == {1, 2}


def test_what_stands_printed_elsewhere_can_make_protection_impossible() -> None:
    asked = problem.counts(
        frame.frame([2], [(0,)]), (100, 97, 3), rule=Rule(11, 1), stuck=frozenset({0, 1})
    )
    with pytest.raises(secondary.Unprotectable, match="published before"):
        secondary.choose(asked)


@pytest.mark.parametrize(
    ("tables", "people", "seed", "rule", "stuck"),
    [
        ([(0, 1), (1, 2), (0, 2)], 30, 22, SMALL, {1, 2, 6, 17, 23}),
        ([(0, 1, 2)], 60, 43, SMALL_ELEVEN, {2, 13, 19, 20}),
    ],
    ids=["three tables", "one table"],
)
def test_where_even_neighbors_do_not_help_the_whole_is_refused(
    tables: list[tuple[int, ...]], people: int, seed: int, rule: Rule, stuck: set[int]
) -> None:
    """Many numbers stand printed elsewhere: hiding around what is exposed is tried first."""
    plain = worlds.world([3, 3, 3], tables, people=people, seed=seed, rule=rule)
    assert audit.exposed(plain, secondary.choose(plain)) == []
    asked = dataclasses.replace(plain, stuck=frozenset(stuck))
    with pytest.raises(secondary.Unprotectable, match="published before"):
        secondary.choose(asked)


def test_a_needed_cell_that_is_shown_is_exposed() -> None:
    asked = problem.counts(frame.frame([2], [(0,)]), (100, 97, 3), rule=Rule(11, 1))
    assert audit.exposed(asked, {1}) == [1, 2]


def test_tables_too_large_to_audit_are_refused() -> None:
    with pytest.raises(frame.TooLarge, match="64,481,201"):
        frame.frame([400, 400, 400], [(0, 1, 2)])
