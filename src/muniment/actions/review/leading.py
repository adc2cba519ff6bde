"""Who leads and who makes up the quorum where the usual people cannot."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.queries import roster, schedule
from muniment.rulebook import words

from . import seats


def appoint_acting_chair(
    case: models.Case, *, actor: models.Actor, now: datetime, member: models.Person
) -> models.Assignment:
    """Let a member lead on this request, because its chair is conflicted or away.

    An earlier appointment for it ends.
    """
    about = {"member": member}
    with step.taking("appoint_acting_chair", case, actor=actor, now=now, about=about) as taken:
        seats.unless_seated(case.programme, [member], today=schedule.today(case, now))
        before = case.assignments.filter(role=roster.ACTING, ended_at__isnull=True)
        before.update(ended_at=now, ended_by=actor)
        return _assign(taken, case, member, roster.ACTING, letter="acting-chair")


def call_alternate(
    case: models.Case, *, actor: models.Actor, now: datetime, member: models.Person
) -> models.Assignment:
    """Call an alternate for this request; it then counts with them, once they have declared."""
    about = {"member": member}
    with step.taking("call_alternate", case, actor=actor, now=now, about=about) as taken:
        free = roster.free_alternates(case, today=schedule.today(case, now))
        if member.pk not in {person.pk for person in free}:
            message = "{name} is no alternate who can be called here."
            refusal = words.Refusal("not-an-alternate", message, {"name": member.name})
            input_refused.unless_empty([refusal])
        return _assign(taken, case, member, roster.ALTERNATE, letter="alternate-called")


def _assign(
    taken: step.Taken, case: models.Case, member: models.Person, role: str, *, letter: str
) -> models.Assignment:
    taken.records(member=member.public_id)
    taken.tells(member, letter)
    return models.Assignment.objects.create(
        case=case, person=member, role=role, made_at=taken.now, made_by=taken.actor
    )
