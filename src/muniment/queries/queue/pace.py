"""How long a decision took: the middle request of each of the last quarters, against the target."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, editions, prepared
from muniment.queries.reports import durations
from muniment.rulebook.words import Stage, Track

QUARTERS = 4
MOST = 2_000
"""No more decisions are read than these, the newest; a quarter that is cut short is not shown."""
UP_TO_A_DECISION = (
    Stage.SUBMITTED,
    Stage.AVAILABILITY,
    Stage.POLICY,
    Stage.IN_REVIEW,
    Stage.DETERMINATION,
)
DECIDED = (models.Outcome.APPROVED, models.Outcome.CONDITIONS, models.Outcome.DENIED)
Quarter = tuple[int, int]
"""A year, and which of its quarters."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Business days from submission to decision on the full track, by quarter, the oldest first."""

    quarters: Mapping[Quarter, durations.Span]
    target: int
    """The days that the programme gives its gates up to there, taken together."""


def find_pace(person: models.Person, *, now: datetime) -> Pace | None:
    """What whoever holds an office sees of it; two queries. None without an office.

    It starts from the requests that the person may open, as the queue does: of those they are
    recused from it tells nothing.
    """
    door = access.office_door(person, now=now)
    if not door.offices:
        return None
    programme = door.first_programme
    bundle = editions.active_bundle(programme)
    assert programme.active_edition is not None  # its bundle is there
    days = clocks.Days(editions.own_calendar(programme.active_edition))
    shown = _quarters(editions.today(programme, now))
    counted = _counted(door, programme, shown, days, zone=bundle["calendar"]["zone"])
    limits = [clocks.limit_for(bundle, stage.value, track="full") for stage in UP_TO_A_DECISION]
    return Pace(
        {quarter: durations.Span.of(counted[quarter].items()) for quarter in shown[::-1]},
        sum(limit.days for limit in limits if limit is not None),
    )


def _counted(
    door: access.Door,
    programme: models.Programme,
    shown: list[Quarter],
    days: clocks.Days,
    *,
    zone: str,
) -> dict[Quarter, dict[int, int]]:
    """Quarter to how many decisions took how many days."""
    year, quarter = shown[-1]
    since = datetime(year, 3 * quarter - 2, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    read = _decided(door.held, programme.pk, person=door.person.pk, since=since)
    local = durations.Local(zone)
    counted: dict[Quarter, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for submitted, at in read:
        decided = local.day(at)
        counted[_of(decided)][days.between(submitted, decided)] += 1
    if len(read) == MOST:
        counted.pop(_of(local.day(read[-1][1])), None)
    return counted


@prepared.query
def _decided(
    held: access.Held, programme: int, *, person: int, since: datetime
) -> QuerySet[models.Case, Any]:
    requests = Q(parent__isnull=True) | Q(child_kind__in=("resubmission", "split"))
    rows = access.cases_of(held, person).filter(
        requests,
        programme=programme,
        track=Track.FULL,
        submitted_on__isnull=False,
        determinations__made_at__gte=since,
        determinations__superseded_at__isnull=True,
        determinations__outcome__in=DECIDED,
    )
    dated = rows.order_by("-determinations__made_at", "-pk")
    return dated.values_list("submitted_on", F("determinations__made_at"))[:MOST]


def _quarters(today: date) -> list[Quarter]:
    """The present quarter and those before it, the newest first."""
    year, quarter = _of(today)
    place = 4 * year + quarter - 1
    return [((place - back) // 4, (place - back) % 4 + 1) for back in range(QUARTERS)]


def _of(day: date) -> Quarter:
    return day.year, (day.month + 2) // 3
