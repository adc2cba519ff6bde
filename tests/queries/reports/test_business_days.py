"""clocks.Days counted at once are the days that a walk from one to the other counts."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import clocks

DAYS = st.dates(date(1995, 1, 1), date(2030, 1, 1))


@given(
    weekend=st.sets(st.integers(0, 6), max_size=6),
    holidays=st.sets(DAYS, max_size=40),
    start=DAYS,
    length=st.integers(0, 200),
)
def test_days_are_those_of_a_walk(
    weekend: set[int], holidays: set[date], start: date, length: int
) -> None:
    near = {start + timedelta(days=(day - start).days % 220) for day in holidays}
    calendar = clocks.Calendar("UTC", frozenset(weekend), frozenset(near), date(2031, 1, 1))
    end = start + timedelta(days=length)
    walked = sum(
        calendar.is_business(start + timedelta(days=number)) for number in range(1, length + 1)
    )
    assert clocks.Days(calendar).between(start, end) == walked
