"""The worker: claims a job, runs it, finishes or fails it. Any number may run at once."""

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.actions import step, work
from muniment.gateways import dataplane
from muniment.gateways import elsewhere as provider
from muniment.gateways import payment as paying

from . import (
    anchoring,
    builds,
    clockwork,
    counting,
    drafting,
    elsewhere,
    erasure,
    figures,
    files,
    findings,
    inbox,
    mail,
    packing,
    payment,
    plane,
    planning,
    sealing,
)

if TYPE_CHECKING:
    from muniment import models

Clock = Callable[[], datetime]
Handler = Callable[..., None]
Errand = Callable[..., object]

HANDLERS: Mapping[str, Handler] = {
    "figures": figures.count,
    "live_count": counting.count,
    "sign_approval": builds.sign_approval,
    "build": builds.build,
    "plan": planning.plan,
    "bring_in": planning.bring_in,
    "standing": figures.look_again,
    "pack": packing.pack,
    "sample": findings.sample,
    "scan": files.scan,
    "match_bank_lines": payment.match,
    "card_checkout": payment.checkout,
    "close_card_page": payment.close,
    "draft_agreement": drafting.draft,
    "seal": sealing.seal,
    "timestamp": sealing.timestamp,
    "send_envelope": elsewhere.send,
    "fetch_envelope": elsewhere.fetch,
    "keep_tombstone": erasure.keep,
}
"""What each kind of job does: called with the job, the plant and the time."""

BROKEN = (dataplane.Failed, paying.Failed, provider.Failed)
"""What may go well next time; a few times it is tried."""

ROUND: tuple[Errand, ...] = (mail.send_due, inbox.collect)
PAUSE_SECONDS = 1.0
HOURLY = timedelta(hours=1)
LOG = logging.getLogger(__name__)


def work_off(*, plant: plane.Plant, clock: Clock) -> int:
    """Run jobs until none is due; return how many were run."""
    done = 0
    while (job := work.claim(now=clock())) is not None:
        run_one(job, plant=plant, clock=clock)
        done += 1
    builds.end_abandoned(now=clock())
    return done


def run_one(job: "models.Job", *, plant: plane.Plant, clock: Clock) -> None:
    """Run one claimed job. A refusal ends it; what broke, or changed meanwhile, is tried again.

    No fault of one job stops the worker: it is logged, and the job waits or ends by its attempts.
    """
    try:
        HANDLERS[job.kind](job, plant=plant, now=clock())
    except step.Refused as refused:
        work.fail(job, error=str(refused), now=clock(), final=not refused.changed_meanwhile)
    except dataplane.Refused as refused:
        work.fail(job, error=str(refused), now=clock(), final=True)
    except Exception as fault:
        _put_back(job, fault, now=clock())
    else:
        work.finish(job)


def _put_back(job: "models.Job", fault: Exception, *, now: datetime) -> None:
    """What is away or full is waited for; anything else counts as an attempt."""
    if (away := plane.find_outage(fault)) is not None:
        work.wait(job, error=away, now=now)
    elif isinstance(fault, BROKEN):
        work.fail(job, error=str(fault), now=now)
    else:
        LOG.error("the job %s broke", job.pk, exc_info=fault)
        work.fail(job, error=f"It broke: {type(fault).__name__}.", now=now)


def go_round(errands: Iterable[Errand] = ROUND, *, clock: Clock) -> None:
    """What is done again and again without a job. No fault stops the worker."""
    for errand in errands:
        try:
            errand(clock=clock)
        except Exception:
            LOG.exception("a round of the worker broke")


def hourly(plant: plane.Plant, forget: erasure.Forget | None = None) -> tuple[Errand, ...]:
    """What is looked at when a worker starts, then once an hour: files, deliveries, builds, looks,
    the calendar, signatures elsewhere, the ledger.

    Who was erased comes first: an older copy of the database may have brought them back. The
    ledger last, so that what the hour brought is in the checkpoint.
    """
    return (
        lambda *, clock: erasure.go(plant=plant, forget=forget, clock=clock),
        lambda *, clock: files.tidy(plant=plant, now=clock()),
        lambda *, clock: packing.tidy(plant=plant, now=clock()),
        lambda *, clock: builds.tidy(plant=plant, now=clock()),
        lambda *, clock: findings.tidy(plant=plant, now=clock()),
        clockwork.go,
        elsewhere.look,
        lambda *, clock: anchoring.go(plant=plant, clock=clock),
    )


def run(
    home: Path,
    *,
    scanner: str = "",
    storage_url: str = "",
    timestamp_url: str = "",
    forget: erasure.Forget | None = None,
) -> None:
    """Work until told to stop; `scanner` is the address of the virus scanner, if there is one.

    `forget` takes ways in away, from whom an older copy of the database brought back.
    """
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    plant = plane.plant(
        home,
        scanner=files.scanner_at(scanner),
        storage_url=storage_url,
        timestamp_url=timestamp_url,
    )
    hour_at = _now()
    with plant.plane:
        while not stop.is_set():
            if _now() >= hour_at:
                go_round(hourly(plant, forget), clock=_now)
                hour_at = _now() + HOURLY
            work_off(plant=plant, clock=_now)
            go_round(clock=_now)
            stop.wait(PAUSE_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)
