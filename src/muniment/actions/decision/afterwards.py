"""After a determination: taken back before anybody built on it, or declined before release."""

from datetime import datetime

from muniment import models
from muniment.actions import notices, proofs, step

from .outcome import Outcome, Words, write


def supersede_determination(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Determination:
    """Take a determination back before the next party acted; it stays on record, superseded."""
    about = {"reason": reason}
    with step.taking("supersede_determination", case, actor=actor, now=now, about=about) as taken:
        standing = supersede(taken, case)
        assert standing is not None  # the rulebook asks that one stands
        taken.records(outcome=standing.outcome, reason=reason)
    return standing


def decline_before_release(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Decline what was approved, under the programme's sole discretion, before data left.

    The approval stays on record, superseded; its letter no longer checks as valid.
    """
    said = Words(Outcome.DENIED, reason, notice)
    about = said.about(second_person=second_person)
    with step.taking("decline_before_release", case, actor=actor, now=now, about=about) as taken:
        supersede(taken, case)
        declined = write(taken, case, said)
        taken.records(outcome=str(said.outcome), reason=reason, notice=notice)
        notices.tell_decision(taken, case, "decision-denied")
    return declined


def supersede(taken: step.Taken, case: models.Case) -> models.Determination | None:
    """Mark what stands, and take back the letter that told of it; returns the newest."""
    standing = None
    for standing in case.determinations.filter(superseded_at__isnull=True).order_by("pk"):
        standing.superseded_at, standing.superseded_by = taken.now, taken.actor
        standing.save(update_fields=["superseded_at", "superseded_by"])
    proofs.revoke_decisions(case, actor=taken.actor, now=taken.now)
    return standing
