"""A fee is waived by somebody else than who asked."""

from datetime import datetime

from muniment import models
from muniment.actions import questions, step
from muniment.queries.payment import billing

from . import cards


def ask_waiver(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Ask for the fee to be waived; somebody else approves or refuses."""
    about = {"reason": reason}
    with step.taking("ask_waiver", case, actor=actor, now=now, about=about) as taken:
        taken.records(reason=reason)
        return models.Waiver.objects.create(case=case, reason=reason, made_at=now, made_by=actor)


def approve_waiver(
    waiver: models.Waiver, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Waive the fee, with the reason; whoever asked cannot."""
    return _decide_waiver("approve_waiver", "approved", waiver, actor, now, reason)


def refuse_waiver(
    waiver: models.Waiver, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Refuse to waive the fee, with the reason."""
    return _decide_waiver("refuse_waiver", "refused", waiver, actor, now, reason)


def _decide_waiver(
    name: str, mark: str, waiver: models.Waiver, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    about = {"asked": waiver, "reason": reason}
    with step.taking(name, waiver.case, actor=actor, now=now, about=about) as taken:
        setattr(waiver, f"{mark}_at", now)
        setattr(waiver, f"{mark}_by", actor)
        waiver.save(update_fields=[f"{mark}_at", f"{mark}_by"])
        if mark == "approved":
            cards.close_pages(waiver.case.invoices.all(), actor=actor, now=now)
        taken.records(reason=reason)
        line = f"{billing.ABOUT}waiver"
        questions.tell(taken, waiver.case, f"Why was the waiver {mark}?", reason, about=line)
        taken.tells(waiver.case.applicant, "waiver-decided")
    return waiver
