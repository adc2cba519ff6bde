"""What an administrator looks after: the editions of a programme, and its committee's seats."""

from dataclasses import dataclass
from datetime import date, datetime

from muniment import models
from muniment.programme import Bundle
from muniment.queries import access, editions
from muniment.rulebook.words import Role

READING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
SEATING = READING | {Role.CHAIR}
SEATS = (Role.CHAIR.value, Role.ACTING_CHAIR.value, Role.MEMBER.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One edition of the rules."""

    edition: models.ProgrammeEdition
    label: str
    in_force: bool

    @property
    def state(self) -> str:
        """in_force, draft, retired or earlier."""
        if self.in_force:
            return "in_force"
        if self.edition.retired_at is not None:
            return "retired"
        return "draft" if self.edition.activated_at is None else "earlier"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat on the committee, as it stands today."""

    grant: models.RoleGrant
    begins: bool
    """Whether the term is still to come."""
    over: bool


def find_home(
    person: models.Person, wanted: frozenset[Role], *, now: datetime
) -> tuple[models.Programme, frozenset[Role]] | None:
    """The first programme in which the person holds one of these offices, and which of them."""
    held = access.offices_by_programme(person, now=now)
    mine = {key: roles & wanted for key, roles in held.items() if roles & wanted}
    rows = models.Programme.objects.filter(pk__in=mine, active_edition__isnull=False)
    found = rows.select_related("active_edition__bundle").order_by("pk").first()
    return None if found is None else (found, mine[found.pk])


def list_editions(programme: models.Programme) -> list[Row]:
    """Every edition, the newest first."""
    rows = programme.editions.select_related("bundle", "made_by__person", "activated_by__person")
    return [
        Row(each, editions.bundle_of(each).edition, each.pk == programme.active_edition_id)
        for each in rows.order_by("-number")
    ]


def find_edition(programme: models.Programme, number: int) -> tuple[Row, Bundle] | None:
    """One edition with its rules."""
    rows = programme.editions.select_related("bundle", "made_by__person", "activated_by__person")
    found = rows.filter(number=number).first()
    if found is None:
        return None
    bundle = editions.bundle_of(found)
    return Row(found, bundle.edition, found.pk == programme.active_edition_id), bundle


def list_seats(programme: models.Programme, *, today: date) -> list[Seat]:
    """The seats that have not been ended, the chair's first."""
    rows = programme.grants.filter(role__in=SEATS, ended_at__isnull=True)
    ordered = rows.select_related("person__institution").order_by("role", "alternate", "pk")
    return [
        Seat(each, each.from_on > today, each.until_on is not None and each.until_on < today)
        for each in ordered
    ]


def seats_named(programme: models.Programme) -> dict[str, str]:
    """Id to label of the seats that the edition in force names, in its order."""
    named = editions.active_bundle(programme)["committee"]["seats"]
    return {each["id"]: each["label"] for each in named}


def find_seat(programme: models.Programme, pk: str) -> models.RoleGrant | None:
    """A seat that stands, by its key as a form posts it."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 12):
        return None
    rows = programme.grants.filter(pk=pk, role__in=SEATS, ended_at__isnull=True)
    return rows.select_related("person", "programme").first()


def find_person(address: str) -> models.Person | None:
    """Somebody with an account, by address."""
    return models.Person.objects.filter(email=address.strip().lower(), is_active=True).first()
