"""Which cases a person may open, as conditions of a query: the door's own half in the database."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value

from muniment import models
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
LEADERS = frozenset({Role.CHAIR, Role.ACTING_CHAIR})
HEARD = ("appeal", "renewal")
"""What hangs on a request and is decided without a review."""
NOTHING = Q(pk__in=[])
Offices = Mapping[int, frozenset[Role]]
"""Programme id to the offices that somebody holds there."""
Held = tuple[tuple[int, frozenset[Role]], ...]
"""The same in the order of the programmes."""


READ_ALONG = ("programme__calendar_edition", "edition", "applicant", "institution")


def cases_of(offices: Held, person: int) -> QuerySet[models.Case]:
    """What these offices open to the person of that key; the queryset behind a `Door`."""
    held = dict(offices)
    at_work = {at: roles & (FROM_SUBMISSION | FROM_AGREEMENT) for at, roles in held.items()}
    cases = models.Case.objects.annotate(**_for_office(person, held)).filter(_by_office(at_work))
    return cases.exclude(_party(person))


def visible(person: int, offices: Offices) -> QuerySet[models.Case]:
    """Cases an active person may open, each with what the door has to know about it."""
    team = _team(person)
    cases = models.Case.objects.annotate(
        on_team=_among_them(team),
        may_edit=_among_them(team.filter(may_edit=True)),
        handles_contract=_among_them(team.filter(project_role="contracts contact")),
        signs=_among_them(_signed_for(person)),
        **_for_office(person, offices),
    )
    seen = _party(person) | _by_office(offices) if offices else _party(person)
    return cases.filter(seen).select_related(*READ_ALONG)


def _for_office(person: int, offices: Offices) -> dict[str, Any]:
    """What the person's offices make it necessary to know of a case; the rest is not looked up."""
    held = frozenset[Role]().union(*offices.values())
    issued = models.Agreement.objects.filter(case=OuterRef("pk"), issued_at__isnull=False)
    own = models.Declaration.objects.filter(member=person, superseded_at__isnull=True)
    asked = {
        "recused": (bool(held), _among(recused_by(person))),
        "issued": (bool(held & FROM_AGREEMENT), Exists(issued)),
        "declared": (bool(held & COMMITTEE), _among_them(own.filter(conflicted=False))),
        "reviewed": (bool(held & COMMITTEE), Exists(_reviewed(person))),
        "stands_by": (bool(held & COMMITTEE), Exists(_standing_by(person))),
        "called": (bool(held & COMMITTEE), Exists(_called(person))),
    }
    return {name: told if needed else Value(False) for name, (needed, told) in asked.items()}


def _among_them(rows: QuerySet[Any]) -> ExpressionWrapper:
    """Whether a case is one of those of these rows."""
    return _among(rows.values("case"))


def _among(keys: QuerySet[Any, Any]) -> ExpressionWrapper:
    """Whether a case has one of these few keys, which are looked up once for all cases."""
    return ExpressionWrapper(Q(pk__in=keys), BooleanField())


def _own(person: int) -> QuerySet[Any, Any]:
    """The keys of the cases on whose applicant's side the person stands, each by an index."""
    cases = models.Case.objects.order_by()
    return (
        cases.filter(applicant=person)
        .values("pk")
        .union(
            cases.filter(supervisor=person).values("pk"),
            _team(person).values("case"),
            _signed_for(person).values("case"),
        )
    )


def _party(person: int) -> Q:
    """On the applicant's side of a case."""
    return Q(pk__in=_own(person))


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
        if roles & LEADERS:
            when |= Q(stage=Stage.DETERMINATION.value, child_kind__in=HEARD)
        opened |= Q(programme=programme, recused=False, submitted_on__isnull=False) & when
    return opened


def _team(person: int) -> QuerySet[models.TeamMember]:
    return models.TeamMember.objects.filter(
        person=person, accepted_at__isnull=False, ended_at__isnull=True
    )


def _signed_for(person: int) -> QuerySet[models.Agreement]:
    """Agreements that were sent to an institution for which this person is verified to sign."""
    return models.Agreement.objects.filter(
        issued_at__isnull=False,
        institution__official=person,
        institution__official_verified_at__isnull=False,
    )


def recused_by(person: int) -> QuerySet[Any, Any]:
    """The keys of the cases on which, or on whose parent, the person declared a conflict."""
    declared = models.Declaration.objects.filter(
        member=person, conflicted=True, superseded_at__isnull=True
    ).values("case")
    return declared.union(models.Case.objects.filter(parent__in=declared).values("pk"))


def _reviewed(person: int) -> QuerySet[models.Review]:
    """The person's own review of the round, as it counts."""
    return models.Review.objects.filter(
        case=OuterRef("pk"), member=person, round=OuterRef("round"), withdrawn_at__isnull=True
    )


def _standing_by(person: int) -> QuerySet[models.RoleGrant]:
    """A seat as an alternate, who sees a case only where they are called for its quorum."""
    return models.RoleGrant.objects.filter(
        programme=OuterRef("programme"), person=person, alternate=True, ended_at__isnull=True
    )


def _called(person: int) -> QuerySet[models.Assignment]:
    return models.Assignment.objects.filter(
        case=OuterRef("pk"), person=person, role="alternate", ended_at__isnull=True
    )
