"""The whole ledger of one request, for the office and its auditors: every entry, newest first.

Filtered before it is read: who sits on the committee as well as in an office is shown nothing
that tells what a fellow member did, or when (`privacy.md` B5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, editions, timeline


@dataclass(frozen=True, slots=True)
class Past:
    """One entry of the ledger; `actor` is the pseudonym under which it stands there."""

    number: int
    tag: str
    at: datetime
    on: date
    actor: str
    stage_from: str
    stage_to: str
    sha256: str


def list_entries(sight: access.Sight, reader: models.Person) -> list[Past]:
    """Every entry that this reader may see, newest first; three queries at most."""
    if not sight.is_office:
        return []
    case = sight.case
    calendar = clocks.calendar_of(editions.bundle_of(case.edition))
    rows = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    if _sits(reader, case.programme):
        rows = rows.exclude(Q(tag__startswith="review.") & ~Q(tag__in=timeline.MILESTONES))
    return [
        Past(
            row.number, row.tag, row.at, calendar.local_day(row.at), row.actor,
            row.stage_from, row.stage_to, row.sha256,
        )
        for row in rows.order_by("-number")
    ]  # fmt: skip


def list_actors(case: models.Case) -> Iterable[models.Actor]:
    """Whoever may stand behind a pseudonym of this request: its office and its own people."""
    people = {case.applicant_id, case.supervisor_id}
    people |= set(case.team.values_list("person", flat=True))
    if case.institution is not None:
        people.add(case.institution.official_id)
    people |= set(case.programme.grants.values_list("person", flat=True))
    behind = Q(person__in=people - {None}) | Q(person__isnull=True)
    return models.Actor.objects.filter(behind).select_related("person")


def _sits(person: models.Person, programme: models.Programme) -> bool:
    """Whether the person ever had a seat on the committee; a seat that ended tells no less."""
    seats = [role.value for role in access.COMMITTEE]
    return programme.grants.filter(person=person, role__in=seats).exists()
