"""The orderly end: the work is done or the term is over, copies are destroyed, the case closes."""

from datetime import date, datetime, timedelta

from muniment import models
from muniment.actions import input_refused, proofs, step
from muniment.queries import aftercare, editions, schedule
from muniment.rulebook import words

from . import duties


def begin_close_out(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """The work is done: the final report and the certificate of destruction come next."""
    return _close_out("begin_close_out", case, actor=actor, now=now)


def expire_agreement(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """The agreement's term is over; the same duties begin without anybody asking."""
    return _close_out("expire_agreement", case, actor=actor, now=now)


def _close_out(name: str, case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    with step.taking(name, case, actor=actor, now=now) as taken:
        after = editions.bundle_of(case.edition)["calendar"]["after"]
        due_on = schedule.today(case, now) + timedelta(days=after["destruction_days"])
        waiting = models.Destruction.objects.filter(agreement__case=case, certified_at=None)
        waiting.filter(due_on__gt=due_on).update(due_on=due_on)
        taken.records(due_on=due_on.isoformat())
        for person in aftercare.others_concerned(case):
            taken.tells(person, "use-ended", due_on=due_on.isoformat())
        taken.tells(case.applicant, "close-out-due", due_on=due_on.isoformat())
    return case


def ask_retention(
    case: models.Case, *, reason: str, until_on: date, actor: models.Actor, now: datetime
) -> models.Retention:
    """Ask to keep the data longer, until a day and for a reason."""
    with step.taking(
        "ask_retention", case, actor=actor, now=now, about={"reason": reason}
    ) as taken:
        duties.unless_after(until_on, schedule.today(case, now))
        asked = models.Retention.objects.create(
            case=case, reason=reason.strip(), until_on=until_on, made_at=now, made_by=actor
        )
        taken.records(reason=asked.reason, until_on=until_on.isoformat())
    return asked


def grant_retention(
    case: models.Case,
    *,
    until_on: date,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Retention:
    """Let the data be kept until a day; copies are destroyed, and certified, by then."""
    about = {"until_on": until_on, "second_person": second_person}
    with step.taking("grant_retention", case, actor=actor, now=now, about=about) as taken:
        duties.unless_after(until_on, schedule.today(case, now))
        asked = _undecided(case)
        asked.until_on, asked.granted_at, asked.granted_by = until_on, now, actor
        asked.save(update_fields=["until_on", "granted_at", "granted_by"])
        waiting = models.Destruction.objects.filter(agreement__case=case, certified_at=None)
        waiting.update(due_on=until_on)
        taken.records(until_on=until_on.isoformat())
        taken.tells(case.applicant, "retention-decided")
    return asked


def refuse_retention(
    case: models.Case, *, reason: str, actor: models.Actor, now: datetime
) -> models.Retention:
    """Say no to a longer retention, with the reason."""
    about = {"reason": reason}
    with step.taking("refuse_retention", case, actor=actor, now=now, about=about) as taken:
        asked = _undecided(case)
        asked.answer, asked.refused_at, asked.refused_by = reason.strip(), now, actor
        asked.save(update_fields=["answer", "refused_at", "refused_by"])
        taken.records(reason=asked.answer)
        taken.tells(case.applicant, "retention-decided")
    return asked


def certify_destruction(
    agreement: models.Agreement, *, how: str, actor: models.Actor, now: datetime
) -> models.Destruction:
    """Whoever binds the party of the agreement certifies that every copy is gone, and how.

    The certificate carries a code that anybody can check.
    """
    case = agreement.case
    about = {"agreement": agreement}
    with step.taking("certify_destruction", case, actor=actor, now=now, about=about) as taken:
        message = "Say how the copies were destroyed."
        input_refused.unless_written(how, words.Refusal("method-missing", message))
        today = schedule.today(case, now)
        waiting = agreement.destructions.filter(certified_at__isnull=True).order_by("due_on")
        certificate = waiting.first() or models.Destruction(
            agreement=agreement, due_on=today, made_at=now, made_by=actor
        )
        certificate.how = how.strip()
        certificate.certified_at, certificate.certified_by = now, actor
        certificate.save()
        address = proofs.issue(
            "destruction", "certified", dated_on=today, actor=actor, now=now, case=case
        )
        taken.records(agreement=agreement.text_sha256, how=certificate.how)
        taken.tells(case.applicant, "destruction-certified", check=address)
    return certificate


def accept_close_out(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Every duty is done: close the case and say so."""
    with step.taking("accept_close_out", case, actor=actor, now=now) as taken:
        taken.tells(case.applicant, "closed")
    return case


def _undecided(case: models.Case) -> models.Retention:
    """The wish that waits for a decision; the rule has seen that there is one."""
    return case.retentions.get(granted_at__isnull=True, refused_at__isnull=True)
