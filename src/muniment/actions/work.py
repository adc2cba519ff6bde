"""Work: queue a job in the action's own transaction; claim, finish and fail it.

A worker claims with one conditional update. `attempt` is its fencing token: when the lease ran out
and another worker took the job, the first one's finish changes nothing and says so. It only ever
grows, so that no worker of an earlier turn is taken for the present one; a job that is tried again
by hand begins the next turn of `ATTEMPTS`. An attempt that had to wait for something outside is
counted apart, so that an outage leaves a job as many tries, and as many lost workers, as before.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.rulebook import words

from . import step

LEASE = timedelta(minutes=10)
ATTEMPTS = 5
LONGEST_WAIT = timedelta(minutes=2)
"""What was away and is back is noticed within that time."""


def enqueue(
    kind: str,
    *,
    actor: models.Actor,
    now: datetime,
    case: models.Case | None = None,
    payload: dict[str, Any] | None = None,
) -> models.Job:
    """Queue a job; call it inside the step that wants it, so that both stay or neither."""
    return models.Job.objects.create(
        kind=kind, payload=payload or {}, case=case, not_before=now, made_at=now, made_by=actor
    )


def claim(*, now: datetime) -> models.Job | None:
    """Take the oldest job that is due, or one whose holder's lease ran out; None when idle."""
    due = Q(state=models.Job.State.QUEUED, not_before__lte=now)
    lost = Q(state=models.Job.State.RUNNING, lease_until__lte=now)
    _end_hopeless(lost)
    for job in models.Job.objects.filter(due | lost).order_by("not_before", "pk")[:8]:
        mine = models.Job.objects.filter(pk=job.pk, attempt=job.attempt, state=job.state)
        if mine.update(
            state=models.Job.State.RUNNING, attempt=F("attempt") + 1, lease_until=now + LEASE
        ):
            job.refresh_from_db()
            return job
    return None


def _end_hopeless(lost: Q) -> None:
    """A job that cost every one of its workers their life is not given to another."""
    hopeless = models.Job.objects.alias(turn=(F("attempt") - F("waits")) % ATTEMPTS)
    hopeless = hopeless.filter(lost, turn=0)
    hopeless.update(
        state=models.Job.State.FAILED,
        lease_until=None,
        error=f"No worker came back from it, {ATTEMPTS} times.",
    )


def finish(job: models.Job) -> bool:
    """Mark a job done; False when its lease was lost to another worker meanwhile."""
    return bool(_held(job).update(state=models.Job.State.DONE, lease_until=None, error=""))


def fail(job: models.Job, *, error: str, now: datetime, final: bool = False) -> bool:
    """Put a job back with a growing pause, or end it after the last attempt."""
    over = final or is_last(job)
    state = models.Job.State.FAILED if over else models.Job.State.QUEUED
    pause = timedelta(seconds=5 * 2 ** _turn(job))
    return bool(
        _held(job).update(state=state, error=error, lease_until=None, not_before=now + pause)
    )


def wait(job: models.Job, *, error: str, now: datetime) -> bool:
    """Put a job back that something outside keeps from going on; that never makes it give up."""
    pause = min(timedelta(seconds=5) * 2 ** min(job.waits + 1, ATTEMPTS), LONGEST_WAIT)
    queued = {"state": models.Job.State.QUEUED, "error": error, "lease_until": None}
    return bool(_held(job).update(**queued, not_before=now + pause, waits=F("waits") + 1))


def renew(job: models.Job, *, now: datetime) -> bool:
    """Hold a long job for another lease; False when it was lost or called off meanwhile."""
    return bool(_held(job).update(lease_until=now + LEASE))


def retry_job(
    job: models.Job,
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Job:
    """Let a job that gave up try again, as often as at first; refused while it is at work."""
    about = {"reason": reason, "job": job}
    with step.taking("retry_job", programme, actor=actor, now=now, about=about) as taken:
        ended = models.Job.objects.filter(
            pk=job.pk, attempt=job.attempt, state=models.Job.State.FAILED
        )
        used = job.waits + -(-(job.attempt - job.waits) // ATTEMPTS) * ATTEMPTS
        again = {"state": models.Job.State.QUEUED, "attempt": used, "not_before": now, "error": ""}
        if not ended.update(**again):
            message = "This job has not given up; wait until it ends."
            raise step.Refused([words.Refusal("job-at-work", message)])
        job.refresh_from_db()
        taken.records(job=job.pk, kind=job.kind, reason=reason)
    return job


def call_off(jobs: QuerySet[models.Job]) -> int:
    """End these jobs where they are not over; whoever runs one has lost it."""
    return live(jobs).update(state=models.Job.State.FAILED, error="called off", lease_until=None)


def live(jobs: QuerySet[models.Job]) -> QuerySet[models.Job]:
    """Those of the jobs that wait or run."""
    return jobs.filter(state__in=models.Job.LIVE)


def is_last(job: models.Job) -> bool:
    """Whether a claimed job is given up where this attempt fails."""
    return _turn(job) == ATTEMPTS


def _turn(job: models.Job) -> int:
    """Which of its `ATTEMPTS` a claimed job is at: 1 is the first."""
    return (job.attempt - job.waits - 1) % ATTEMPTS + 1


def still_held(job: models.Job) -> bool:
    """Whether this worker's claim still stands; asked in the transaction that writes a result."""
    with transaction.atomic():
        return bool(_held(job).select_for_update().exists())


def _held(job: models.Job) -> QuerySet[models.Job]:
    return models.Job.objects.filter(pk=job.pk, attempt=job.attempt, state=models.Job.State.RUNNING)
