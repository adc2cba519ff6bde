"""The clock of a case: segments that ran or stood still, and the day the present stage is due.

Business days are the programme's own (architecture §3). The day a stage begins is day 0. While a
blocking question, a proposed smaller scope or a hold is open the clock stands still and no day is
due.
"""

from datetime import date, datetime
from typing import Any

from muniment import models
from muniment.programme import clocks
from muniment.queries import editions, schedule


def turn(case: models.Case, *, actor: models.Actor, now: datetime) -> dict[str, Any]:
    """Start the clock of the case's new stage; return the columns that changed on the case."""
    _close(case, actor=actor, now=now)
    case.stage_since = schedule.today(case, now)
    _open(case, paused=is_stopped(case), actor=actor, now=now)
    case.due_on = due_day(case)
    return {"stage": case.stage, "stage_since": case.stage_since, "due_on": case.due_on}


def switch(case: models.Case, *, paused: bool, actor: models.Actor, now: datetime) -> None:
    """Let the clock stand or run from now on; only `actions.pausing` does, as steps."""
    _close(case, actor=actor, now=now)
    _open(case, paused=paused, actor=actor, now=now)
    set_due(case)


def set_due(case: models.Case) -> None:
    """Store the day on which the present stage is due."""
    case.due_on = due_day(case)
    models.Case.objects.filter(pk=case.pk).update(due_on=case.due_on)


def is_stopped(case: models.Case) -> bool:
    """Whether a hold is open, or something that the applicant must answer first."""
    held = case.holds.filter(lifted_at__isnull=True).exists()
    return held or bool(schedule.list_unanswered(case))


def due_day(case: models.Case) -> date | None:
    """The last day of the present stage; None without a limit and while the clock stands."""
    edition = editions.bundle_of(case.edition)
    limit = clocks.limit_for(edition, case.stage, track=case.track or None)
    if limit is None:
        return None
    visit = list(_segments_of_this_stage(case))
    pauses = [clocks.Pause(run.made_at, run.ended_at) for run in visit if run.paused]
    calendar = editions.calendar_of(case)
    return clocks.due_on(calendar, visit[0].made_at, days=limit.days, pauses=pauses)


def _segments_of_this_stage(case: models.Case) -> list[models.ClockSegment]:
    """The segments since the case last came to its stage, oldest first."""
    visit: list[models.ClockSegment] = []
    for segment in case.segments.order_by("-pk"):
        if segment.stage != case.stage:
            break
        visit.append(segment)
    return visit[::-1]


def _open(case: models.Case, *, paused: bool, actor: models.Actor, now: datetime) -> None:
    models.ClockSegment.objects.create(
        case=case, stage=case.stage, paused=paused, made_at=now, made_by=actor
    )


def _close(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    case.segments.filter(ended_at__isnull=True).update(ended_at=now, ended_by=actor)
