"""What the office owes at any stage: an answer to the applicant, a word on evidence.

The same reading as `queries.timeline.beside`, asked of the database.
"""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from muniment import models
from muniment.queries import access, prepared, schedule
from muniment.queries.payment import billing
from muniment.queries.timeline import beside
from muniment.rulebook.words import Role

from .wanted import AT_WORK

MOST = 500
"""No more requests than these are fetched back from use or from their end, the oldest first."""
_ASKED = models.Question.objects.filter(
    made_by__role__in=beside.PARTY,
    blocking=False,
    answered_at__isnull=True,
    withdrawn_at__isnull=True,
)
_OF_MONEY = Q(about__startswith=billing.ABOUT)
_SHOWN = models.Condition.objects.filter(
    schedule.OPEN_CONDITION,
    determination__case__stage__in=[stage.value for stage in beside.CONDITIONS_AT],
).exclude(evidence="")


def by(role: Role, *, before: date | None = None) -> Q:
    """The requests on which that office owes something; only what was due `before` a day."""
    due = Q() if before is None else Q(due_on__lt=before)
    asked, shown = _ASKED.filter(due), _SHOWN.filter(due)
    found = access.NOTHING
    if role is Role.FINANCE:
        found |= Q(pk__in=asked.filter(_OF_MONEY).values("case"))
    if role is Role.COORDINATOR:
        found |= Q(pk__in=asked.exclude(_OF_MONEY).values("case"))
    if role in beside.CONFIRMERS:
        found |= Q(pk__in=shown.values("determination__case"))
    return found


def known_to(held: access.Held, *, before: date | None = None) -> Q:
    """Where something is owed, as far as these offices may know.

    Who reads questions knows of all; others know of what is their own to answer.
    """
    found = access.NOTHING
    for programme, roles in held:
        of = (Role.COORDINATOR, Role.FINANCE) if roles & access.FROM_SUBMISSION else sorted(roles)
        for role in of:
            found |= Q(programme=programme) & by(role, before=before)
    return found


def list_apart(held: access.Held) -> tuple[int, ...]:
    """The requests on which something is owed, though their stage waits for nothing."""
    return tuple(sorted(key for (key,) in _apart(held)))


@prepared.query
def _apart(held: access.Held) -> QuerySet[models.Case, Any]:
    here = models.Case.objects.filter(known_to(held)).exclude(stage__in=AT_WORK)
    return here.order_by("pk").values_list("pk")[:MOST]
