"""What colleagues ask each other to confirm: for the one who asks, and the one who is asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from muniment import models
from muniment.queries import access, prepared
from muniment.queries.facts import seconds
from muniment.rulebook import reading


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for confirmation, as one of the two reads it."""

    row: models.Confirmation
    is_mine: bool
    """Whether the reader is asked; else they ask."""
    in_time: bool

    @property
    def says(self) -> str:
        """What the step does, in the rulebook's words."""
        return reading.STEPS[self.row.step].says

    @property
    def state(self) -> str:
        """waits, confirmed, declined, used or late."""
        if self.row.used_at is not None:
            return "used"
        if self.row.declined_at is not None:
            return "declined"
        if not self.in_time:
            return "late"
        return "waits" if self.row.confirmed_at is None else "confirmed"


def find_asked(person: models.Person, pk: int, *, now: datetime) -> Asked | None:
    """One of them for its two people; None for all others, the recused, and who left office."""
    found = _of(person, now=now).filter(pk=pk).first()
    return None if found is None else _as_read(found, person, now)


def list_asked(person: models.Person, *, now: datetime) -> list[Asked]:
    """What of the last days was asked of the person or by them, the newest first."""
    rows = _of(person, now=now).filter(made_at__gte=now - 2 * seconds.HOLDS)
    return [_as_read(row, person, now) for row in rows.order_by("-pk")]


def count_waiting(person: models.Person, *, now: datetime) -> int:
    """How many wait for this person's word; one query."""
    found = _waiting.first(person=person.pk, since=now - seconds.HOLDS)
    return int(found[0]) if found else 0


@prepared.query
def _waiting(*, person: int, since: datetime) -> QuerySet[models.Confirmation, Any]:
    open_ones = models.Confirmation.objects.filter(
        Q(case__isnull=True) | ~Q(case__in=access.recused_by(person)),
        second=person,
        made_at__gte=since,
        confirmed_at__isnull=True,
        declined_at__isnull=True,
    )
    return open_ones.values(every=Value(1)).annotate(number=Count("pk")).values_list("number")


def holds_office(person: models.Person, *, now: datetime) -> bool:
    """Whether the person may be asked at all."""
    return bool(access.offices_of(person, now=now))


def _of(person: models.Person, *, now: datetime) -> QuerySet[models.Confirmation]:
    rows = models.Confirmation.objects.filter(
        Q(second=person) | Q(made_by__person=person),
        programme__in=access.offices_by_programme(person, now=now),
    )
    hidden = access.recused_from(person)
    return rows.filter(Q(case__isnull=True) | ~Q(case__in=hidden)).select_related(
        "case__edition", "programme__active_edition", "second", "made_by__person"
    )


def _as_read(row: models.Confirmation, person: models.Person, now: datetime) -> Asked:
    since = row.confirmed_at or row.made_at
    return Asked(row, row.second_id == person.pk, since >= now - seconds.HOLDS)
