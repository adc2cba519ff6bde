"""The team as its writers see it: who joined, who was asked, whom the answers name."""

from dataclasses import dataclass
from datetime import datetime

from muniment import models
from muniment.queries import asked
from muniment.queries.facts import application
from muniment.queries.facts import people as facts


@dataclass(frozen=True, slots=True)
class Seat:
    """Someone on the team, or asked to join. State: joined, invited or expired."""

    pk: int
    name: str
    email: str
    project_role: str
    institution: str
    may_edit: bool
    sees_data: bool
    state: str
    day: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom the answers name and nobody has invited."""

    name: str
    email: str
    project_role: str
    institution: str
    sees_data: bool


@dataclass(frozen=True, slots=True)
class Supervision:
    """Who answers for a trainee. State: unnamed, named, asked or confirmed."""

    name: str
    state: str


def list_seats(case: models.Case, *, now: datetime) -> list[Seat]:
    """Everyone who joined or is asked, in the order in which they were asked; one query."""
    rows = case.team.filter(ended_at__isnull=True).select_related("institution").order_by("pk")
    return [_seat(row, now) for row in rows]


def list_named(case: models.Case) -> list[Named]:
    """Whom the answers name with an address, without those who are on the team already."""
    there = set(case.team.filter(ended_at__isnull=True).values_list("email", flat=True))
    there.add(case.applicant.email)
    rows = asked.find_answer(case, "team") or []
    return [
        Named(
            name=str(row.get("name") or ""),
            email=str(row["email"]).strip().lower(),
            project_role=str(row.get("role") or ""),
            institution=str(row.get("institution") or ""),
            sees_data=bool(row.get("sees_data")),
        )
        for row in rows
        if row.get("email") and str(row["email"]).strip().lower() not in there
    ]


def find_supervision(case: models.Case) -> Supervision | None:
    """How it stands with the supervisor; None for whoever needs none.

    Until they confirmed they have the name that was typed: that of an account would tell that the
    address has one, and whose.
    """
    named = asked.find_answer(case, "supervisor") or {}
    typed = str(named.get("name") or "")
    if case.supervisor is None or not application.is_named(case):
        if asked.find_answer(case, "applicant_class") != application.TRAINEE:
            return None
        return Supervision(typed, "named" if named.get("email") else "unnamed")
    if case.supervisor_confirmed_at is None:
        return Supervision(typed or case.supervisor.email, "asked")
    return Supervision(case.supervisor.name, "confirmed")


def find_seat(case: models.Case, pk: int) -> models.TeamMember | None:
    """One live row of the case's own team."""
    return case.team.filter(pk=pk, ended_at__isnull=True).first()


def find_invitation(token: str) -> models.TeamMember | None:
    """The open invitation that carries this token, run out or not; None for any other text."""
    rows = models.TeamMember.objects.filter(
        token_sha256=facts.token_sha256(token), accepted_at__isnull=True, ended_at__isnull=True
    )
    return rows.select_related("case__programme__active_edition", "made_by__person").first()


def _seat(row: models.TeamMember, now: datetime) -> Seat:
    expired = row.token_until is not None and row.token_until <= now
    state = "joined" if row.accepted_at else "expired" if expired else "invited"
    return Seat(
        pk=row.pk,
        name=row.name,
        email=row.email,
        project_role=row.project_role,
        institution=row.institution.name if row.institution else "",
        may_edit=row.may_edit,
        sees_data=row.will_access_data,
        state=state,
        day=row.accepted_at or row.token_until or row.made_at,
    )


def list_trainings(person: models.Person) -> list[models.Training]:
    """Certificates on the profile, the one that ends last first."""
    rows = models.Training.objects.filter(person=person, ended_at__isnull=True)
    found = rows.select_related("original").order_by("-expires_on", "-issued_on", "pk")
    return list(found)


def find_training(person: models.Person, pk: int) -> models.Training | None:
    """One of a person's own certificates."""
    rows = models.Training.objects.filter(person=person, ended_at__isnull=True)
    return rows.select_related("person").filter(pk=pk).first()
