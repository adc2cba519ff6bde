"""Ask the data plane for the figures of a part; a job counts and answers in the asker's name."""

from datetime import datetime

from muniment import models
from muniment.actions import step, work
from muniment.rulebook import words


def ask_for_figures(part: models.Part, *, actor: models.Actor, now: datetime) -> models.Job:
    """Queue the count of one part. Only a statistician asks; exact figures are for staff."""
    step.only_for({words.Role.STATISTICIAN}, part.case, actor=actor, now=now)
    if part.holding is None or part.holding.kind != models.Holding.Kind.LOADED:
        message = "This holding is described, so a person answers for its figures."
        raise step.Refused([words.Refusal("no-live-figures", message)])
    return work.enqueue("figures", actor=actor, now=now, case=part.case, payload={"part": part.pk})
