"""Business days: day 0, holidays, pauses, zones with summer time; and what must hold for all."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import clocks
from tests.programme import shipped

CALENDAR = clocks.calendar_of(shipped.bundle())
NEW_YORK = ZoneInfo("America/New_York")
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "America/Santiago", "Asia/Beirut",
         "Pacific/Apia", "UTC")  # fmt: skip


def at(text: str, *, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("started", "days", "due"),
    [
        ("2026-11-02T09:00", 0, "2026-11-02"),
        ("2026-11-02T09:00", 1, "2026-11-03"),
        ("2026-11-02T23:59", 5, "2026-11-09"),
        ("2026-11-06T18:00", 1, "2026-11-09"),  # Friday: the next business day is Monday
        ("2026-11-07T10:00", 1, "2026-11-09"),  # Saturday is day 0 all the same
        ("2026-11-10T09:00", 1, "2026-11-12"),  # Veterans Day
        ("2026-11-25T09:00", 1, "2026-11-30"),  # Thanksgiving, the day after, the weekend
        ("2026-12-24T09:00", 1, "2026-12-28"),
    ],
)
def test_due_days(started: str, days: int, due: str) -> None:
    assert clocks.due_on(CALENDAR, at(started), days=days) == date.fromisoformat(due)


def test_the_day_of_submission_is_the_programmes_own() -> None:
    late_evening = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)  # 23:30 on Monday in New York
    assert CALENDAR.local_day(late_evening) == date(2026, 11, 2)
    assert clocks.due_on(CALENDAR, late_evening, days=1) == date(2026, 11, 3)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(clocks.CalendarFault, match="needs its time zone"):
        CALENDAR.local_day(datetime(2026, 11, 2, 9, 0))  # noqa: DTZ001


def pause(since: str, until: str | None) -> clocks.Pause:
    return clocks.Pause(at(since), None if until is None else at(until))


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("2026-11-03T09:00", "2026-11-03T17:00")], "2026-11-09"),  # within a day: free
        ([("2026-11-03T09:00", "2026-11-04T09:00")], "2026-11-10"),  # one night
        ([("2026-11-06T16:00", "2026-11-09T09:00")], "2026-11-10"),  # over the weekend
        ([("2026-11-07T09:00", "2026-11-08T09:00")], "2026-11-09"),  # Saturday to Sunday
        ([("2026-11-03T09:00", "2026-11-05T09:00"),
          ("2026-11-04T09:00", "2026-11-06T09:00")], "2026-11-13"),  # overlap counts once
        ([("2026-11-03T09:00", None)], None),
    ],
)  # fmt: skip
def test_pauses_move_the_due_day(pauses: list[tuple[str, str | None]], due: str | None) -> None:
    held = [pause(*each) for each in pauses]
    found = clocks.due_on(CALENDAR, at("2026-11-02T09:00"), days=5, pauses=held)
    assert found == (date.fromisoformat(due) if due else None)


def test_a_reading_shows_gross_paused_and_net_days() -> None:
    held = [pause("2026-11-03T09:00", "2026-11-05T09:00")]
    started = at("2026-11-02T09:00")
    now = at("2026-11-12T10:00")
    found = clocks.read(CALENDAR, started, now=now, days=3, pauses=held)
    assert (found.gross_days, found.paused_days, found.net_days) == (6, 2, 4)
    assert found.due_on == date(2026, 11, 9)
    assert found.overdue


def test_a_clock_is_overdue_only_when_its_last_day_has_ended() -> None:
    started = at("2026-11-02T09:00")
    last_minute = clocks.read(CALENDAR, started, now=at("2026-11-03T23:59"), days=1)
    next_minute = clocks.read(CALENDAR, started, now=at("2026-11-04T00:00"), days=1)
    assert (last_minute.overdue, next_minute.overdue) == (False, True)


def test_a_paused_clock_is_never_overdue() -> None:
    held = [pause("2026-11-03T09:00", None)]
    found = clocks.read(
        CALENDAR, at("2026-11-02T09:00"), now=at("2027-03-02T09:00"), days=1, pauses=held
    )
    assert (found.due_on, found.overdue, found.net_days) == (None, False, 0)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 8), 23),  # clocks go forward in New York
        (date(2026, 11, 1), 25),  # and back
        (date(2026, 11, 2), 24),
    ],
)
def test_a_local_day_ends_where_the_zone_says(day: date, hours: int) -> None:
    before = clocks.ends_at(CALENDAR, day - timedelta(days=1))
    assert clocks.ends_at(CALENDAR, day) - before == timedelta(hours=hours)


def test_reminders_come_business_days_before() -> None:
    found = clocks.reminders(CALENDAR, date(2026, 11, 30), before=(0, 1, 5))
    assert found == [date(2026, 11, 19), date(2026, 11, 25), date(2026, 11, 30)]


def test_a_track_may_have_its_own_limit() -> None:
    def days(stage: str, track: str | None) -> int | None:
        limit = clocks.limit_for(shipped.bundle(), stage, track=track)
        return limit.days if limit else None

    assert days("availability", "full") == 15
    assert days("availability", "expedited") == 5
    assert days("in_review", None) == 30
    assert days("active", "full") is None


def test_a_calendar_without_a_business_day_is_refused_and_returns() -> None:
    never = clocks.Calendar("UTC", frozenset(range(7)), frozenset(), date(2027, 1, 1))
    with pytest.raises(clocks.CalendarFault, match="no business day"):
        clocks.due_on(never, datetime(2026, 11, 2, tzinfo=UTC), days=1)
    with pytest.raises(clocks.CalendarFault, match="no business day"):
        clocks.reminders(never, date(2026, 11, 2), before=[1])


def test_the_shipped_holidays_are_the_observed_ones() -> None:
    expected = {date(2026, 7, 3), date(2026, 11, 26), date(2027, 12, 24), date(2027, 12, 31)}
    assert expected <= CALENDAR.holidays
    assert all(CALENDAR.covers_until >= day for day in CALENDAR.holidays)
    assert all(day.weekday() < 5 for day in CALENDAR.holidays)


INSTANTS = st.datetimes(datetime(2026, 1, 2), datetime(2028, 6, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
CALENDARS = st.builds(
    clocks.Calendar,
    zone=st.sampled_from(ZONES),
    weekend=st.sampled_from([frozenset(), frozenset({5, 6}), frozenset({4, 5})]),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=30),
    covers_until=st.just(date(2028, 12, 31)),
)
DAYS = st.integers(0, 40)
PAUSES = st.lists(
    st.tuples(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=40))).map(
        lambda pair: clocks.Pause(pair[0], pair[0] + pair[1])
    ),
    max_size=4,
)


@given(CALENDARS, INSTANTS, DAYS)
def test_exactly_the_days_asked_for_lie_between_start_and_due(
    calendar: clocks.Calendar, started: datetime, days: int
) -> None:
    start = calendar.local_day(started)
    due = clocks.due_on(calendar, started, days=days)
    assert due is not None
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(calendar.is_business(day) for day in between) == days
    assert due == start or calendar.is_business(due)


@given(CALENDARS, INSTANTS, DAYS, PAUSES)
def test_a_pause_never_brings_the_due_day_forward(
    calendar: clocks.Calendar, started: datetime, days: int, pauses: list[clocks.Pause]
) -> None:
    plain = clocks.due_on(calendar, started, days=days)
    held = clocks.due_on(calendar, started, days=days, pauses=pauses)
    assert plain is not None
    assert held is not None
    assert held >= plain


@given(CALENDARS, INSTANTS, INSTANTS, DAYS, PAUSES)
def test_a_clock_is_overdue_exactly_when_more_days_counted_than_allowed(
    calendar: clocks.Calendar,
    started: datetime,
    now: datetime,
    days: int,
    pauses: list[clocks.Pause],
) -> None:
    found = clocks.read(calendar, started, now=max(started, now), days=days, pauses=pauses)
    assert 0 <= found.paused_days <= found.gross_days
    if days:
        through_yesterday = found.net_days
        assert found.overdue == (through_yesterday >= days and _ended(calendar, found, now))


def _ended(calendar: clocks.Calendar, found: clocks.Reading, now: datetime) -> bool:
    return found.due_on is not None and now >= clocks.ends_at(calendar, found.due_on)


@given(CALENDARS, INSTANTS, INSTANTS, DAYS, PAUSES)
def test_a_walk_over_the_calendar_day_by_day_reads_the_same(
    calendar: clocks.Calendar,
    started: datetime,
    now: datetime,
    days: int,
    pauses: list[clocks.Pause],
) -> None:
    """Every midnight is asked, each by itself, with nothing but the zone's own rules."""
    now = max(started, now)
    found = clocks.read(calendar, started, now=now, days=days, pauses=pauses)
    counted = [
        (day, _stands(_end_of(day, calendar), pauses))
        for day in _walk(calendar, started)
        if calendar.is_business(day)
    ]
    gone = [stood for day, stood in counted if _end_of(day, calendar) <= now]
    assert (found.gross_days, found.paused_days) == (len(gone), sum(gone))
    running = [day for day, stood in counted if not stood]
    due = running[days - 1] if days else _local(calendar, started)
    assert (found.due_on, found.overdue) == (due, now >= _end_of(due, calendar))


def _walk(calendar: clocks.Calendar, started: datetime) -> list[date]:
    """Every day after the first, beyond whatever the drawn clocks can reach."""
    first = _local(calendar, started)
    return [first + timedelta(days=number) for number in range(1, 1_100)]


def _end_of(day: date, calendar: clocks.Calendar) -> datetime:
    """The first instant of the day after."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(calendar.zone))


def _stands(at: datetime, pauses: list[clocks.Pause]) -> bool:
    return any(each.since < at and (each.until is None or at <= each.until) for each in pauses)


def _local(calendar: clocks.Calendar, at: datetime) -> date:
    return at.astimezone(ZoneInfo(calendar.zone)).date()


@given(CALENDARS, INSTANTS, INSTANTS, DAYS)
def test_who_starts_later_is_due_no_earlier(
    calendar: clocks.Calendar, one: datetime, other: datetime, days: int
) -> None:
    first, second = sorted((one, other))
    due = [clocks.due_on(calendar, started, days=days) for started in (first, second)]
    assert due[0] is not None
    assert due[1] is not None
    assert due[0] <= due[1]


@given(CALENDARS, INSTANTS)
def test_every_instant_lies_in_the_day_it_is_said_to(
    calendar: clocks.Calendar, instant: datetime
) -> None:
    day = calendar.local_day(instant)
    assert clocks.ends_at(calendar, day - timedelta(days=1)) <= instant
    assert instant < clocks.ends_at(calendar, day)
