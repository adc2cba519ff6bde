"""When a request may come to its release, from the programme's own earlier requests."""

from datetime import datetime
from itertools import groupby

from django.db.models import Min

from muniment import models
from muniment.programme import clocks
from muniment.programme.clocks import forecast
from muniment.queries import access, editions, schedule
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
    if case.segments.filter(ended_at__isnull=True, paused=True).exists():
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
    came = models.ClockSegment.objects.filter(
        case__programme=programme, case__track=track, stage=Stage.ACTIVE
    )
    first = came.values("case").annotate(at=Min("made_at")).order_by("-at", "-case")[:MOST]
    released = dict(first.values_list("case", "at"))
    rows = models.ClockSegment.objects.filter(case__in=released).order_by("case", "pk")
    journeys = []
    for case, segments in groupby(rows, key=lambda row: row.case_id):
        arrived, at = {}, ""
        for segment in segments:
            if segment.stage != at and segment.made_at <= released[case]:
                arrived[segment.stage] = calendar.local_day(segment.made_at)
            at = segment.stage
        journeys.append(forecast.Journey(track, arrived, calendar.local_day(released[case])))
    return journeys
