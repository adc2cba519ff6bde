"""When data may be released, from what the programme itself took before: a range, never a promise.

For each earlier request that came to a release: the business days that passed from its last
arrival at a stage until then, pauses included, because an applicant waits through them as well.
The range is from the lower to the upper quartile of the requests on the same track.

Where too few came to a release here, earlier ones tell at least when a decision may come: those
of a register too, which knows the days of receipt and decision and nothing of a release.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from muniment.programme import clocks

FEWEST = 5
"""With fewer earlier requests a range says more about them than about the next one."""


@dataclass(frozen=True, slots=True)
class Journey:
    """An earlier request: its track, the day it last came to each stage, the day of release."""

    track: str
    arrived_on: Mapping[str, date]
    released_on: date


@dataclass(frozen=True, slots=True)
class Range:
    """The middle half of what it took: the days between which one in two is released."""

    from_on: date
    until_on: date
    journeys: int
    of_decision: bool = False
    """Whether the days are those of a decision, not of a release."""


@dataclass(frozen=True, slots=True)
class TooFew:
    """Not enough earlier requests passed this stage on this track."""

    journeys: int


def release(
    calendar: clocks.Calendar,
    history: Iterable[Journey],
    *,
    track: str,
    stage: str,
    since: date,
    today: date,
) -> Range | TooFew:
    """When a request that came to a stage on a day may be released.

    Days that have passed already are not promised again: a range begins today at the earliest.
    Where even its end has passed, the request takes longer than most, and begin and end are today.
    """
    days = clocks.Days(calendar)
    took = sorted(
        max(0, days.between(journey.arrived_on[stage], journey.released_on))
        for journey in history
        if journey.track == track and stage in journey.arrived_on
    )
    return _range(calendar, took, since=since, today=today)


def decision(
    calendar: clocks.Calendar, history: Iterable[tuple[date, date]], *, since: date, today: date
) -> Range | TooFew:
    """When a request that was received on a day may be decided; (received, decided) of earlier.

    Read as `release` is. Where the calendar knows no holidays yet, only weekends are taken off.
    """
    days = clocks.Days(calendar)
    took = sorted(max(0, days.between(received, decided)) for received, decided in history)
    found = _range(calendar, took, since=since, today=today)
    return found if isinstance(found, TooFew) else replace(found, of_decision=True)


def _range(
    calendar: clocks.Calendar, took: list[int], *, since: date, today: date
) -> Range | TooFew:
    if len(took) < FEWEST:
        return TooFew(len(took))
    low = clocks.add_days(calendar, since, _quantile(took, 1, 4))
    high = clocks.add_days(calendar, since, _quantile(took, 3, 4))
    return Range(max(low, today), max(high, today), len(took))


def _quantile(ordered: list[int], above: int, of: int) -> int:
    """The smallest value that at least above/of of the values do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * above // of) - 1]
