"""Access that stops: for everyone at once, for good, or for one person who left.

What was downloaded already is not reached by any of it: the letter asks, the agreement binds.
"""

from datetime import date, datetime, timedelta

from muniment import models
from muniment.actions import step, work
from muniment.actions.people import leaving
from muniment.queries import aftercare, schedule
from muniment.rulebook import words

from . import duties


def suspend_access(
    case: models.Case, *, reason: str, actor: models.Actor, now: datetime
) -> models.Suspension:
    """Stop every further download of a case at once, and tell everyone who may download."""
    about = {"reason": reason}
    with step.taking("suspend_access", case, actor=actor, now=now, about=about) as taken:
        suspension = models.Suspension.objects.create(
            case=case, reason=reason.strip(), made_at=now, made_by=actor
        )
        taken.records(reason=suspension.reason)
        _tell(taken, case, "suspended")
    return suspension


def lift_suspension(
    case: models.Case,
    *,
    reason: str,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Suspension:
    """Open access again, with the reason."""
    about = {"reason": reason, "second_person": second_person}
    with step.taking("lift_suspension", case, actor=actor, now=now, about=about) as taken:
        suspension = case.suspensions.get(lifted_at__isnull=True)
        suspension.lifted_at, suspension.lifted_by = now, actor
        suspension.save(update_fields=["lifted_at", "lifted_by"])
        taken.records(reason=reason)
        _tell(taken, case, "suspension-lifted")
    return suspension


def revoke(
    case: models.Case,
    *,
    reason: str,
    destroy_by_on: date,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Case:
    """Take access back for good. Every copy is to be destroyed by a day, today or later."""
    about = {
        "reason": reason, "notice": reason, "destroy_by_on": destroy_by_on,
        "second_person": second_person,
    }  # fmt: skip
    with step.taking("revoke", case, actor=actor, now=now, about=about) as taken:
        duties.unless_after(destroy_by_on, schedule.today(case, now) - timedelta(days=1))
        for agreement in aftercare.in_force(case):
            duty = agreement.destructions.filter(certified_at__isnull=True).first()
            duty = duty or models.Destruction(agreement=agreement, made_at=now, made_by=actor)
            duty.due_on = destroy_by_on
            duty.save()
        work.enqueue(leaving.TOMBSTONE, actor=actor, now=now)
        taken.records(reason=reason, destroy_by=destroy_by_on.isoformat())
        _tell(taken, case, "revoked", due_on=destroy_by_on.isoformat())
    return case


def end_persons_access(
    member: models.TeamMember, *, actor: models.Actor, now: datetime
) -> models.TeamMember:
    """End the access of one person on the team, because they left it or their institution."""
    case = member.case
    about = {"member": member.person}
    with step.taking("end_persons_access", case, actor=actor, now=now, about=about) as taken:
        if member.ended_at is not None:
            message = "{name} left the team already."
            raise step.Refused([words.Refusal("left-already", message, {"name": member.name})])
        member.ended_at, member.ended_by = now, actor
        member.save(update_fields=["ended_at", "ended_by"])
        taken.records(member=member.pk)
        if member.person is not None:
            taken.tells(member.person, "access-ended")
        if actor.person != case.applicant:
            taken.tells(case.applicant, "agreement-news", what=LEFT)
    return member


LEFT = "somebody left the team, and their access ended"


def _tell(taken: step.Taken, case: models.Case, letter: str, **placeholders: str) -> None:
    """Everyone who holds data, and the officials who answer for them."""
    for person in (case.applicant, *aftercare.others_concerned(case)):
        taken.tells(person, letter, **placeholders)
