"""What the office owes at any stage: an answer to the applicant, a word on evidence.

The same reading as `queries.timeline.beside`, asked of the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.queries import access, prepared, schedule
from muniment.queries.payment import billing
from muniment.queries.timeline import beside
from muniment.rulebook.words import Role

from .wanted import AT_WORK

MOST = 500
"""No more requests than these are moved up for what is owed sooner, the soonest first."""
_ASKED = models.Question.objects.filter(
    made_by__role__in=beside.PARTY,
    blocking=False,
    answered_at__isnull=True,
    withdrawn_at__isnull=True,
)
_OF_MONEY = Q(about__startswith=billing.ABOUT)
_CONFIRMERS = frozenset(beside.CONFIRMERS)
_SHOWN = models.Condition.objects.filter(
    schedule.OPEN_CONDITION,
    determination__case__stage__in=[stage.value for stage in beside.CONDITIONS_AT],
).exclude(evidence="")


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which an office owes something, and that comes before the day of the stage."""

    programme: int
    case: int
    on: date
    offices: frozenset[Role]


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


def list_sooner(door: access.Door) -> tuple[Due, ...]:
    """What is due on a request before its stage is, or while the clock of the stage stands.

    Two queries, of what who stands at this door may know.
    """
    asked = [
        Due(programme, case, on, frozenset({beside.office_of(about)}))
        for programme, case, on, about in _answers(door.held, person=door.person.pk)
    ]
    shown = [
        Due(programme, case, on, _CONFIRMERS)
        for programme, case, on in _evidence(door.held, person=door.person.pk)
    ]
    return (*asked, *shown)


def days_of(due: Iterable[Due], held: access.Held | None = None) -> dict[int, date]:
    """Case to the first of these days; with `held` only of what those offices owe themselves."""
    own = None if held is None else dict(held)
    first: dict[int, date] = {}
    for each in due:
        if own is None or own[each.programme] & each.offices:
            first[each.case] = min(each.on, first.get(each.case, each.on))
    return first


def list_apart(door: access.Door) -> tuple[int, ...]:
    """The requests on which something is owed, though their stage waits for nothing."""
    return tuple(sorted(key for (key,) in _apart(door.held, person=door.person.pk)))


@prepared.query
def _apart(held: access.Held, *, person: int) -> QuerySet[models.Case, Any]:
    # What is owed is little beside all that has ended, so it is asked first, as one set of keys.
    owing = _ASKED.values("case").union(_SHOWN.values("determination__case"))
    here = access.cases_of(held, person).filter(known_to(held), pk__in=owing)
    return here.exclude(stage__in=AT_WORK).order_by("pk").values_list("pk")


@prepared.query
def _answers(held: access.Held, *, person: int) -> QuerySet[models.Question, Any]:
    known = _known(held, person, access.FROM_SUBMISSION | {Role.FINANCE})
    rows = _ASKED.filter(_sooner("case"), case__in=known)
    only_money = [at for at, roles in held if not roles & access.FROM_SUBMISSION]
    if only_money:
        rows = rows.filter(_OF_MONEY | ~Q(case__programme__in=only_money))
    of = ("case__programme", "case", "due_on", "about")
    return rows.order_by("due_on", "pk").values_list(*of)[:MOST]


@prepared.query
def _evidence(held: access.Held, *, person: int) -> QuerySet[models.Condition, Any]:
    case, known = "determination__case", _known(held, person, access.FROM_SUBMISSION | _CONFIRMERS)
    rows = _SHOWN.filter(_sooner(case), **{f"{case}__in": known})
    return rows.order_by("due_on", "pk").values_list(f"{case}__programme", case, "due_on")[:MOST]


def _known(held: access.Held, person: int, knowing: frozenset[Role]) -> QuerySet[models.Case, Any]:
    """The keys of the requests that these offices open to somebody by one of the knowing ones."""
    offices = tuple((at, roles & knowing) for at, roles in held)
    return access.cases_of(offices, person).values("pk")


def _sooner(case: str) -> Q:
    unset = Q(**{f"{case}__due_on__isnull": True}, due_on__isnull=False)
    return unset | Q(**{f"{case}__due_on__gt": F("due_on")})
