"""Who is away, until when, and who may stand in."""

from dataclasses import dataclass
from datetime import date, datetime

from muniment import models
from muniment.queries import access, editions
from muniment.rulebook.words import Role


@dataclass(frozen=True, slots=True)
class Away:
    """One absence, of a colleague's or one's own."""

    name: str
    from_on: date
    until_on: date
    substitute: str


@dataclass(frozen=True, slots=True)
class Rota:
    """A programme in which the person holds offices: its absences, and who may stand in."""

    programme: models.Programme
    role: Role
    """The first office of the person's, in which they say that they are away."""
    today: date
    away: tuple[Away, ...]
    colleagues: tuple[models.Person, ...]


def find_rota(person: models.Person, *, now: datetime) -> Rota | None:
    """The rota of the first programme in which the person holds an office; None without one."""
    held = access.offices_by_programme(person, now=now)
    if not held:
        return None
    key = min(held)
    programme = models.Programme.objects.select_related("active_edition__bundle").get(pk=key)
    today = editions.today(programme, now)
    grants = programme.grants.select_related("person").order_by("person__name", "pk")
    sharing = [
        grant
        for grant in grants
        if grant.role in held[key] and grant.holds_on(today) and grant.person.is_active
    ]
    colleagues = {grant.person.pk: grant.person for grant in sharing if grant.person != person}
    absences = models.Absence.objects.filter(
        person__in=[person.pk, *colleagues], until_on__gte=today
    ).select_related("person", "substitute")
    return Rota(
        programme,
        min(held[key]),
        today,
        tuple(
            Away(each.person.name, each.from_on, each.until_on, each.substitute.name)
            for each in absences.order_by("from_on", "pk")
        ),
        tuple(colleagues.values()),
    )
