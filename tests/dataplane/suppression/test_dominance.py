"""A sum is hidden when one member of the group can be read from it."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.suppression.dominance import Dominance

RULE = Dominance(largest=2, share=85, percent=15)


def test_a_total_of_twelve_practices_owned_by_one_is_hidden() -> None:
    assert RULE.dominated([1000, *[2] * 11])
    assert not RULE.dominated([10] * 12)


def test_a_share_of_exactly_the_limit_is_not_over_it() -> None:
    assert not RULE.dominated([43, 42, 5, 5, 5])
    assert RULE.dominated([44, 42, 5, 5, 4])


def test_the_second_largest_may_not_come_within_the_percentage_of_the_largest() -> None:
    wide = Dominance(largest=1, share=100, percent=15)
    assert wide.dominated([100, 50, 14])
    assert not wide.dominated([100, 50, 15])


def test_the_percentage_is_held_to_the_last_unit() -> None:
    wide = Dominance(largest=1, share=100, percent=15)
    assert wide.dominated([10_000, 5_000, 1_499])
    assert not wide.dominated([10_000, 5_000, 1_500])


def test_the_default_is_two_of_eighty_five_and_fifteen_percent() -> None:
    assert Dominance() == RULE


def test_losses_count_by_their_size() -> None:
    assert RULE.dominated([-1000, *[2] * 11])


def test_nothing_and_nobody_have_no_sum_to_hide() -> None:
    assert not RULE.dominated([])
    assert not RULE.dominated([0, 0])
    assert RULE.reach([]) == 0


def test_a_reader_must_be_left_in_doubt_by_the_percentage_of_the_largest() -> None:
    assert Dominance(largest=1, share=100).reach([Fraction(-200), 3]) == 30


def test_the_highest_sum_still_possible_is_one_that_nobody_dominates() -> None:
    assert RULE.reach([Fraction(-170)]) == 30
    assert RULE.reach([85, 85, 5]) == 25
    assert not RULE.dominated([85, 85, 5, 25])
    assert RULE.dominated([85, 85, 5, 24])
    assert RULE.reach([100, *[10] * 90]) == 15


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=2))
def test_a_sum_of_one_or_two_is_always_hidden(contributions: list[int]) -> None:
    assert RULE.dominated(contributions)
