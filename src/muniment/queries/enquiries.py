"""Enquiries as the office works on them, and as the person who asked reads them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from muniment import models
from muniment.queries import access, editions
from muniment.rulebook.words import Role

ANSWERING = (Role.COORDINATOR, Role.STATISTICIAN, Role.POLICY_OFFICER)
READING = frozenset({*ANSWERING, Role.ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Row:
    """One enquiry in the office's list. `late` counts days after the day it was due."""

    enquiry: models.Enquiry
    late: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One enquiry as one of the office sees it; `role` is the one they answer in, if any."""

    enquiry: models.Enquiry
    role: Role | None
    today: date


def list_rows(person: models.Person, *, now: datetime, closed: bool = False) -> list[Row] | None:
    """Enquiries of the programmes this person works for; None for whoever works for none.

    The open ones by the day they are due, the closed ones newest first.
    """
    held = _held(person, now)
    if not held:
        return None
    rows = _rows(held).filter(closed_at__isnull=not closed)
    rows = rows.order_by("-pk")[:200] if closed else rows.order_by("due_on", "pk")[:200]
    return [Row(row, _late(row, held[row.programme_id][1])) for row in rows]


def find_opened(person: models.Person, pk: int, *, now: datetime) -> Opened | None:
    """One enquiry for one of the office; None for everybody else."""
    held = _held(person, now)
    row = _rows(held).filter(pk=pk).first()
    if row is None:
        return None
    roles, today = held[row.programme_id]
    return Opened(row, next((role for role in ANSWERING if role in roles), None), today)


def find_own(person: models.Person, pk: int) -> models.Enquiry | None:
    """An enquiry for the person who asked it."""
    rows = models.Enquiry.objects.filter(pk=pk, asker=person)
    return rows.select_related("programme", "case", "answered_by__person").first()


def list_own(person: models.Person) -> list[models.Enquiry]:
    """What this person asked, newest first."""
    return list(models.Enquiry.objects.filter(asker=person).order_by("-pk"))


def list_second_people(
    enquiry: models.Enquiry, person: models.Person, *, now: datetime
) -> list[models.Person]:
    """Coordinators of the programme who can confirm a letter beside this person."""
    grants = models.RoleGrant.objects.filter(
        programme_id=enquiry.programme_id, role=Role.COORDINATOR.value
    ).exclude(person=person)
    grants = grants.select_related("person").order_by("person__name", "pk")
    today = editions.today(enquiry.programme, now)
    return [grant.person for grant in grants if grant.person.is_active and grant.holds_on(today)]


def _rows(held: dict[int, tuple[frozenset[Role], date]]) -> QuerySet[models.Enquiry]:
    rows = models.Enquiry.objects.filter(programme__in=list(held))
    return rows.select_related(
        "asker__institution", "owner", "case", "programme__active_edition", "answered_by__person"
    )


def _held(person: models.Person, now: datetime) -> dict[int, tuple[frozenset[Role], date]]:
    """Programme id to the offices held there that read enquiries, and the programme's own day."""
    offices = access.offices_by_programme(person, now=now)
    reading = {pk: roles & READING for pk, roles in offices.items() if roles & READING}
    homes = models.Programme.objects.select_related("active_edition").in_bulk(reading)
    return {pk: (roles, editions.today(homes[pk], now)) for pk, roles in reading.items()}


def _late(row: models.Enquiry, today: date) -> int:
    waiting = row.outcome == models.Enquiry.Outcome.OPEN and row.due_on is not None
    return max((today - row.due_on).days, 0) if waiting and row.due_on else 0
