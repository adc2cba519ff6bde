"""A member's reviews: what waits for them, what they gave, what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef

from muniment import models
from muniment.queries import access, editions
from muniment.rulebook.words import Stage

from .place import Recusal, list_recusals, local_day


class State(StrEnum):
    """Where one's own review stands."""

    DECLARE = "declare"
    REVIEW = "review"
    READ = "read"
    """One is not asked for a review, and may read, discuss and vote."""
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Row:
    """A request before the committee, as one member sees it."""

    reference: str
    title: str
    state: State
    due_on: date | None
    asked: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A request that left the committee; without an outcome it waits for its determination."""

    reference: str
    title: str
    outcome: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """Everything on the page, the most urgent first."""

    waiting: tuple[Row, ...]
    open: tuple[Row, ...]
    past: tuple[Past, ...]
    recused: tuple[Recusal, ...]


def reviews_of(person: models.Person, *, now: datetime) -> Reviews | None:
    """A member's reviews; None for whoever has no seat today. A fixed number of queries."""
    offices = access.offices_by_programme(person, now=now)
    if not any(held & access.COMMITTEE for held in offices.values()):
        return None
    sights = [s for s in access.list_sights(person, now=now) if s.roles & access.COMMITTEE]
    mine = _mine(person, [sight.case.pk for sight in sights])
    rows = [_row(case) for case in mine if case.stage == Stage.IN_REVIEW.value]
    rows.sort(key=lambda row: (row.due_on or date.max, row.reference))
    waits = (State.DECLARE, State.REVIEW)
    left = [case for case in mine if case.stage != Stage.IN_REVIEW.value and case.spoke]
    return Reviews(
        tuple(row for row in rows if row.state in waits),
        tuple(row for row in rows if row.state not in waits),
        tuple(_past(case) for case in left),
        tuple(list_recusals(person, now=now)),
    )


def _mine(person: models.Person, cases: list[int]) -> Any:
    """The cases with what the person said, was asked for and gave."""
    mine = {"case": OuterRef("pk"), "member": person}
    said = models.Declaration.objects.filter(superseded_at__isnull=True, **mine)
    given = models.Review.objects.filter(withdrawn_at__isnull=True, round=OuterRef("round"), **mine)
    asked = models.Assignment.objects.filter(
        case=OuterRef("pk"), person=person, role="reviewer", ended_at__isnull=True
    )
    found = models.Case.objects.filter(pk__in=cases).select_related("edition")
    return (
        found.annotate(spoke=Exists(said), gave=Exists(given), asked=Exists(asked))
        .prefetch_related("determinations")
        .order_by("-stage_since", "-pk")
    )


def _row(case: Any) -> Row:
    """What `_mine` found out about a case before the committee."""
    scored = editions.bundle_of(case.edition)["committee"]["scoring"] != "none"
    if not case.spoke:
        state = State.DECLARE
    elif not scored or not (case.asked or case.gave):
        state = State.READ
    else:
        state = State.GIVEN if case.gave else State.REVIEW
    asked = bool(case.asked)
    return Row(case.reference, case.title, state, case.due_on, asked)


def _past(case: models.Case) -> Past:
    standing = [each for each in case.determinations.all() if each.superseded_at is None]
    newest = max(standing, key=lambda each: each.pk, default=None)
    if newest is None:
        return Past(case.reference, case.title, "", None)
    return Past(case.reference, case.title, newest.outcome, local_day(case, newest.made_at))
