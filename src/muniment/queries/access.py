"""The only door to a case: who may look, and at how much. Whoever is not let in learns nothing.

Everything is denied that is not granted here. A relation to the case comes first; who has one
sees it as a party and never as an office, even with an office elsewhere in the programme.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from muniment import models
from muniment.queries import editions
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage

COMMITTEE = frozenset({Role.MEMBER, Role.CHAIR, Role.ACTING_CHAIR})
"""Their door to a case is their own declaration; before it they see the cover only."""
FROM_AGREEMENT = frozenset(
    {Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER, Role.CHECKER, Role.FINANCE}
)
"""Offices with nothing to do on a case before its agreement is issued."""
FROM_SUBMISSION = frozenset(
    {
        Role.COORDINATOR,
        Role.STATISTICIAN,
        Role.POLICY_OFFICER,
        Role.DETERMINING_OFFICER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    }
)
"""Offices that read a case once the applicant has sent it; a draft is the applicant's own."""
ASKED_OF = frozenset({Role.APPLICANT, Role.CO_APPLICANT, Role.SUPERVISOR, Role.CONTRACTS_CONTACT})
"""The parties to whom the office's questions are put."""
NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Sight:
    """A case together with what this person may see of it.

    `cover_only` holds for a committee member who has not declared yet: title, team and
    institutions, nothing else.
    """

    case: models.Case
    roles: frozenset[Role]
    cover_only: bool = False

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


def offices_of(person: models.Person, *, now: datetime) -> frozenset[Role]:
    """The offices a person holds today in any programme; one query."""
    held = offices_by_programme(person, now=now)
    return frozenset(role for roles in held.values() for role in roles)


def find_sight(person: models.Person, reference: str, *, now: datetime) -> Sight | None:
    """The case of that reference as this person may see it; None is all a stranger gets."""
    offices = offices_by_programme(person, now=now)
    case = _visible(person, offices).filter(reference=reference).first()
    return None if case is None else _sight(case, person, offices)


def list_sights(person: models.Person, *, now: datetime) -> list[Sight]:
    """Every case this person may see, what changed last first; a fixed number of queries."""
    offices = offices_by_programme(person, now=now)
    cases = _visible(person, offices).order_by("-stage_since", "-pk")
    return [_sight(case, person, offices) for case in cases]


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
    for grant in person.grants.select_related("programme__active_edition"):
        if grant.holds_on(editions.today(grant.programme, now)):
            before = held.get(grant.programme_id, frozenset())
            held[grant.programme_id] = before | {Role(grant.role)}
    return held


def _visible(person: models.Person, offices: dict[int, frozenset[Role]]) -> QuerySet[models.Case]:
    """Cases the person may open, each with what the door has to know about it."""
    issued = models.Agreement.objects.filter(case=OuterRef("pk"), issued_at__isnull=False)
    cases = models.Case.objects.annotate(
        on_team=Exists(_team(person)),
        may_edit=Exists(_team(person).filter(may_edit=True)),
        handles_contract=Exists(_team(person).filter(project_role="contracts contact")),
        signs=Exists(_signed_for(person)),
        declared=Exists(_declared(person).filter(conflicted=False)),
        recused=Exists(_declared(person).filter(conflicted=True)),
        issued=Exists(issued),
    )
    if not person.is_active:
        return cases.none()
    party = Q(applicant=person) | Q(supervisor=person) | Q(on_team=True) | Q(signs=True)
    return cases.filter(party | _by_office(offices)).select_related(
        "programme", "edition", "applicant", "institution"
    )


def _by_office(offices: dict[int, frozenset[Role]]) -> Q:
    """What the offices of each programme open: nothing to the recused, nothing that is unsent."""
    opened = NOTHING
    for programme, roles in offices.items():
        when = NOTHING
        if roles & FROM_SUBMISSION:
            when |= Q(submitted_on__isnull=False)
        if roles & FROM_AGREEMENT:
            when |= Q(issued=True)
        if roles & COMMITTEE:
            when |= Q(declared=True) | Q(stage=Stage.IN_REVIEW.value)
        opened |= Q(programme=programme, recused=False, submitted_on__isnull=False) & when
    return opened


def _team(person: models.Person) -> QuerySet[models.TeamMember]:
    return models.TeamMember.objects.filter(
        case=OuterRef("pk"), person=person, accepted_at__isnull=False, ended_at__isnull=True
    )


def _signed_for(person: models.Person) -> QuerySet[models.Agreement]:
    """Agreements that were sent to an institution for which this person is verified to sign."""
    return models.Agreement.objects.filter(
        case=OuterRef("pk"),
        issued_at__isnull=False,
        institution__official=person,
        institution__official_verified_at__isnull=False,
    )


def _declared(person: models.Person) -> QuerySet[models.Declaration]:
    return models.Declaration.objects.filter(
        case=OuterRef("pk"), member=person, superseded_at__isnull=True
    )


def _sight(case: Any, person: models.Person, offices: dict[int, frozenset[Role]]) -> Sight:
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
        return Sight(case, party)
    held = _opening(case, offices.get(case.programme_id, frozenset()))
    return Sight(case, held, cover_only=held <= COMMITTEE and not case.declared)


def _opening(case: Any, held: frozenset[Role]) -> frozenset[Role]:
    """Those of the person's offices that open this case now."""
    opening = held & FROM_SUBMISSION
    if case.issued:
        opening |= held & FROM_AGREEMENT
    if case.declared or case.stage == Stage.IN_REVIEW.value:
        opening |= held & COMMITTEE
    return opening
