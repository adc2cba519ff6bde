"""Whose turn it is, asked of the database, so that requests can be counted without being read.

The same reading as `queries.timeline.turns`, which a page shows; a test holds the two together.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from muniment import models
from muniment.programme import tracks
from muniment.queries import access, editions, prepared
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
_HOLDS = models.Hold.objects.filter(lifted_at__isnull=True)
_ASKING = models.Question.objects.filter(
    blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
)
# What is open is little beside what ever was: each is looked up once for all requests.
HELD = Q(pk__in=_HOLDS.values("case"))
ASKED = Q(pk__in=_ASKING.values("case"))
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


Contracts = tuple[tuple[int, str, tuple[Role, ...]], ...]
"""Edition, track, and who signs there; of the requests that are at their agreement."""


def on(held: access.Held, contracts: Contracts, *, hands: tuple[int, ...]) -> Q:
    """The requests that wait in these offices for these hands, and for nobody else there.

    What a colleague has in hand waits for the colleague, or for who stands in while they are away.
    """
    found = access.NOTHING
    wanted = _signers(contracts)
    for programme, roles in held:
        for role in sorted(roles):
            found |= Q(programme=programme) & _turn_of(role, wanted) & _free_for(role, hands)
    return found


def hands_of(person: models.Person, *, today: date) -> tuple[int, ...]:
    """The person, and the colleagues for whom they stand in on that day; one query."""
    return (person.pk, *sorted(each for (each,) in _away(person=person.pk, today=today)))


@prepared.query
def _away(*, person: int, today: date) -> QuerySet[models.Absence, Any]:
    away = models.Absence.objects.filter(substitute=person, from_on__lte=today, until_on__gte=today)
    return away.values_list("person")


def contracts_of(door: access.Door) -> Contracts:
    """What signers the reader waits for; two queries at most, and none for most offices."""
    if not any(_AFTER_SIGNING & roles for roles in door.offices.values()):
        return ()
    pairs = sorted(set(_at_agreement(door.held, person=door.person.pk)))
    found = models.ProgrammeEdition.objects.select_related("bundle").in_bulk(
        {pk for pk, _ in pairs}
    )
    return tuple((pk, track, _signing(found[pk], track)) for pk, track in pairs)


_AFTER_SIGNING = frozenset({Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER})
"""The offices whose turn it is when others have signed."""


@prepared.query
def _at_agreement(held: access.Held, *, person: int) -> QuerySet[models.Case, Any]:
    cases = access.cases_of(held, person).filter(stage=Stage.AGREEMENT)
    return cases.order_by().values_list("edition", "track")


def _signing(edition: models.ProgrammeEdition, track: str) -> tuple[Role, ...]:
    terms = tracks.terms_of(editions.bundle_of(edition), Track(track) if track else Track.FULL)
    return tuple(map(Role, terms["signers"]))


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


def _signers(contracts: Contracts) -> dict[Role, Q]:
    """Who must sign, to the requests on which that signature is missing."""
    missing: dict[Role, Q] = {}
    for edition, track, signers in contracts:
        for role in signers:
            here = Q(edition=edition, track=track) & _lacks(role)
            missing[role] = missing.get(role, access.NOTHING) | here
    return missing


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


def _free_for(role: Role, hands: tuple[int, ...]) -> Q:
    """Nobody else in that office has it in hand."""
    given = models.Assignment.objects.filter(case=HERE, role=role.value, ended_at__isnull=True)
    return ~Q(Exists(given.exclude(person__in=hands)))


def _any(of: Iterable[Q]) -> Q:
    found = access.NOTHING
    for each in of:
        found |= each
    return found
