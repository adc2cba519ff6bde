"""The turns that are open beside what the stage waits for: conditions, questions to the office.

They wait at any stage, while a hold or a question stops the clock too, and after the release.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.queries import prepared, schedule
from muniment.queries.payment import billing
from muniment.rulebook import reading, words
from muniment.rulebook.words import Role, Stage

from .turn import Turn, What

PARTY = sorted(role.value for role in words.CASE_ROLES)
CONFIRMERS = reading.STEPS["accept_condition"].by
CONDITIONS_AT = reading.STEPS["accept_condition"].at
"""Who confirms evidence, and where."""
AFTER_AGREEMENT = frozenset(CONDITIONS_AT) - {Stage.AGREEMENT}
OF_THE_OFFICE = frozenset({What.CONFIRM_CONDITION, What.ANSWER_APPLICANT})
"""Turns that the clock of the stage says nothing of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the applicant's side that nobody has answered."""

    at: datetime
    due_on: date
    office: Role


@dataclass(frozen=True, slots=True)
class Condition:
    """What the standing decision asks for, and nobody has met or waived."""

    when: str
    due_on: date | None
    has_evidence: bool


def turns_on(condition: Condition, since: date) -> Iterator[Turn]:
    """Whose turn a condition is: the applicant's until there is evidence, then the office's."""
    if condition.has_evidence:
        for role in CONFIRMERS:
            yield Turn(What.CONFIRM_CONDITION, role, since, condition.due_on)
    else:
        yield Turn(What.MEET_CONDITION, Role.APPLICANT, since, condition.due_on)


def turns_of_office(
    case: models.Case,
    asked: Iterable[Asked],
    conditions: Iterable[Condition],
    calendar: clocks.Calendar,
) -> Iterator[Turn]:
    """What the office owes whatever the stage: an answer, a word on evidence."""
    for question in asked:
        since = calendar.local_day(question.at)
        yield Turn(What.ANSWER_APPLICANT, question.office, since, question.due_on)
    if case.stage in CONDITIONS_AT:
        for condition in conditions:
            if condition.has_evidence:
                yield from turns_on(condition, case.stage_since)


def turns_of_applicant(case: models.Case, conditions: Iterable[Condition]) -> Iterator[Turn]:
    """Conditions without evidence that outlived the agreement."""
    if case.stage in AFTER_AGREEMENT:
        for condition in conditions:
            if not condition.has_evidence:
                yield from turns_on(condition, case.stage_since)


def office_of(about: str) -> Role:
    """Who answers what the applicant asks about it."""
    return Role.FINANCE if about.startswith(billing.ABOUT) else Role.COORDINATOR


@prepared.query
def open_conditions(*, cases: tuple[int, ...]) -> QuerySet[models.Condition, Any]:
    """(case, when, due, evidence) of what the standing decisions ask for."""
    rows = models.Condition.objects.filter(schedule.OPEN_CONDITION, determination__case__in=cases)
    of = ("determination__case", "when", "due_on", "evidence")
    return rows.order_by("pk").values_list(*of)
