"""The worker: claims a job, runs it, finishes or fails it. Any number may run at once."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.actions import step, work
from muniment.gateways import dataplane

from . import builds, figures, plane

if TYPE_CHECKING:
    from muniment import models

Clock = Callable[[], datetime]
Handler = Callable[..., None]

HANDLERS: Mapping[str, Handler] = {
    "figures": figures.count,
    "sign_approval": builds.sign_approval,
    "build": builds.build,
}
"""What each kind of job does: called with the job, the plant and the time."""

PAUSE_SECONDS = 1.0
LOG = logging.getLogger(__name__)


def work_off(*, plant: plane.Plant, clock: Clock) -> int:
    """Run jobs until none is due; return how many were run."""
    done = 0
    while (job := work.claim(now=clock())) is not None:
        run_one(job, plant=plant, clock=clock)
        done += 1
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
    except dataplane.Failed as failed:
        work.fail(job, error=str(failed), now=clock())
    except Exception as fault:
        LOG.exception("the job %s broke", job.pk)
        work.fail(job, error=f"It broke: {type(fault).__name__}.", now=clock())
    else:
        work.finish(job)


def run(home: Path) -> None:
    """Work until told to stop."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    plant = plane.plant(home)
    with plant.plane:
        while not stop.is_set():
            work_off(plant=plant, clock=lambda: datetime.now(UTC))
            stop.wait(PAUSE_SECONDS)
