"""Business days in the programme's own time zone: when something is due, and how long it took.

The day of submission is day 0. A business day counts when it ends with the clock running: a pause
that is opened and closed within one day costs nothing, and one that spans the night does.
"""

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muniment.programme.bundle import Bundle

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A calendar without a business day for a year is a mistake; without a limit it never returns.
_LONGEST_CLOSURE = 366


class CalendarFault(ValueError):
    """No business day can be found, or an instant has no time zone."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A zone, the days of the week that are free, and the holidays."""

    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    covers_until: date

    def is_business(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def local_day(self, at: datetime) -> date:
        """The date of an instant in the calendar's zone; raises CalendarFault without a zone."""
        return _day_in(self.zone, at)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands still; `until` is None while it still does."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock as it stands: business days gone by, gross and in pauses; when it is due.

    `due_on` is None while the clock is paused, because nobody can know it.
    """

    gross_days: int
    paused_days: int
    due_on: date | None
    overdue: bool

    @property
    def net_days(self) -> int:
        """Business days that counted."""
        return self.gross_days - self.paused_days


@dataclass(frozen=True, slots=True)
class Limit:
    """How many business days a stage may take, whose task it is, and when to remind."""

    stage: str
    days: int
    owner: str
    remind_before: tuple[int, ...]


def calendar_of(edition: Bundle) -> Calendar:
    """The edition's calendar."""
    source = edition["calendar"]
    return Calendar(
        source["zone"],
        frozenset(_DAYS.index(day) for day in source["weekend"]),
        frozenset(date.fromisoformat(holiday["on"]) for holiday in source["holidays"]),
        date.fromisoformat(source["covers"]["until"]),
    )


def local_day(edition: Bundle, at: datetime) -> date:
    """The date of an instant in the edition's zone; raises CalendarFault without a zone.

    For whoever needs no more of the calendar: nothing else of it is read.
    """
    return _day_in(edition["calendar"]["zone"], at)


def _day_in(zone: str, at: datetime) -> date:
    if at.tzinfo is None:
        raise CalendarFault("An instant needs its time zone.")
    return at.astimezone(ZoneInfo(zone)).date()


def limit_for(edition: Bundle, stage: str, *, track: str | None = None) -> Limit | None:
    """The limit of a stage: the track's own before the general one; None where there is none."""
    entries: list[Mapping[str, Any]] = [
        entry for entry in edition["calendar"]["limits"] if entry["stage"] == stage
    ]
    own = [entry for entry in entries if track in entry.get("tracks", ())]
    general = [entry for entry in entries if "tracks" not in entry]
    for entry in own + general:
        remind = tuple(entry.get("remind_before", ()))
        return Limit(stage, entry["days"], entry["owner"], remind)
    return None


def add_days(calendar: Calendar, start: date, days: int) -> date:
    """The day that is so many business days after `start`, which is day 0."""
    day = start
    for _ in range(days):
        day = _business(calendar, day, step=1)
    return day


def due_on(
    calendar: Calendar, started_at: datetime, *, days: int, pauses: Iterable[Pause] = ()
) -> date | None:
    """The last day of a clock that started then; None while a pause is open.

    A clock is due at the end of that day in the calendar's zone (`ends_at`).
    """
    spans = _spans(calendar, pauses)
    if any(end is None for _, end in spans):
        return None
    start = day = calendar.local_day(started_at)
    left = days
    while left:
        day = _business(calendar, day, step=1)
        left -= not _in_pause(day, spans)
    return day if days else start


def read(
    calendar: Calendar,
    started_at: datetime,
    *,
    now: datetime,
    days: int,
    pauses: Iterable[Pause] = (),
) -> Reading:
    """The clock at an instant. Days are counted up to yesterday: today has not ended yet."""
    held = tuple(pauses)
    spans = _spans(calendar, held)
    today = calendar.local_day(now)
    gone = list(_business_between(calendar, calendar.local_day(started_at), today))
    paused = sum(_in_pause(day, spans) for day in gone)
    due = due_on(calendar, started_at, days=days, pauses=held)
    return Reading(len(gone), paused, due, due is not None and today > due)


def ends_at(calendar: Calendar, day: date) -> datetime:
    """The instant, in UTC, at which a local day ends; right on days of 23 and 25 hours too."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(calendar.zone))
    return midnight.astimezone(UTC)


def reminders(calendar: Calendar, due: date, *, before: Iterable[int]) -> list[date]:
    """The days on which to remind, so many business days before the due day, in order."""
    return sorted({_back(calendar, due, days) for days in before})


def _back(calendar: Calendar, day: date, days: int) -> date:
    for _ in range(days):
        day = _business(calendar, day, step=-1)
    return day


def _business(calendar: Calendar, day: date, *, step: int) -> date:
    """The next business day in one direction."""
    for _ in range(_LONGEST_CLOSURE):
        day += timedelta(days=step)
        if calendar.is_business(day):
            return day
    raise CalendarFault("The calendar has no business day within a year.")


def _business_between(calendar: Calendar, start: date, today: date) -> Iterator[date]:
    """The business days after `start` that have ended when `today` begins."""
    day = start + timedelta(days=1)
    while day < today:
        if calendar.is_business(day):
            yield day
        day += timedelta(days=1)


Span = tuple[date, date | None]


def _spans(calendar: Calendar, pauses: Iterable[Pause]) -> list[Span]:
    """Each pause as local days: those from the first up to, not including, the last end paused."""
    return [
        (calendar.local_day(p.since), None if p.until is None else calendar.local_day(p.until))
        for p in pauses
    ]


def _in_pause(day: date, spans: Iterable[Span]) -> bool:
    """Whether a day ends while the clock is paused."""
    return any(first <= day and (last is None or day < last) for first, last in spans)


class Days:
    """The business days of one calendar, numbered through.

    Reports ask for every visit of every request to every gate; walking from day to day, as one
    clock does, is too slow for that.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._worked = [0]
        for weekday in range(7):
            self._worked.append(self._worked[-1] + (weekday not in calendar.weekend))
        free = (day for day in calendar.holidays if day.weekday() not in calendar.weekend)
        self._holidays = sorted(free)
        self._known: dict[date, int] = {}

    def between(self, start: date, end: date) -> int:
        """The business days after `start`, up to and with `end`; `start` itself is day 0."""
        return self._number(end) - self._number(start)

    def _number(self, day: date) -> int:
        """The business days from the first Monday of the calendar we reckon by to this day."""
        if day not in self._known:
            weeks, rest = divmod(day.toordinal(), 7)  # ordinal 1 was a Monday
            worked = weeks * self._worked[7] + self._worked[rest]
            self._known[day] = worked - bisect.bisect_right(self._holidays, day)
        return self._known[day]
