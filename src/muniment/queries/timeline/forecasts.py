"""When a request may come to its release, from the programme's own earlier requests."""

from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.programme.clocks import forecast
from muniment.queries import access, editions, prepared, schedule
from muniment.rulebook import words
from muniment.rulebook.words import Stage, Track

MOST = 200
"""Only the newest releases count: an office of five years ago says little about today's."""
AHEAD = frozenset(words.OPEN_STAGES[: words.OPEN_STAGES.index(Stage.ACTIVE)]) - {Stage.DRAFT}
"""The stages from which a release is still to come."""
UNDECIDED = frozenset(words.OPEN_STAGES[: words.OPEN_STAGES.index(Stage.AGREEMENT)]) - {Stage.DRAFT}
DECIDED = (models.Outcome.APPROVED, models.Outcome.CONDITIONS, models.Outcome.DENIED)


def find_release(sight: access.Sight, *, now: datetime) -> forecast.Range | forecast.TooFew | None:
    """The forecast for the applicant's side; None where none is to come, or the clock stands."""
    case = sight.case
    if not sight.is_party or Stage(case.stage) not in AHEAD:
        return None
    if _paused(case=case.pk):
        return None
    calendar, today = editions.calendar_of(case), schedule.today(case, now)
    found = forecast.release(
        calendar,
        list_journeys(case.programme, case.track, calendar=calendar),
        track=case.track,
        stage=case.stage,
        since=case.stage_since,
        today=today,
    )
    if isinstance(found, forecast.Range) or Stage(case.stage) not in UNDECIDED:
        return found
    decided = list_decided(case.programme, case.track, calendar=calendar)
    received = case.submitted_on or case.stage_since
    until = forecast.decision(calendar, decided, since=received, today=today)
    return until if isinstance(until, forecast.Range) else found


def list_decided(
    programme: models.Programme, track: str, *, calendar: clocks.Calendar
) -> list[tuple[date, date]]:
    """(received, decided) of the newest earlier requests; two queries.

    A register's rows count where their days can be right; where it names no track, as those of
    the full one. What it calls decided is decided in full: it says nothing of rounds before.
    """
    here = [
        (received, calendar.local_day(at))
        for received, at in _determined(programme=programme.pk, track=track)
    ]
    tracks = (track, "") if track == Track.FULL else (track,)
    here += [pair for each in tracks for pair in _registered(programme=programme.pk, track=each)]
    return sorted(here, key=lambda pair: pair[1])[-MOST:]


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
def _determined(*, programme: int, track: str) -> QuerySet[models.Determination, Any]:
    rows = models.Determination.objects.filter(
        case__programme=programme,
        case__track=track,
        case__parent__isnull=True,
        case__submitted_on__isnull=False,
        superseded_at__isnull=True,
        outcome__in=DECIDED,
    )
    return rows.order_by("-made_at").values_list("case__submitted_on", "made_at")[:MOST]


@prepared.query
def _registered(*, programme: int, track: str) -> QuerySet[models.Origin, Any]:
    rows = models.Origin.objects.filter(
        programme=programme, case__track=track, earlier=True, sound=True,
        received_on__isnull=False, decided_on__isnull=False,
    )  # fmt: skip
    return rows.order_by("-decided_on", "-pk").values_list("received_on", "decided_on")[:MOST]


@prepared.query
def _paused(*, case: int) -> QuerySet[models.ClockSegment, Any]:
    standing = models.ClockSegment.objects.filter(case=case, ended_at__isnull=True, paused=True)
    return standing.values_list("pk")


@prepared.query
def _released(*, programme: int, track: str) -> QuerySet[models.ClockSegment, Any]:
    """Cases with the moment of their release: the newest, each at its first coming there.

    Walks the index of releases from its end, however many there were.
    """
    earlier = models.ClockSegment.objects.filter(
        case=OuterRef("case"), stage=Stage.ACTIVE, made_at__lt=OuterRef("made_at")
    )
    came = models.ClockSegment.objects.filter(
        ~Exists(earlier), case__programme=programme, case__track=track, stage=Stage.ACTIVE
    )
    return came.order_by("-made_at", "-case").values_list("case", "made_at")[:MOST]


@prepared.query
def _segments(*, cases: tuple[int, ...]) -> QuerySet[models.ClockSegment, Any]:
    rows = models.ClockSegment.objects.filter(case__in=cases).order_by("case", "pk")
    return rows.values_list("case", "stage", "made_at")
