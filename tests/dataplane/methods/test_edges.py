"""Cells at the edge of what can be written down: huge numbers, the last day, text that is nearly
a date."""

import datetime

import pytest

from muniment.dataplane.compile import nodes
from muniment.dataplane.methods import over90
from muniment.dataplane.spec.fields import Method
from muniment.dataplane.spec.values import FieldType
from tests.dataplane.methods.test_methods import applied
from tests.dataplane.methods.test_ninety import answer

HUGE = 10**18
FIRST, LAST = datetime.date(1000, 1, 1), datetime.date(9999, 12, 31)


def rounded(values: list[object], to: int, kind: FieldType = FieldType.INTEGER) -> list[object]:
    return applied(Method.ROUND, values, kind=kind, params={"to": to})


def test_a_whole_number_of_eighteen_digits_is_rounded_to_the_last_one() -> None:
    """As a double it would be another number, which is no multiple of seven."""
    assert rounded([123456789012345678, -123456789012345678], 7) == [
        123456789012345677, -123456789012345677,
    ]  # fmt: skip
    assert rounded([999999999999999999], 2) == [HUGE]


def test_a_double_is_rounded_to_the_step_that_is_nearest_to_it() -> None:
    """Its fifth part ends in .4, and as a double in .5."""
    assert rounded([9007199254740992.0, -9007199254740992.0], 5, FieldType.NUMBER) == [
        9007199254740990, -9007199254740990,
    ]  # fmt: skip
    values = [2.5, 2.4999999999999996, 7.4, 7.6, -2.5, -0.0]
    assert rounded(values, 5, FieldType.NUMBER) == [5, 0, 5, 10, -5, 0]


def test_halves_of_whole_numbers_go_away_from_zero() -> None:
    assert rounded([4, 5, -4, -5, 0, 15], 10) == [0, 10, 0, -10, 0, 20]
    assert rounded([1, 2, -1, -2, 4], 3) == [0, 3, 0, -3, 3]


def test_a_number_that_is_too_long_to_be_written_is_missing_and_stops_nothing() -> None:
    assert rounded([HUGE - 1, HUGE, 1 - HUGE, -HUGE, 2**63 - 1], 10) == [
        HUGE, None, -HUGE, None, None,
    ]  # fmt: skip
    below = 999999999999999872.0
    values = [below, 1e18, -below, -1e18, 1e30]
    assert rounded(values, 4, FieldType.NUMBER) == [int(below), None, -int(below), None, None]


def test_a_date_is_not_shifted_out_of_the_years_that_are_written() -> None:
    """The last day of all often stands for none."""
    week, inside = datetime.timedelta(weeks=4), [LAST, FIRST]
    later = applied(Method.WEEKLY_SHIFT, [LAST, LAST - week], kind=FieldType.DATE, shift=28)
    assert later == [None, LAST]
    earlier = applied(Method.WEEKLY_SHIFT, [FIRST, FIRST + week], kind=FieldType.DATE, shift=-28)
    assert earlier == [None, FIRST]
    assert applied(Method.WEEKLY_SHIFT, inside, kind=FieldType.DATE) == inside


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2012-02-29", 29),
        ("2012-02-28T23:30", 28),
        ("2012-02-28 23:59:59.5", 28),
        ("2012-02-28T23:30:00-05:00", 28),
        ("2012-02-28T00:30Z", 28),
        *[(odd, None) for odd in (
            "2012", "2012-02", "2013-02-29", "2012-2-9", "2012/02/29", "29.02.2012", "20120229",
            " 2012-02-29", "2012-02-29\n", "2012-02-29T", "2012-02-29T10", "2012-02-29x",
            "12012-02-29", "-2012-02-29", "0999-12-31", "2012-02-29 (BC)", "infinity", "epoch",
            "now", "",
        )],
    ],
)  # fmt: skip
def test_text_names_a_whole_day_only_as_iso_8601_writes_one(written: str, day: int | None) -> None:
    """Each engine's own cast reads others of these as days: 2012-01-01 for a year, or 1970."""
    first = datetime.date(2012, 2, 1)
    out = applied(Method.DAYS_FROM, [written], kind=FieldType.STRING, anchor=first)
    assert out == [None if day is None else day - 1]


def test_an_age_that_is_none_stops_no_build_and_tells_what_it_says() -> None:
    """Over 89 since before any date, or not before any that can be written."""
    at = nodes.literal(datetime.date(2012, 7, 1))
    for age in (HUGE, 10_000):
        oldest = over90.ninetieth(at, age=nodes.number(age))
        assert answer(nodes.exp.LT(this=oldest, expression=nodes.literal(FIRST)))
        youngest = over90.ninetieth(at, age=nodes.number(-age))
        assert answer(nodes.exp.GT(this=youngest, expression=nodes.literal(LAST)))


def test_only_plain_spaces_around_a_zip_code_are_passed_over() -> None:
    held = [" 10001 ", "\u00a010001", "10001\u3000", "\t10001", "10001\n"]
    out = applied(Method.ZIP3, held, kind=FieldType.STRING, params={"tables": ["2000"]})
    assert out == ["100", "000", "000", "000", "000"]
