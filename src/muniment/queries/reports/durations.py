"""How long things took, in business days: at each gate, and from receipt to decision."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from muniment import models
from muniment.programme import clocks

FEWEST = 5
"""Of fewer requests than these nothing is told, neither their number nor their days."""


@dataclass(frozen=True, slots=True)
class Span:
    """The middle and the slow end of some durations; None of fewer than the limit."""

    number: int | None
    median: int | None
    p90: int | None

    @classmethod
    def of(cls, counted: Iterable[tuple[int, int]]) -> Self:
        """Of durations and how often each was: nearest ranks (median 0.5, slow end 0.9)."""
        ranked = sorted(counted)
        total = sum(often for _, often in ranked)
        if total < FEWEST:
            return cls(0 if not total else None, None, None)
        return cls(total, _rank(ranked, total, 50), _rank(ranked, total, 90))


def _rank(ranked: list[tuple[int, int]], total: int, percent: int) -> int:
    wanted, seen = -(-total * percent // 100), 0
    return next(days for days, often in ranked if (seen := seen + often) >= wanted)


def at_gates(
    cohort: QuerySet[models.Case], *, zone: str, days: clocks.Days
) -> dict[str, tuple[Span, Span]]:
    """Stage -> net and gross durations of the requests of a cohort that have left it; one query.

    A request that came to a stage twice took both times together. Rows come in the order of their
    request, so that no more than one request is held at a time.
    """
    segments = models.ClockSegment.objects.filter(case__in=cohort.values("pk"))
    rows = segments.order_by("case").values_list("case", "stage", "paused", "made_at", "ended_at")
    local = Local(zone)
    net: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    gross: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for visits in _by_case(rows.iterator(chunk_size=5_000)):
        for stage, (running, whole) in _of_one(visits, local, days).items():
            net[stage][running] += 1
            gross[stage][whole] += 1
    return {stage: (Span.of(net[stage].items()), Span.of(gross[stage].items())) for stage in net}


Visit = tuple[str, bool, datetime, datetime | None]
Row = tuple[int, str, bool, datetime, datetime | None]


def _by_case(rows: Iterable[Row]) -> Iterator[list[Visit]]:
    for _, some in itertools.groupby(rows, key=lambda row: row[0]):
        yield [(stage, paused, began, ended) for _, stage, paused, began, ended in some]


def _of_one(visits: list[Visit], local: "Local", days: clocks.Days) -> dict[str, tuple[int, int]]:
    """Stage -> net and gross days of one request, without the stage at which it stands."""
    here = {stage for stage, _, _, ended in visits if ended is None}
    took: dict[str, tuple[int, int]] = {}
    for stage, paused, began, ended in visits:
        if stage not in here and ended is not None:
            span = days.between(local.day(began), local.day(ended))
            net, gross = took.get(stage, (0, 0))
            took[stage] = (net + (0 if paused else span), gross + span)
    return took


class Local:
    """clocks.Days in one zone. Offsets change on a quarter of an hour, so one answer serves it."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._known: dict[datetime, date] = {}

    def day(self, at: datetime) -> date:
        quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        if quarter not in self._known:
            self._known[quarter] = quarter.astimezone(self._zone).date()
        return self._known[quarter]


def of_register(origins: QuerySet[models.Origin], year: int, days: clocks.Days) -> Span:
    """Business days from receipt to decision of what registers say of that year; one query.

    What came with days that cannot be right is left out. Holidays before the calendar begins are
    not known, so only weekends are taken off there.
    """
    told = origins.filter(sound=True, received_on__year=year, decided_on__isnull=False)
    pairs = told.values_list("received_on", "decided_on").annotate(often=Count("pk"))
    counted: dict[int, int] = defaultdict(int)
    for received, decided, often in pairs.order_by():
        counted[days.between(received, decided)] += often
    return Span.of(counted.items())
