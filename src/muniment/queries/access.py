"""The only door to a case: who may look, and at how much. Whoever is not let in learns nothing.

Everything is denied that is not granted here. A relation to the case comes first; who has one
sees it as a party and never as an office, even with an office elsewhere in the programme.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

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
Offices = Mapping[int, frozenset[Role]]
"""Programme id to the offices that somebody holds there."""


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


@dataclass(frozen=True, slots=True)
class Door:
    """The requests that a person's offices open, before anything of them is counted or read.

    Not among them are the person's own, which they see as a party, and those they see only as a
    member of the committee.
    """

    person: models.Person
    offices: Mapping[int, frozenset[Role]]
    """Programme id to the offices held there today."""
    cases: QuerySet[models.Case]

    def sight(self, case: models.Case) -> Sight:
        """A case that came out of `cases`, with what this person may see of it."""
        return _in_office(case, self.offices)


def office_door(person: models.Person, *, now: datetime) -> Door:
    """What this person's offices open today; one query, and none for the requests yet."""
    offices = offices_by_programme(person, now=now)
    at_work = {at: held & (FROM_SUBMISSION | FROM_AGREEMENT) for at, held in offices.items()}
    related = models.Case.objects.alias(
        on_team=Exists(_team(person)), signs=Exists(_signed_for(person))
    )
    cases = related.annotate(**_for_office(person, offices)).filter(_by_office(at_work))
    return Door(person, offices, cases.exclude(_party(person)).select_related(*_READ_ALONG))


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


def sights_of(person: models.Person, cases: Collection[int], *, now: datetime) -> dict[int, Sight]:
    """Those of these cases that this person may see, by key; a fixed number of queries."""
    offices = offices_by_programme(person, now=now)
    visible = _visible(person, offices).filter(pk__in=cases)
    return {case.pk: _sight(case, person, offices) for case in visible}


def recused_from(person: models.Person) -> QuerySet[models.Declaration, int]:
    """The requests, by key, that no figure over many may count for this person either.

    A query over requests leaves them out before it counts; it is no query by itself.
    """
    conflicts = models.Declaration.objects.filter(conflicted=True, superseded_at__isnull=True)
    return conflicts.filter(member=person).values_list("case", flat=True)


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


_READ_ALONG = ("programme__calendar_edition", "edition", "applicant", "institution")


def _visible(person: models.Person, offices: Offices) -> QuerySet[models.Case]:
    """Cases the person may open, each with what the door has to know about it."""
    cases = models.Case.objects.annotate(
        on_team=Exists(_team(person)),
        may_edit=Exists(_team(person).filter(may_edit=True)),
        handles_contract=Exists(_team(person).filter(project_role="contracts contact")),
        signs=Exists(_signed_for(person)),
        **_for_office(person, offices),
    )
    if not person.is_active:
        return cases.none()
    seen = cases.filter(_party(person) | _by_office(offices))
    return seen.select_related(*_READ_ALONG)


def _for_office(person: models.Person, offices: Offices) -> dict[str, Exists | Value]:
    """What the person's offices make it necessary to know of a case; the rest is not looked up."""
    held = frozenset[Role]().union(*offices.values())
    issued = models.Agreement.objects.filter(case=OuterRef("pk"), issued_at__isnull=False)
    own = _declared(person)
    asked = {
        "recused": (bool(held), own.filter(conflicted=True)),
        "issued": (bool(held & FROM_AGREEMENT), issued),
        "declared": (bool(held & COMMITTEE), own.filter(conflicted=False)),
        "stands_by": (bool(held & COMMITTEE), _standing_by(person)),
        "called": (bool(held & COMMITTEE), _called(person)),
    }
    return {
        name: Exists(rows) if needed else Value(False) for name, (needed, rows) in asked.items()
    }


def _party(person: models.Person) -> Q:
    """On the applicant's side of a case that `_visible` annotated."""
    return Q(applicant=person) | Q(supervisor=person) | Q(on_team=True) | Q(signs=True)


def _by_office(offices: Offices) -> Q:
    """What the offices of each programme open: nothing to the recused, nothing that is unsent."""
    opened = NOTHING
    for programme, roles in offices.items():
        when = NOTHING
        if roles & FROM_SUBMISSION:
            when |= Q(submitted_on__isnull=False)
        if roles & FROM_AGREEMENT:
            when |= Q(issued=True)
        if roles & COMMITTEE:
            sits = Q(stands_by=False) | Q(called=True)
            when |= Q(declared=True) | Q(stage=Stage.IN_REVIEW.value) & sits
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


def _standing_by(person: models.Person) -> QuerySet[models.RoleGrant]:
    """A seat as an alternate, who sees a case only where they are called for its quorum."""
    return models.RoleGrant.objects.filter(
        programme=OuterRef("programme"), person=person, alternate=True, ended_at__isnull=True
    )


def _called(person: models.Person) -> QuerySet[models.Assignment]:
    return models.Assignment.objects.filter(
        case=OuterRef("pk"), person=person, role="alternate", ended_at__isnull=True
    )


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
        return Sight(case, party)
    return _in_office(case, offices)


def _in_office(case: Any, offices: Offices) -> Sight:
    """A case that is not the person's own, as their offices see it."""
    held = _opening(case, offices.get(case.programme_id, frozenset()))
    return Sight(case, held, cover_only=held <= COMMITTEE and not case.declared)


def _opening(case: Any, held: frozenset[Role]) -> frozenset[Role]:
    """Those of the person's offices that open this case now."""
    opening = held & FROM_SUBMISSION
    if case.issued:
        opening |= held & FROM_AGREEMENT
    sits = case.called or not case.stands_by
    if case.declared or (case.stage == Stage.IN_REVIEW.value and sits):
        opening |= held & COMMITTEE
    return opening
