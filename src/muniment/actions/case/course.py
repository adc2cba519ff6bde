"""What may happen to a case at almost any stage: held, let go on, withdrawn."""

from datetime import date, datetime

from muniment import models
from muniment.actions import pausing, questions, step
from muniment.rulebook import words


def place_hold(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    until_on: date | None = None,
) -> models.Hold:
    """Stop a case and its clock, with the reason and, where it is known, until when."""
    about = {"reason": reason}
    with pausing.taking("place_hold", case, actor=actor, now=now, about=about) as taken:
        return _hold(taken, case, reason=reason, until_on=until_on)


def hold_for_edition(
    case: models.Case, edition: models.DatasetEdition, *, actor: models.Actor, now: datetime
) -> models.Hold:
    """Stop a case because a dataset edition it asks for was recalled."""
    about = {"edition": edition}
    with pausing.taking("hold_for_edition", case, actor=actor, now=now, about=about) as taken:
        reason = f"{edition.dataset.title} {edition.label} was withdrawn."
        return _hold(taken, case, reason=reason, edition=edition)


def _hold(
    taken: step.Taken,
    case: models.Case,
    *,
    reason: str,
    until_on: date | None = None,
    edition: models.DatasetEdition | None = None,
) -> models.Hold:
    hold = models.Hold.objects.create(
        case=case,
        reason=reason,
        until_on=until_on,
        dataset_edition=edition,
        made_at=taken.now,
        made_by=taken.actor,
    )
    taken.records(reason=reason, until_on=until_on.isoformat() if until_on else "")
    questions.tell(taken, case, "Why is this request on hold?", reason)
    taken.tells(case.applicant, "on-hold")
    return hold


def lift_hold(hold: models.Hold, *, actor: models.Actor, now: datetime, reason: str) -> models.Hold:
    """Let a case go on; its clock runs again when nothing else stops it."""
    about = {"reason": reason}
    case = hold.case
    with pausing.taking("lift_hold", case, actor=actor, now=now, about=about) as taken:
        return _lift(taken, hold, reason)


def _lift(taken: step.Taken, hold: models.Hold, reason: str) -> models.Hold:
    live = models.Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True)
    if not live.update(lifted_at=taken.now, lifted_by=taken.actor, lifted_reason=reason):
        raise step.Refused([words.Refusal("hold-lifted", "This hold is lifted already.")])
    hold.refresh_from_db(fields=["lifted_at", "lifted_by", "lifted_reason"])
    taken.records(hold=hold.pk, reason=reason)
    return hold


def end_hold(hold: models.Hold, *, actor: models.Actor, now: datetime) -> models.Hold:
    """Let a case go on because the day came until which it was held."""
    case = hold.case
    with pausing.taking("end_hold", case, actor=actor, now=now, about={"hold": hold}) as taken:
        return _lift(taken, hold, "Its date has come.")


def withdraw(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """End the request because the applicant does not want it any more."""
    with step.taking("withdraw", case, actor=actor, now=now) as taken:
        taken.records(by=actor.role)
        taken.tells(case.applicant, "withdrawn")
    return case
