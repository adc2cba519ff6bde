"""A build on its way: asked for, and told how far it is. Edits, not steps: nothing is decided."""

from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import step, work
from muniment.rulebook import words

from . import builds

LONGEST = 200


def ask_for_plan(line: models.ReleaseLine, *, actor: models.Actor, now: datetime) -> models.Job:
    """Have the data plane draw the plan; a job then plans the build in the asker's name.

    Refused as the step itself would be, and while another plan of the line is being drawn.
    """
    case = builds.case_of(line)
    reasons = step.refusals("plan_build", case, actor=actor, now=now, about={"line": line})
    if not reasons and work.live(case.jobs.filter(kind="plan", payload__line=line.pk)).exists():
        message = "A plan for this line is being drawn already; wait a moment."
        reasons = [words.Refusal("plan-being-drawn", message)]
    if reasons:
        raise step.Refused(reasons)
    return work.enqueue("plan", actor=actor, now=now, case=case, payload={"line": line.pk})


def note_progress(
    build: models.Build, *, job: models.Job, now: datetime, doing: str, done: int, of: int
) -> bool:
    """Keep where a running build is, and its worker's lease fresh; False once it was called off.

    `doing` names a step of the data plane, and its tables with rounded sizes at most.
    """
    with transaction.atomic():
        if not work.renew(job, now=now):
            return False
        models.Build.objects.filter(pk=build.pk, state=builds.State.BUILDING).update(
            doing=doing[:LONGEST], done=max(done, 0), of=max(of, 0)
        )
    return True
