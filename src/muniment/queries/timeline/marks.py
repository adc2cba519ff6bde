"""What runs beside the stage of a case and is open now: holds, blocking questions, the clock."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, prepared, schedule
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role, Stage

from . import beside

_OPEN_CHANGES = models.ClauseChange.objects.filter(
    agreement=OuterRef("pk"), accepted_at__isnull=True, refused_at__isnull=True
).order_by("made_at")
_AGREEMENTS = models.Agreement.objects.annotate(
    change_asked_at=Subquery(_OPEN_CHANGES.values("made_at")[:1]),
    awaits_pledge=Exists(signers.UNPLEDGED),
)
"""Each with the time at which the oldest change was asked for that nobody has answered, and whether
somebody of the team has yet to pledge."""
AT_ONE_STAGE: dict[Stage, tuple[str | Prefetch, ...]] = {
    Stage.AGREEMENT: (
        Prefetch("agreements", _AGREEMENTS),
        "agreements__signatures",
        "estimates",
        "invoices__payments",
        "waivers",
    ),
    Stage.ACTIVE: ("reports",),
    Stage.CLOSE_OUT: (
        "reports",
        "retentions",
        "agreements__destructions",
        "agreements__institution",
        "agreements__signatures",
    ),
}
"""What a turn looks at further, at one stage."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What runs beside the stage and is open now; `here` is the clock since the stage began."""

    holds: tuple[tuple[datetime, date | None], ...] = ()
    """When each was placed, and until which day it is to stand."""
    blocking: tuple[tuple[datetime, date, str], ...] = ()
    """When each question was asked, until when it is to be answered, and by whom it was asked."""
    to_office: tuple[beside.Asked, ...] = ()
    conditions: tuple[beside.Condition, ...] = ()
    here: tuple[clocks.Pause, ...] = ()
    """Every pause of this stay."""
    began: datetime | None = None
    """When this stay began; None for a case whose clock never ran."""
    proposed: tuple[datetime, ...] = ()
    """When a smaller scope was proposed that waits for the applicant; there is one at most."""

    @property
    def stop_the_clock(self) -> bool:
        """Whether one of them is open for which the stage waits."""
        return bool(self.holds or self.blocking or self.proposed)


def fetch(cases: Sequence[models.Case]) -> dict[int, Marks]:
    """Case id to its marks: then the turns of any number of these cases ask nothing further."""
    for stage, looked_at in AT_ONE_STAGE.items():
        here = [case for case in cases if case.stage == stage]
        prefetch_related_objects(here, *looked_at)
    keys = tuple(case.pk for case in cases)
    screened = tuple(case.pk for case in cases if case.stage == Stage.AVAILABILITY)
    proposed = _by_case(_open_proposals(cases=screened)) if screened else defaultdict(list)
    found = [
        _by_case(rows(cases=keys))
        for rows in (_open_holds, _open_questions, beside.open_conditions, _stays)
    ]
    return {
        key: replace(
            _marks(*(rows[key] for rows in found)), proposed=tuple(at for (at,) in proposed[key])
        )
        for key in keys
    }


def asker(actor: models.Actor) -> str:
    """Who asked, by name; a member of the committee stays the committee, without one."""
    return _named(actor.role, actor.person.name if actor.person else None)


@prepared.query
def _open_holds(*, cases: tuple[int, ...]) -> QuerySet[models.Hold, Any]:
    rows = models.Hold.objects.filter(case__in=cases, lifted_at__isnull=True)
    return rows.order_by("pk").values_list("case", "made_at", "until_on")


@prepared.query
def _open_questions(*, cases: tuple[int, ...]) -> QuerySet[models.Question, Any]:
    """Those that stop the clock, and those of the applicant's side, which never do."""
    rows = models.Question.objects.filter(
        Q(blocking=True) | Q(made_by__role__in=beside.PARTY),
        case__in=cases, answered_at__isnull=True, withdrawn_at__isnull=True,
    )  # fmt: skip
    asked_by = ("made_by__role", "made_by__person__name", "blocking", "about")
    return rows.order_by("pk").values_list("case", "made_at", "due_on", *asked_by)


@prepared.query
def _open_proposals(*, cases: tuple[int, ...]) -> QuerySet[models.Specification, Any]:
    rows = models.Specification.objects.filter(schedule.OPEN_PROPOSAL, case__in=cases)
    return rows.order_by("pk").values_list("case", "proposed_at")


@prepared.query
def _stays(*, cases: tuple[int, ...]) -> QuerySet[models.ClockSegment, Any]:
    """The stretches of the clock since each case came to where it stands."""
    left = models.ClockSegment.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    rows = models.ClockSegment.objects.filter(
        ~Exists(left.exclude(stage=OuterRef("stage"))), case__in=cases, stage=F("case__stage")
    )
    return rows.order_by("pk").values_list("case", "made_at", "ended_at", "paused")


def _by_case(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for case, *rest in rows:
        found[case].append(rest)
    return found


def _marks(holds: list[Any], asked: list[Any], conditions: list[Any], stays: list[Any]) -> Marks:
    return Marks(
        tuple((placed_at, until_on) for placed_at, until_on in holds),
        tuple((at, due, _named(role, name)) for at, due, role, name, blocks, _ in asked if blocks),
        tuple(
            beside.Asked(at, due, beside.office_of(about))
            for at, due, _role, _name, blocks, about in asked
            if not blocks
        ),
        tuple(beside.Condition(when, due, bool(evidence)) for when, due, evidence in conditions),
        tuple(clocks.Pause(at, ended_at) for at, ended_at, paused in stays if paused),
        stays[0][0] if stays else None,
    )


def _named(role: str, name: str | None) -> str:
    return "" if Role(role) in access.COMMITTEE else name or ""
