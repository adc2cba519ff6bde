"""The clock's own steps: it stands while a question, a smaller scope or a hold waits, or runs.

Nobody takes these two steps by hand. An action that opens or settles what stops a request is
written inside `taking`, and the system's step follows it in the same transaction, by the
rulebook's own rule and with its own entry in the ledger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models

from . import clocks, people, step


@contextmanager
def taking(
    name: str, case: models.Case, *, actor: models.Actor, now: datetime, about: Any = None
) -> Iterator[step.Taken]:
    """Take a step, and let the clock of the case stand or run as it leaves the case."""
    with transaction.atomic():
        with step.taking(name, case, actor=actor, now=now, about=about) as taken:
            yield taken
        follow(case, now=now)


def follow(case: models.Case, *, now: datetime) -> None:
    """Take whichever of the two steps is due and open now; neither, where the clock is right."""
    due = pause_clock if clocks.is_stopped(case) else resume_clock
    actor = people.system()
    if not step.refusals(due.__name__, case, actor=actor, now=now):
        due(case, actor=actor, now=now)


def pause_clock(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Stop the clock: from now on no day of the stage counts, and nothing is due."""
    with step.taking("pause_clock", case, actor=actor, now=now):
        clocks.switch(case, paused=True, actor=actor, now=now)
    return case


def resume_clock(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Let the clock run again; the day the stage is due moves by what was lost."""
    with step.taking("resume_clock", case, actor=actor, now=now) as taken:
        clocks.switch(case, paused=False, actor=actor, now=now)
        taken.records(due_on=case.due_on.isoformat() if case.due_on else "")
    return case


def recompute_due_date(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Compute the day on which the stage is due anew, because the calendar changed."""
    with step.taking("recompute_due_date", case, actor=actor, now=now) as taken:
        clocks.set_due(case)
        taken.records(due_on=case.due_on.isoformat() if case.due_on else "")
    return case
