"""Who is asked for a review, and reminded of it."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import schedule

from . import seats


def assign_reviewer(
    case: models.Case, *, actor: models.Actor, now: datetime, member: models.Person
) -> models.Assignment:
    """Ask a member for a review in this round."""
    about = {"member": member}
    with step.taking("assign_reviewer", case, actor=actor, now=now, about=about) as taken:
        seats.unless_seated(case.programme, [member], today=schedule.today(case, now))
        assignment, _ = models.Assignment.objects.get_or_create(
            case=case,
            person=member,
            role="reviewer",
            ended_at=None,
            defaults={"made_at": now, "made_by": actor},
        )
        taken.records(member=member.public_id)
        taken.tells(member, "review-asked", link=f"/reviews/{case.reference}/")
    return assignment
