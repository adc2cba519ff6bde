"""The only door to a case: who may look, and at how much. Whoever is not let in learns nothing.

Everything is denied that is not granted here. A relation to the case comes first; who has one
sees it as a party and never as an office, even with an office elsewhere in the programme.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import editions, prepared
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage

from . import opening
from .opening import (
    COMMITTEE,
    FROM_AGREEMENT,
    FROM_SUBMISSION,
    HEARD,
    LEADERS,
    NOTHING,
    Held,
    Offices,
    cases_of,
    recused_by,
)  # fmt: skip

__all__ = [
    "COMMITTEE",
    "FROM_AGREEMENT",
    "FROM_SUBMISSION",
    "HEARD",
    "LEADERS",
    "NOTHING",
    "Held",
    "Offices",
    "cases_of",
    "recused_by",
]

ASKED_OF = frozenset({Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR, Role.CONTRACTS_CONTACT})
"""The parties to whom the office's questions are put."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A case together with what this person may see of it.

    `cover_only` holds for a committee member who has not declared yet: title, team and
    institutions, nothing else.
    """

    case: models.Case
    roles: frozenset[Role]
    cover_only: bool = False
    has_reviewed: bool = False
    """Whether their own review of this round is in."""
    person_id: int | None = None
    """Who it is, where they stand on the applicant's side."""

    @property
    def is_party(self) -> bool:
        """Whether the person stands on the applicant's side."""
        return bool(self.roles & words.CASE_ROLES)

    @property
    def is_office(self) -> bool:
        """Whether the person runs or audits the case, rather than sitting on the committee."""
        return bool(self.roles & (FROM_SUBMISSION | FROM_AGREEMENT))

    @property
    def sees_questions(self) -> bool:
        """Questions and answers are for those who ask, are asked, or judge by the answers."""
        in_office = self.roles & (FROM_SUBMISSION | COMMITTEE)
        return not self.cover_only and bool(self.roles & ASKED_OF or in_office)


@dataclass(frozen=True, slots=True)
class Door:
    """The requests that a person's offices open, before anything of them is counted or read.

    Not among them are the person's own, which they see as a party, and those they see only as a
    member of the committee.
    """

    person: models.Person
    offices: Mapping[int, frozenset[Role]]
    """Programme id to the offices held there today."""

    @property
    def held(self) -> Held:
        """The same as a value that can be compared."""
        return tuple(sorted(self.offices.items()))

    @property
    def first_programme(self) -> models.Programme:
        """The first in which the person works, with its edition; it came with the offices."""
        grants: list[models.RoleGrant] = _grants(person=self.person.pk)
        first = min(self.offices)
        return next(each.programme for each in grants if each.programme_id == first)

    @property
    def cases(self) -> QuerySet[models.Case]:
        """Them, with what the door knows about each and what is read along with it."""
        return cases_of(self.held, self.person.pk).select_related(*opening.READ_ALONG)

    def sight(self, case: models.Case) -> Sight:
        """A case that came out of `cases`, with what this person may see of it."""
        return _in_office(case, self.offices)


def office_door(person: models.Person, *, now: datetime) -> Door:
    """What this person's offices open today; one query, and none for the requests yet."""
    return Door(person, offices_by_programme(person, now=now))


def offices_of(person: models.Person, *, now: datetime) -> frozenset[Role]:
    """The offices a person holds today in any programme; one query."""
    held = offices_by_programme(person, now=now)
    return frozenset(role for roles in held.values() for role in roles)


def find_sight(person: models.Person, reference: str, *, now: datetime) -> Sight | None:
    """The case of that reference as this person may see it; None is all a stranger gets."""
    offices = offices_by_programme(person, now=now)
    if not person.is_active:
        return None
    held = tuple(sorted(offices.items()))
    case = _by_reference.first(held, person=person.pk, reference=reference)
    return None if case is None else _sight(case, person, offices)


def list_sights(person: models.Person, *, now: datetime) -> list[Sight]:
    """Every case this person may see, what changed last first; a fixed number of queries."""
    offices = offices_by_programme(person, now=now)
    if not person.is_active:
        return []
    cases = _listed(tuple(sorted(offices.items())), person=person.pk)
    return [_sight(case, person, offices) for case in cases]


def sights_of(person: models.Person, cases: Collection[int], *, now: datetime) -> dict[int, Sight]:
    """Those of these cases that this person may see, by key; a fixed number of queries."""
    offices = offices_by_programme(person, now=now)
    if not person.is_active:
        return {}
    held = tuple(sorted(offices.items()))
    visible = _among(held, person=person.pk, cases=tuple(sorted(cases)))
    return {case.pk: _sight(case, person, offices) for case in visible}


def recused_from(person: models.Person) -> QuerySet[Any, Any]:
    """The requests, by key, that no figure over many may count for this person either.

    A query over requests leaves them out before it counts; it is no query by itself.
    """
    return recused_by(person.pk)


def is_heard(case: models.Case) -> bool:
    """Whether it waits to be heard without a review: the chair may then be one of who hears it."""
    return case.child_kind in HEARD and case.stage == Stage.DETERMINATION.value


def list_demo_people(*, now: datetime) -> list[tuple[models.Person, list[str]]]:
    """Everyone in a demo home with their offices, applicants first; the demo's sign-in only."""
    people = models.Person.objects.filter(is_active=True).select_related("institution")
    offices: dict[int, list[str]] = {}
    grants = models.RoleGrant.objects.select_related("programme__active_edition")
    for grant in grants.order_by("pk"):
        if grant.holds_on(editions.today(grant.programme, now)):
            offices.setdefault(grant.person_id, []).append(Role(grant.role).label)
    found = [(person, offices.get(person.pk, [])) for person in people.order_by("pk")]
    return sorted(found, key=lambda each: bool(each[1]))


def find_demo_person(public_id: str) -> models.Person | None:
    """One of them, by public id."""
    return models.Person.objects.filter(public_id=public_id, is_active=True).first()


def offices_by_programme(person: models.Person, *, now: datetime) -> dict[int, frozenset[Role]]:
    """Programme id to the offices held there today; one query."""
    held: dict[int, frozenset[Role]] = {}
    if not person.is_active:
        return held
    for grant in _grants(person=person.pk):
        if grant.holds_on(editions.today(grant.programme, now)):
            before = held.get(grant.programme_id, frozenset())
            held[grant.programme_id] = before | {Role(grant.role)}
    return held


@prepared.fact
def _grants(*, person: int) -> QuerySet[models.RoleGrant]:
    grants = models.RoleGrant.objects.filter(person=person)
    return grants.select_related("programme__active_edition")


@prepared.query
def _by_reference(held: Held, *, person: int, reference: str) -> QuerySet[models.Case]:
    return opening.visible(person, dict(held)).filter(reference=reference)


@prepared.query
def _listed(held: Held, *, person: int) -> QuerySet[models.Case]:
    return opening.visible(person, dict(held)).order_by("-stage_since", "-pk")


@prepared.query
def _among(held: Held, *, person: int, cases: tuple[int, ...]) -> QuerySet[models.Case]:
    return opening.visible(person, dict(held)).filter(pk__in=cases)


def _sight(case: Any, person: models.Person, offices: Offices) -> Sight:
    """What `_visible` found out about the case, as roles."""
    relations = {
        Role.APPLICANT: case.applicant_id == person.pk,
        Role.SUPERVISOR: case.supervisor_id == person.pk,
        Role.TEAM_MEMBER: case.on_team,
        Role.CO_APPLICANT: case.may_edit,
        Role.CONTRACTS_CONTACT: case.handles_contract,
        Role.SIGNING_OFFICIAL: case.signs,
    }
    party = frozenset(role for role, holds in relations.items() if holds)
    if party:
        return Sight(case, party, person_id=person.pk)
    return _in_office(case, offices)


def _in_office(case: Any, offices: Offices) -> Sight:
    """A case that is not the person's own, as their offices see it."""
    held = _opening(case, offices.get(case.programme_id, frozenset()))
    cover = held <= COMMITTEE and not case.declared
    return Sight(case, held, cover_only=cover, has_reviewed=case.reviewed)


def _opening(case: Any, held: frozenset[Role]) -> frozenset[Role]:
    """Those of the person's offices that open this case now."""
    found = held & FROM_SUBMISSION
    if case.issued:
        found |= held & FROM_AGREEMENT
    sits = case.called or not case.stands_by
    if case.declared or (case.stage == Stage.IN_REVIEW.value and sits):
        found |= held & COMMITTEE
    elif is_heard(case):
        found |= held & LEADERS
    return found
