"""What stands in a table for a number, and what a reader learns from it."""

from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.suppression.rule import Rule


@given(st.integers(2, 40), st.integers(1, 20), st.integers(0, 500))
def test_an_interval_holds_exactly_the_numbers_printed_alike(
    threshold: int, rounding: int, number: int
) -> None:
    rule = Rule(threshold, rounding)
    number += threshold
    low, high = rule.interval(number)
    alike = [n for n in range(threshold, number + 60) if rule.shown(n) == rule.shown(number)]
    assert (low, high) == (alike[0], alike[-1])
    assert rule.shown(number) % rounding == 0
    assert rule.shown(number) >= threshold


def test_where_readers_know_the_exact_numbers_an_interval_is_one_number() -> None:
    assert Rule(11, 5, exact=True).interval(13) == (13, 13)


def test_numbers_are_rounded_half_up_and_never_under_the_threshold() -> None:
    rule = Rule(11, 5)
    assert [rule.shown(number) for number in (11, 12, 17, 18, 22, 23)] == [15, 15, 15, 20, 20, 25]
    assert [rule.interval(number) for number in (11, 17, 18)] == [(11, 17), (11, 17), (18, 22)]
    even = Rule(10, 4)
    assert [even.shown(number) for number in (10, 13, 14, 17, 18)] == [12, 12, 16, 16, 20]
    assert [even.interval(number) for number in (10, 14)] == [(10, 13), (14, 17)]


def test_a_small_number_may_be_anything_under_the_threshold() -> None:
    assert Rule(11, 5).secret == (0, 10)


def test_rules_are_exact_only_when_they_say_so() -> None:
    assert not Rule(11, 5).exact
