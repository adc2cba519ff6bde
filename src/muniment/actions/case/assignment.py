"""Who has a case in hand, in which office."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.rulebook import words


def take(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Assignment:
    """Take a case from the queue, in the office one acts in."""
    with step.taking("take", case, actor=actor, now=now) as taken:
        assert actor.person is not None  # the rulebook gives offices to people only
        return _give(taken, case, actor.person, actor.role)


def assign(
    case: models.Case,
    member: models.Person,
    role: words.Role,
    *,
    actor: models.Actor,
    now: datetime,
) -> models.Assignment:
    """Give a case to a person who holds the office it needs."""
    about = {"member": member}
    with step.taking("assign", case, actor=actor, now=now, about=about) as taken:
        _unless_holds(case, member, role.value)
        return _give(taken, case, member, role.value)


def hand_over(
    case: models.Case,
    member: models.Person,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Assignment:
    """Hand a case over to somebody in the same office, with a note for them."""
    about = {"member": member, "reason": reason}
    with step.taking("hand_over", case, actor=actor, now=now, about=about) as taken:
        _unless_holds(case, member, actor.role)
        taken.records(note=reason)
        return _give(taken, case, member, actor.role)


def _unless_holds(case: models.Case, person: models.Person, role: str) -> None:
    held = case.programme.grants.filter(person=person, role=role, ended_at__isnull=True)
    if not held.exists():
        message = "{name} does not hold this office; choose somebody who does."
        raise step.Refused([words.Refusal("office-not-held", message, {"name": person.name})])


def _give(
    taken: step.Taken, case: models.Case, person: models.Person, role: str
) -> models.Assignment:
    """One person has a case in one office at a time."""
    case.assignments.filter(role=role, ended_at__isnull=True).update(
        ended_at=taken.now, ended_by=taken.actor
    )
    taken.records(person=person.public_id, role=role)
    return models.Assignment.objects.create(
        case=case, person=person, role=role, made_at=taken.now, made_by=taken.actor
    )
