"""The forecast of a release: quartiles of business days from the programme's own history."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import clocks
from muniment.programme.clocks import forecast
from tests.programme import shipped

BUNDLE = shipped.bundle()
CALENDAR = clocks.calendar_of(BUNDLE)
MONDAY = date(2026, 9, 14)
"""No holiday follows for four weeks."""


def journey(days: int, *, track: str = "full", stage: str = "policy") -> forecast.Journey:
    """A request that was released so many business days after it came to the stage."""
    arrived = date(2026, 3, 2)
    return forecast.Journey(track, {stage: arrived}, clocks.add_days(CALENDAR, arrived, days))


def release(
    *took: int, since: date = MONDAY, today: date = MONDAY, stage: str = "policy"
) -> forecast.Range | forecast.TooFew:
    return forecast.release(
        CALENDAR, [journey(days) for days in took], track="full", stage=stage, since=since,
        today=today,
    )  # fmt: skip


def test_the_range_is_the_middle_half_of_what_it_took() -> None:
    found = release(1, 2, 3, 4, 5, 6, 7, 8)
    assert found == forecast.Range(date(2026, 9, 16), date(2026, 9, 22), 8)


def test_weekends_count_neither_in_the_past_nor_in_the_future() -> None:
    found = release(5, 5, 5, 5, 5)
    assert found == forecast.Range(date(2026, 9, 21), date(2026, 9, 21), 5)


def test_too_few_earlier_requests_say_so() -> None:
    assert release(1, 2, 3, 4) == forecast.TooFew(4)
    assert release() == forecast.TooFew(0)


def test_only_the_same_track_and_stage_count() -> None:
    history = [journey(3, track="expedited") for _ in range(9)]
    found = forecast.release(
        CALENDAR, history, track="full", stage="policy", since=MONDAY, today=MONDAY
    )
    assert found == forecast.TooFew(0)
    assert release(1, 2, 3, 4, 5, stage="in_review") == forecast.TooFew(0)


def test_what_has_passed_is_not_promised_again() -> None:
    found = release(1, 2, 3, 4, 5, 6, 7, 8, today=date(2026, 9, 18))
    assert found == forecast.Range(date(2026, 9, 18), date(2026, 9, 22), 8)
    found = release(1, 2, 3, 4, 5, today=date(2026, 10, 9))
    assert found == forecast.Range(date(2026, 10, 9), date(2026, 10, 9), 5)


def test_a_release_on_the_day_of_arrival_took_no_day() -> None:
    found = release(0, 0, 0, 0, 0)
    assert found == forecast.Range(MONDAY, MONDAY, 5)


@given(
    took=st.lists(st.integers(0, 120), min_size=forecast.FEWEST, max_size=40),
    waited=st.integers(0, 60),
)
def test_at_least_half_of_the_history_lies_within_the_range(took: list[int], waited: int) -> None:
    found = release(*took)
    assert isinstance(found, forecast.Range)
    ends = [clocks.add_days(CALENDAR, MONDAY, days) for days in took]
    assert 2 * sum(found.from_on <= end <= found.until_on for end in ends) >= len(took)
    later = release(*took, today=MONDAY + timedelta(days=waited))
    assert isinstance(later, forecast.Range)
    assert MONDAY + timedelta(days=waited) <= later.from_on <= later.until_on
    assert later.until_on >= found.until_on
