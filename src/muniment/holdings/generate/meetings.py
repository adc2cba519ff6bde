"""When meetings take place and when their abstracts may be read, dated from a given day."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

_YEARS_BACK = 3
_DAYS_AHEAD = 120  # by then the abstracts of a meeting have been accepted
_MARGIN = datetime.timedelta(days=10)  # so that the regular release, too, is still ahead
_THURSDAY, _FRIDAY = 3, 4


@dataclass(frozen=True, slots=True)
class Meeting:
    """`weight` is the meeting's share of abstracts beside the others of its year."""

    series: str
    starts_on: datetime.date
    weight: float

    @property
    def released_at(self) -> datetime.datetime:
        """Regular abstracts: some days before the meeting, late in the US Eastern afternoon."""
        days = 8 if self.series == "Annual Meeting" else 3
        day = self.starts_on - datetime.timedelta(days=days)
        return datetime.datetime.combine(day, datetime.time(21), tzinfo=datetime.UTC)

    def presented_at(self, day: int) -> datetime.datetime:
        """Late-breaking abstracts: in the morning of the day of their session."""
        on = self.starts_on + datetime.timedelta(days=day)
        return datetime.datetime.combine(on, datetime.time(12), tzinfo=datetime.UTC)


def list_meetings(around: datetime.date) -> list[Meeting]:
    """The last three years and what is ahead within months, at least the very next meeting."""
    years = range(around.year - _YEARS_BACK, around.year + 2)
    known = sorted((each for year in years for each in _year(year)), key=lambda m: m.starts_on)
    earliest = around - datetime.timedelta(days=365 * _YEARS_BACK)
    latest = around + datetime.timedelta(days=_DAYS_AHEAD)
    ahead = next(each for each in known if each.starts_on - _MARGIN > around)
    return [each for each in known if earliest <= each.starts_on <= max(latest, ahead.starts_on)]


def _year(year: int) -> Iterator[Meeting]:
    yield Meeting("Gastrointestinal Cancers Symposium", _nth(year, 1, _THURSDAY, 3), 12)
    yield Meeting("Genitourinary Cancers Symposium", _nth(year, 2, _THURSDAY, 2), 10)
    yield Meeting("Annual Meeting", _last(year, 5, _FRIDAY), 70)
    yield Meeting("Quality Care Symposium", _nth(year, 10, _FRIDAY, 1), 8)


def _nth(year: int, month: int, weekday: int, number: int) -> datetime.date:
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> datetime.date:
    last = datetime.date(year, month + 1, 1) - datetime.timedelta(days=1)
    return last - datetime.timedelta(days=(last.weekday() - weekday) % 7)
