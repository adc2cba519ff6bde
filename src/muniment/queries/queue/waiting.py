"""Whose turn it is, asked of the database, so that requests can be counted without being read.

The same reading as `queries.timeline.turns`, which a page shows; a test holds the two together.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from muniment import models
from muniment.programme import tracks
from muniment.queries import access, editions
from muniment.rulebook.words import Role, Stage, Track

HERE = OuterRef("pk")
BY_STAGE = {
    Role.COORDINATOR: Stage.SUBMITTED,
    Role.STATISTICIAN: Stage.AVAILABILITY,
    Role.POLICY_OFFICER: Stage.POLICY,
    Role.MEMBER: Stage.IN_REVIEW,
    Role.CHAIR: Stage.IN_REVIEW,
    Role.ACTING_CHAIR: Stage.IN_REVIEW,
    Role.DETERMINING_OFFICER: Stage.DETERMINATION,
    Role.DATA_ENGINEER: Stage.BUILDING,
    Role.CHECKER: Stage.CHECKING,
}
HELD = Q(Exists(models.Hold.objects.filter(case=HERE, lifted_at__isnull=True)))
ASKED = Q(
    Exists(
        models.Question.objects.filter(
            case=HERE, blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
        )
    )
)
WITH_APPLICANT = ~HELD & (ASKED | Q(stage__in=[Stage.RETURNED, Stage.REVISING, Stage.CLOSE_OUT]))
_ISSUED = models.Agreement.objects.filter(
    case=HERE, issued_at__isnull=False, superseded_at__isnull=True
)
_INVOICED = models.Invoice.objects.filter(case=HERE, voided_at__isnull=True)
_PAID = Coalesce(Sum("payments__amount_minor"), 0)
_OWED = _INVOICED.annotate(paid=_PAID).filter(paid__lt=F("total_minor"))
_WAIVED = Q(Exists(models.Waiver.objects.filter(case=HERE, approved_at__isnull=False)))
_TO_MEET = models.Condition.objects.filter(
    determination__case=HERE,
    determination__superseded_at__isnull=True,
    met_at__isnull=True,
    waived_at__isnull=True,
).exclude(when="after")


def on(door: access.Door, *, today: date) -> Q:
    """The requests that wait for this person in any of their offices, and for nobody else there.

    What a colleague has in hand waits for the colleague, or for who stands in while they are away.
    """
    found = access.NOTHING
    covered = stood_in_for(door.person, today=today)
    wanted = _signers(door)
    for programme, held in door.offices.items():
        for role in sorted(held):
            found |= (
                Q(programme=programme) & _turn_of(role, wanted) & _free_for(door, role, covered)
            )
    return found


def stood_in_for(person: models.Person, *, today: date) -> list[int]:
    """The colleagues for whom a person stands in on that day; one query."""
    away = models.Absence.objects.filter(substitute=person, from_on__lte=today, until_on__gte=today)
    return sorted(away.values_list("person", flat=True))


def _turn_of(role: Role, wanted: dict[Role, Q]) -> Q:
    """Requests on which it is that office's turn."""
    runs = ~HELD & ~ASKED
    turn = runs & Q(stage=BY_STAGE[role]) if role in BY_STAGE else access.NOTHING
    contract, issued = runs & Q(stage=Stage.AGREEMENT), Q(Exists(_ISSUED))
    if role is Role.COORDINATOR:
        return turn | HELD | contract & ~issued
    if role is Role.FINANCE:
        return contract & issued & ~_WAIVED & ~Q(Exists(_INVOICED))
    missing = [lacking for signer, lacking in wanted.items() if signer is not role]
    if role is Role.PROGRAMME_SIGNATORY:
        own = wanted.get(role, access.NOTHING)
        return contract & issued & own & ~_any(missing)
    if role is Role.DATA_ENGINEER:
        settled = _WAIVED | Q(Exists(_INVOICED)) & ~Q(Exists(_OWED))
        return turn | contract & issued & settled & ~_any(missing) & ~Q(Exists(_TO_MEET))
    return turn


def _signers(door: access.Door) -> dict[Role, Q]:
    """Who must sign, to the requests on which that signature is missing; by edition and track."""
    if not any(
        {Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER} & held for held in door.offices.values()
    ):
        return {}
    missing: dict[Role, Q] = {}
    for edition, track in _in_contract(door.cases):
        terms = tracks.terms_of(editions.bundle_of(edition), Track(track) if track else Track.FULL)
        for role in map(Role, terms["signers"]):
            here = Q(edition=edition, track=track) & _lacks(role)
            missing[role] = missing.get(role, access.NOTHING) | here
    return missing


def _in_contract(cases: QuerySet[models.Case]) -> Iterable[tuple[models.ProgrammeEdition, str]]:
    """The editions and tracks of the requests that are at their agreement; two queries at most."""
    pairs = set(cases.filter(stage=Stage.AGREEMENT).order_by().values_list("edition", "track"))
    found = models.ProgrammeEdition.objects.select_related("bundle").in_bulk(
        {pk for pk, _ in pairs}
    )
    return [(found[pk], track) for pk, track in sorted(pairs)]


def _lacks(role: Role) -> Q:
    """The signature in that capacity is missing from the lead agreement, where it is wanted."""
    signed = models.Signature.objects.filter(
        agreement__case=HERE,
        agreement__kind=models.Agreement.Kind.LEAD,
        agreement__issued_at__isnull=False,
        agreement__superseded_at__isnull=True,
        capacity=role.value,
    )
    lacking = ~Q(Exists(signed))
    if role is Role.SUPERVISOR:
        return lacking & Q(supervisor__isnull=False)
    return lacking & Q(institution__isnull=False) if role is Role.SIGNING_OFFICIAL else lacking


def _free_for(door: access.Door, role: Role, covered: list[int]) -> Q:
    """Nobody else in that office has it in hand."""
    given = models.Assignment.objects.filter(case=HERE, role=role.value, ended_at__isnull=True)
    return ~Q(Exists(given.exclude(person__in=[door.person.pk, *covered])))


def _any(of: Iterable[Q]) -> Q:
    found = access.NOTHING
    for each in of:
        found |= each
    return found
