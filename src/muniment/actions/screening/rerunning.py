"""Back to a gate whose outcome no longer holds for what is asked now."""

from datetime import datetime

from muniment import models
from muniment.actions import step

Gate = models.GatePass.Gate


def rerun_availability(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Look at availability again, because specification or edition changed since it was passed."""
    with step.taking("rerun_availability", case, actor=actor, now=now) as taken:
        take_back(taken, case, [Gate.AVAILABILITY, Gate.POLICY])
    return case


def rerun_policy(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Judge policy again, because answers changed or a restriction was tightened."""
    with step.taking("rerun_policy", case, actor=actor, now=now) as taken:
        take_back(taken, case, [Gate.POLICY])
    return case


def take_back(taken: step.Taken, case: models.Case, gates: list[models.GatePass.Gate]) -> None:
    passed = case.passes.filter(gate__in=gates, superseded_at__isnull=True)
    taken.records(taken_back=sorted(passed.values_list("gate", flat=True)))
    passed.update(superseded_at=taken.now, superseded_by=taken.actor)
