"""How a case ends for want of a word, and how one that ended may be reopened."""

from datetime import datetime

from django.db.models import F

from muniment import models
from muniment.actions import step
from muniment.actions.decision import afterwards
from muniment.actions.screening.rerunning import Gate, take_back
from muniment.queries import schedule


def lapse(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """End the case because the applicant was not heard of in time; they may have it reopened."""
    with step.taking("lapse", case, actor=actor, now=now) as taken:
        heard = schedule.last_word_on(case)
        taken.records(last_heard_on=heard.isoformat())
        until = schedule.reopens_until(case, ended_on=schedule.today(case, now))
        taken.tells(case.applicant, "lapsed", due_on=until.isoformat())
    return case


def reopen_lapsed(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Give a lapsed case back to the applicant, as a new round."""
    return _give_back("reopen_lapsed", case, actor, now, reason)


def reopen_withdrawn(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str = ""
) -> models.Case:
    """Give a withdrawn case back to the applicant, as a new round."""
    return _give_back("reopen_withdrawn", case, actor, now, reason)


def reopen_approved(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take an approved case up again where it was left: at its agreement."""
    with step.taking(
        "reopen_approved", case, actor=actor, now=now, about={"reason": reason}
    ) as taken:
        taken.records(reason=reason)
    return case


def reopen_not_available(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Take back that nothing can be had here; the statistician answers anew."""
    with step.taking(
        "reopen_not_available", case, actor=actor, now=now, about={"reason": reason}
    ) as taken:
        take_back_availability(taken, case)
        taken.records(reason=reason)
    return case


def take_back_availability(taken: step.Taken, case: models.Case) -> None:
    """Both gates are open again and no part has an answer; what was found stays on record."""
    take_back(taken, case, [Gate.AVAILABILITY, Gate.POLICY])
    answers = models.Availability.objects.filter(part__case=case, superseded_at__isnull=True)
    answers.update(superseded_at=taken.now, superseded_by=taken.actor)


def reopen_denied_on_policy(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Determination:
    """Supersede a denial on policy that was given in error; the rules are judged anew."""
    return _reopen_denied("reopen_denied_on_policy", case, actor, now, reason)


def reopen_denied(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Determination:
    """Supersede a denial that was given in error; the case is determined anew."""
    return _reopen_denied("reopen_denied", case, actor, now, reason)


def _reopen_denied(
    name: str, case: models.Case, actor: models.Actor, now: datetime, reason: str
) -> models.Determination:
    with step.taking(name, case, actor=actor, now=now, about={"reason": reason}) as taken:
        denied = afterwards.supersede(taken, case)
        assert denied is not None  # nothing else leads to this end
        taken.records(superseded=denied.outcome, reason=reason)
    return denied


def _give_back(
    name: str, case: models.Case, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    with step.taking(name, case, actor=actor, now=now, about={"reason": reason}) as taken:
        models.Case.objects.filter(pk=case.pk).update(round=F("round") + 1)
        case.refresh_from_db(fields=["round"])
        taken.records(round=case.round, reason=reason)
    return case
