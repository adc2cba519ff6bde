"""An outcome given in error, taken back by its owner before the next party has built on it."""

from datetime import datetime

from muniment import models
from muniment.actions import step

from .rerunning import Gate, take_back


def correct_completeness(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take back a certificate of completeness; the request is looked at once more."""
    about = {"reason": reason}
    with step.taking("correct_completeness", case, actor=actor, now=now, about=about) as taken:
        _supersede_check(taken, case)
        take_back(taken, case, [Gate.AVAILABILITY, Gate.POLICY])
        taken.records(reason=reason)
    return case


def correct_return(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take back a return: its points are settled, and the office has the request again."""
    about = {"reason": reason}
    with step.taking("correct_return", case, actor=actor, now=now, about=about) as taken:
        _supersede_check(taken, case)
        open_points = case.points.filter(resolved_at__isnull=True)
        open_points.update(answer=reason, resolved_at=now, resolved_by=actor)
        taken.records(reason=reason)
    return case


def correct_availability(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take back the pass of the availability gate; figures and verdicts may be given anew."""
    about = {"reason": reason}
    with step.taking("correct_availability", case, actor=actor, now=now, about=about) as taken:
        take_back(taken, case, [Gate.AVAILABILITY, Gate.POLICY])
        taken.records(reason=reason)
    return case


def correct_policy(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take back the pass of the policy gate; its rules may be judged anew."""
    about = {"reason": reason}
    with step.taking("correct_policy", case, actor=actor, now=now, about=about) as taken:
        take_back(taken, case, [Gate.POLICY])
        taken.records(reason=reason)
    return case


def _supersede_check(taken: step.Taken, case: models.Case) -> None:
    case.completeness_checks.filter(superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
