"""When a request may come to its release, from the programme's own earlier requests."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Min, QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.programme.clocks import forecast
from muniment.queries import access, editions, prepared, schedule
from muniment.rulebook import words
from muniment.rulebook.words import Stage

MOST = 200
"""Only the newest releases count: an office of five years ago says little about today's."""
AHEAD = frozenset(words.OPEN_STAGES[: words.OPEN_STAGES.index(Stage.ACTIVE)]) - {Stage.DRAFT}
"""The stages from which a release is still to come."""


def find_release(sight: access.Sight, *, now: datetime) -> forecast.Range | forecast.TooFew | None:
    """The forecast for the applicant's side; None where none is to come, or the clock stands."""
    case = sight.case
    if not sight.is_party or Stage(case.stage) not in AHEAD:
        return None
    if _paused(case=case.pk):
        return None
    calendar = editions.calendar_of(case)
    return forecast.release(
        calendar,
        list_journeys(case.programme, case.track, calendar=calendar),
        track=case.track,
        stage=case.stage,
        since=case.stage_since,
        today=schedule.today(case, now),
    )


def list_journeys(
    programme: models.Programme, track: str, *, calendar: clocks.Calendar
) -> list[forecast.Journey]:
    """The newest earlier requests of a track that came to a release; two queries."""
    released = dict(_released(programme=programme.pk, track=track))
    rows = _segments(cases=tuple(released))
    journeys = []
    for case, segments in groupby(rows, key=lambda row: row[0]):
        arrived, at = {}, ""
        for _, stage, began in segments:
            if stage != at and began <= released[case]:
                arrived[stage] = calendar.local_day(began)
            at = stage
        journeys.append(forecast.Journey(track, arrived, calendar.local_day(released[case])))
    return journeys


@prepared.query
def _paused(*, case: int) -> QuerySet[models.ClockSegment, Any]:
    standing = models.ClockSegment.objects.filter(case=case, ended_at__isnull=True, paused=True)
    return standing.values_list("pk")


@prepared.query
def _released(*, programme: int, track: str) -> QuerySet[models.ClockSegment, Any]:
    came = models.ClockSegment.objects.filter(
        case__programme=programme, case__track=track, stage=Stage.ACTIVE
    )
    first = came.values("case").annotate(at=Min("made_at")).order_by("-at", "-case")[:MOST]
    return first.values_list("case", "at")


@prepared.query
def _segments(*, cases: tuple[int, ...]) -> QuerySet[models.ClockSegment, Any]:
    rows = models.ClockSegment.objects.filter(case__in=cases).order_by("case", "pk")
    return rows.values_list("case", "stage", "made_at")
