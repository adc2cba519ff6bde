"""People as the office keeps them: who holds what, who is barred, what keeps whose data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet

from muniment import models
from muniment.rulebook import words
from muniment.rulebook.words import Role

READING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR, Role.DETERMINING_OFFICER})
LONGEST = 100
ENDED = [end.value for end in words.ENDS]


class Duty(StrEnum):
    """What keeps a person's data, in a word."""

    OFFICE = "office"
    OFFICIAL = "official"
    REQUEST = "request"
    DESTRUCTION = "destruction"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person as the office has them; a fixed number of queries."""

    person: models.Person
    grants: tuple[models.RoleGrant, ...]
    trainings: tuple[models.Training, ...]
    debarments: tuple[models.Debarment, ...]
    duties: tuple[Duty, ...]


def list_people(programme: models.Programme, *, search: str = "") -> list[models.Person]:
    """Whose name or address holds the search; without one, offices and certificates to confirm.

    At most a hundred, by one query.
    """
    people = models.Person.objects.filter(erased_at__isnull=True)
    if search:
        found = people.filter(Q(name__icontains=search) | Q(email__icontains=search))
    else:
        live = programme.grants.filter(ended_at__isnull=True)
        waiting = models.Training.objects.filter(confirmed_at__isnull=True, ended_at__isnull=True)
        found = people.filter(Q(pk__in=live.values("person")) | Q(pk__in=waiting.values("person")))
    return list(found.select_related("institution").order_by("name", "pk")[:LONGEST])


def find_person(public_id: str) -> models.Person | None:
    """A person by public id; nobody who was erased."""
    rows = models.Person.objects.filter(public_id=public_id, erased_at__isnull=True)
    return rows.select_related("institution", "identity_verified_by__person").first()


def list_erased() -> list[tuple[str, date]]:
    """Public id of everybody who was erased, and the day."""
    rows = models.Person.objects.filter(erased_at__isnull=False).order_by("pk")
    return [(str(each.public_id), each.erased_at.date()) for each in rows if each.erased_at]


def list_returned(tombstones: Iterable[str]) -> list[models.Person]:
    """Who of these is not erased here: an older copy of the database brought them back."""
    rows = models.Person.objects.filter(public_id__in=list(tombstones), erased_at__isnull=True)
    return list(rows.order_by("pk"))


def sheet_of(person: models.Person, programme: models.Programme, *, today: date) -> Sheet:
    """Everything that the office looks at."""
    grants = programme.grants.filter(person=person, ended_at__isnull=True).order_by("pk")
    trainings = person.trainings.filter(ended_at__isnull=True)
    return Sheet(
        person,
        tuple(grants),
        tuple(trainings.select_related("original", "confirmed_by__person").order_by("-pk")),
        tuple(_debarments(people=[person.pk], institutions=[person.institution_id], today=today)),
        tuple(list_duties(person, today=today)),
    )


def find_training(person: models.Person, pk: int) -> models.Training | None:
    """A certificate of this person that was not taken off."""
    rows = person.trainings.filter(pk=pk, ended_at__isnull=True)
    return rows.select_related("original", "person", "confirmed_by").first()


def find_grant(
    person: models.Person, programme: models.Programme, pk: int
) -> models.RoleGrant | None:
    """An office that this person holds."""
    rows = programme.grants.filter(person=person, pk=pk, ended_at__isnull=True)
    return rows.select_related("person").first()


def list_barring(
    case: models.Case | None, person: models.Person | None, *, today: date
) -> list[models.Debarment]:
    """What stands against a new request of this person, or against sending this one in."""
    people = {person.pk} if person is not None else set()
    institutions = {person.institution_id} if person is not None else set()
    if case is not None:
        team = case.team.filter(ended_at__isnull=True, person__isnull=False)
        people |= {case.applicant_id, *team.values_list("person", flat=True)}
        people |= {case.supervisor_id} if case.supervisor_id else set()
        institutions |= {case.institution_id, case.applicant.institution_id}
    return list(_debarments(people=people, institutions=institutions, today=today))


def is_barred(institution: models.Institution, *, today: date) -> bool:
    """Whether no new request is taken from the institution."""
    return _debarments(people=[], institutions=[institution.pk], today=today).exists()


def find_institution(name: str, *, ror: str = "") -> models.Institution | None:
    """By its ROR identifier, written with its address or without; where none is given by name."""
    code = ror.rpartition("/")[2]
    wanted = {"ror__endswith": code} if code else {"name": name}
    return models.Institution.objects.filter(**wanted).order_by("pk").first()


def list_duties(person: models.Person, *, today: date) -> list[Duty]:
    """What asks to keep a person's data, and so stands against erasing them."""
    grants = person.grants.filter(ended_at__isnull=True)
    on_team = Q(team__person=person, team__ended_at__isnull=True)
    cases = models.Case.objects.filter(Q(applicant=person) | Q(supervisor=person) | on_team)
    uncertified = models.Destruction.objects.filter(
        agreement__case__in=cases, certified_at__isnull=True
    )
    found = {
        Duty.OFFICE: any(each.until_on is None or each.until_on >= today for each in grants),
        Duty.OFFICIAL: models.Institution.objects.filter(
            official=person, official_verified_at__isnull=False
        ).exists(),
        Duty.REQUEST: cases.exclude(stage__in=ENDED).exists(),
        Duty.DESTRUCTION: uncertified.exists(),
    }
    return [duty for duty, stands in found.items() if stands]


def _debarments(
    *,
    people: "set[int] | list[int]",
    institutions: "set[int | None] | list[int | None]",
    today: date,
) -> QuerySet[models.Debarment]:
    named = Q(person__in=people) | Q(institution__in=[each for each in institutions if each])
    rows = models.Debarment.objects.filter(named, until_on__gte=today)
    return rows.select_related("person", "institution", "made_by__person").order_by("pk")
