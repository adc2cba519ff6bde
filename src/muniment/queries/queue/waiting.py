"""Whose turn it is, asked of the database, so that requests can be counted without being read.

The same reading as `queries.timeline.turns`, which a page shows; a test holds the two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from muniment import models
from muniment.programme import tracks
from muniment.queries import access, editions, prepared, schedule
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role, Stage, Track

from . import owed

HERE = OuterRef("pk")
BY_STAGE = {
    Role.COORDINATOR: Stage.SUBMITTED,
    Role.STATISTICIAN: Stage.AVAILABILITY,
    Role.POLICY_OFFICER: Stage.POLICY,
    Role.MEMBER: Stage.IN_REVIEW,
    Role.CHAIR: Stage.IN_REVIEW,
    Role.ACTING_CHAIR: Stage.IN_REVIEW,
    Role.DATA_ENGINEER: Stage.BUILDING,
    Role.CHECKER: Stage.CHECKING,
}
_HOLDS = models.Hold.objects.filter(lifted_at__isnull=True)
_ASKING = models.Question.objects.filter(
    blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
)
# What is open is little beside what ever was: each is looked up once for all requests.
HELD = Q(pk__in=_HOLDS.values("case"))
_PROPOSED = models.Specification.objects.filter(schedule.OPEN_PROPOSAL, case=HERE)
ASKED = Q(pk__in=_ASKING.values("case")) | Q(stage=Stage.AVAILABILITY) & Q(Exists(_PROPOSED))
_ISSUED = models.Agreement.objects.filter(
    case=HERE, issued_at__isnull=False, superseded_at__isnull=True
)
_INVOICED = models.Invoice.objects.filter(case=HERE, voided_at__isnull=True)
_PAID = Coalesce(Sum("payments__amount_minor"), 0)
_OWED = _INVOICED.annotate(paid=_PAID).filter(paid__lt=F("total_minor"))
_WAIVED = Q(Exists(models.Waiver.objects.filter(case=HERE, approved_at__isnull=False)))
_ASKED_TO_CHANGE = Q(
    Exists(
        models.ClauseChange.objects.filter(
            agreement__case=HERE,
            agreement__issued_at__isnull=False,
            agreement__superseded_at__isnull=True,
            accepted_at__isnull=True,
            refused_at__isnull=True,
        )
    )
)
_TO_MEET = models.Condition.objects.filter(
    schedule.OPEN_CONDITION, determination__case=HERE
).exclude(when="after")

_FILED = models.Report.objects.filter(
    case=HERE, kind=models.Report.Kind.FINAL, filed_at__isnull=False
)
_BOUND = models.Agreement.objects.filter(
    Q(superseded_at__isnull=True) | Exists(models.Signature.objects.filter(agreement=HERE)),
    case=HERE, issued_at__isnull=False, void_reason="",
)  # fmt: skip
_CERTIFIED = models.Destruction.objects.alias(party=Coalesce("agreement__institution", 0)).filter(
    agreement__case=OuterRef("case"),
    party=Coalesce(OuterRef("institution"), 0),
    certified_at__isnull=False,
)
HANDED_IN = Q(Exists(_FILED)) & ~Q(Exists(_BOUND.filter(~Exists(_CERTIFIED))))
"""The last report and a certificate of every party that is bound: what a use ends with.

A text with no institution binds the applicant, and is no other party's: so it is counted as one.
"""
_ASKED_LONGER = Q(
    Exists(
        models.Retention.objects.filter(case=HERE, granted_at__isnull=True, refused_at__isnull=True)
    )
)
WITH_APPLICANT = ~HELD & (
    ASKED | Q(stage__in=[Stage.RETURNED, Stage.REVISING]) | Q(stage=Stage.CLOSE_OUT) & ~HANDED_IN
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Who decides and who signs, of the requests of one edition and track that are so far."""

    edition: int
    track: str
    determines: Role
    signers: tuple[Role, ...]

    @property
    def here(self) -> Q:
        """Those requests."""
        return Q(edition=self.edition, track=self.track)


Contracts = tuple[Terms, ...]


def on(held: access.Held, contracts: Contracts, *, hands: tuple[int, ...]) -> Q:
    """The requests that wait in these offices for these hands, and for nobody else there.

    What a colleague has in hand waits for the colleague, or for who stands in while they are away.
    """
    found = access.NOTHING
    wanted = _signers(contracts)
    for programme, roles in held:
        for role in sorted(roles):
            turn = _turn_of(role, wanted, contracts) | owed.by(role)
            found |= Q(programme=programme) & turn & _free_for(role, hands)
    return found


def late_in(role: Role, contracts: Contracts, *, today: date) -> Q:
    """The requests on which that office is late: its turn past the day, or what it owes past its.

    Of offices that have requests in hand; the committee's turn hangs on who of it asks.
    """
    turn = _turn_of(role, _signers(contracts), contracts)
    return Q(due_on__lt=today) & turn | owed.by(role, before=today)


def hands_of(person: models.Person, *, today: date) -> tuple[int, ...]:
    """The person, and the colleagues for whom they stand in on that day; one query."""
    return (person.pk, *sorted(each for (each,) in _away(person=person.pk, today=today)))


@prepared.query
def _away(*, person: int, today: date) -> QuerySet[models.Absence, Any]:
    away = models.Absence.objects.filter(substitute=person, from_on__lte=today, until_on__gte=today)
    return away.values_list("person")


def contracts_of(door: access.Door) -> Contracts:
    """What the reader's turn hangs on where the track says so; two queries at most."""
    if not any(_BY_TRACK & roles for roles in door.offices.values()):
        return ()
    pairs = sorted(set(_so_far(door.held, person=door.person.pk)))
    found = models.ProgrammeEdition.objects.in_bulk({pk for pk, _ in pairs})
    return tuple(_terms(found[pk], track) for pk, track in pairs)


_DETERMINING = frozenset(
    {Role.DETERMINING_OFFICER, Role.COORDINATOR, Role.CHAIR, Role.ACTING_CHAIR}
)
_BY_TRACK = _DETERMINING | {Role.PROGRAMME_SIGNATORY, Role.DATA_ENGINEER}
"""The offices that decide, and those whose turn it is when others have signed."""
_CONTRACTED = [Stage.DETERMINATION, Stage.AGREEMENT]


@prepared.query
def _so_far(held: access.Held, *, person: int) -> QuerySet[models.Case, Any]:
    cases = access.cases_of(held, person).filter(stage__in=_CONTRACTED)
    return cases.order_by().values_list("edition", "track")


def contracts_in(programme: models.Programme) -> Contracts:
    """The same of every request of a programme that is so far; two queries."""
    so_far = programme.cases.filter(stage__in=_CONTRACTED).order_by()
    found = models.ProgrammeEdition.objects.filter(pk__in=so_far.values("edition")).in_bulk()
    pairs = sorted(so_far.values_list("edition", "track").distinct())
    return tuple(_terms(found[pk], track) for pk, track in pairs)


def _terms(edition: models.ProgrammeEdition, track: str) -> Terms:
    bundle, here = editions.bundle_of(edition), Track(track) if track else Track.FULL
    signers = tuple(map(Role, tracks.terms_of(bundle, here)["signers"]))
    return Terms(edition.pk, track, tracks.determines(bundle, here), signers)


def _to_decide(role: Role, contracts: Contracts) -> Q:
    """Requests on which that office determines; an acting chair does what the chair does."""
    office = Role.CHAIR if role is Role.ACTING_CHAIR else role
    mine = _any(each.here for each in contracts if each.determines is office)
    return Q(stage=Stage.DETERMINATION) & mine


def _turn_of(role: Role, wanted: dict[Role, Q], contracts: Contracts) -> Q:
    """Requests on which it is that office's turn, by their stage or to determine them."""
    return _stage_of(role, wanted) | ~HELD & ~ASKED & _to_decide(role, contracts)


def _stage_of(role: Role, wanted: dict[Role, Q]) -> Q:
    """Requests that stand where that office acts."""
    runs = ~HELD & ~ASKED
    turn = runs & Q(stage=BY_STAGE[role]) if role in BY_STAGE else access.NOTHING
    contract, issued = runs & Q(stage=Stage.AGREEMENT), Q(Exists(_ISSUED))
    if role is Role.MEMBER:
        return turn & Q(reviewed=False)
    ends = runs & Q(stage=Stage.CLOSE_OUT)
    if role is Role.COORDINATOR:
        return turn | HELD | contract & ~issued | ends & (HANDED_IN | _ASKED_LONGER)
    if role is Role.DETERMINING_OFFICER:
        return ends & _ASKED_LONGER
    if role is Role.FINANCE:
        return contract & issued & ~_WAIVED & ~Q(Exists(_INVOICED))
    if role is Role.POLICY_OFFICER:
        return turn | contract & _ASKED_TO_CHANGE
    missing = [lacking for signer, lacking in wanted.items() if signer is not role]
    if role is Role.PROGRAMME_SIGNATORY:
        own = wanted.get(role, access.NOTHING)
        return contract & (_ASKED_TO_CHANGE | issued & own & ~_any(missing))
    if role is Role.DATA_ENGINEER:
        settled = _WAIVED | Q(Exists(_INVOICED)) & ~Q(Exists(_OWED))
        ready = settled & ~_any(missing) & ~_ASKED_TO_CHANGE & ~Q(Exists(_TO_MEET))
        return turn | contract & issued & ready
    return turn


def _signers(contracts: Contracts) -> dict[Role, Q]:
    """Who must sign, to the requests on which that signature is missing."""
    missing: dict[Role, Q] = {}
    for each in contracts:
        for role in each.signers:
            missing[role] = missing.get(role, access.NOTHING) | each.here & _lacks(role)
    return missing


def _lacks(role: Role) -> Q:
    """The signature in that capacity is missing from the lead agreement, where it is wanted."""
    if role is Role.TEAM_MEMBER:
        lead = _ISSUED.filter(kind=models.Agreement.Kind.LEAD)
        return Q(Exists(lead.filter(Exists(signers.UNPLEDGED))))
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
