"""Jobs that gave up, for who may let them try again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from muniment import models
from muniment.queries import access
from muniment.rulebook.words import Role

RETRIERS = frozenset({Role.ADMINISTRATOR, Role.DATA_ENGINEER})
CALLED_OFF = "called off"
"""What a job says that was ended because nobody wants its result any more."""
MOST = 200


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A job that ended without a result, and in whose programme and office it may be retried."""

    job: models.Job
    programme: models.Programme
    role: Role


def list_given_up(person: models.Person, *, now: datetime) -> list[GivenUp] | None:
    """The jobs that gave up in the programmes where the person holds one of the two offices.

    The newest first; None for who holds neither. Jobs of no request are every programme's.
    """
    door = access.office_door(person, now=now)
    offices = {at: held & RETRIERS for at, held in door.offices.items() if held & RETRIERS}
    if not offices:
        return None
    here = door.cases.filter(programme__in=offices).order_by().values("pk")
    failed = models.Job.objects.filter(state=models.Job.State.FAILED).exclude(error=CALLED_OFF)
    rows = failed.filter(Q(case__isnull=True) | Q(case__in=here)).select_related("case")
    programmes = models.Programme.objects.in_bulk(offices)
    given_up = []
    for job in rows.order_by("-pk")[:MOST]:
        at = job.case.programme_id if job.case else min(offices)
        given_up.append(GivenUp(job, programmes[at], min(offices[at])))
    return given_up
