"""What was asked about a holding, what it cost, and what was answered.

Nothing here counts: the answers are rows that a job wrote. A question is known by the hash of its
normal form, so that another wording of the same is no new one. A person sees the answers that they
asked for themselves, and nothing of what others asked.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muniment import models
from muniment.dataplane.spec import budget, check, countable
from muniment.dataplane.spec.faults import Fault
from muniment.dataplane.spec.fields import Field
from muniment.dataplane.spec.holding import Holding
from muniment.dataplane.spec.specification import Level, Part

BREAKDOWN = budget.Of.BREAKDOWN.value
"""What the job of a count by groups carries; it knows no specification."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person has of a part's count: the answers so far, and what they may still ask.

    `waiting` holds while a question is paid for and not answered. `price` is what asking would
    cost now, 0 where it was asked before.
    """

    total: Mapping[str, Any] | None
    breakdown: Mapping[str, Any] | None
    waiting: bool
    price: int
    left: int
    allowed: int
    obstacles: tuple[Fault, ...]


def asking(part: Part, *, by: tuple[str, ...] = ()) -> Part:
    """The part as a question: who is in, in groups or not; ids, columns and reasons aside."""
    return dataclasses.replace(part, id="p1", level=Level.AGGREGATE, tables=(), group_by=by)


def standing(
    part: Part, *, holding: Holding, row: models.Holding, person: models.Person
) -> Standing:
    """Where a person stands with a question; two queries at most."""
    past = past_of(row)
    allowed = budget.limits(holding.noise_sigma)
    mine = {each.question: each for each in past if each.person == str(person.pk)}
    items = budget.bill(part, holding=holding)
    answers = {item.of: mine[item.question].answer for item in items if item.question in mine}
    return Standing(
        total=answers.get(budget.Of.TOTAL),
        breakdown=answers.get(budget.Of.BREAKDOWN),
        waiting=any(answer is None for answer in answers.values()),
        price=sum(item.price for item in items if item.question not in mine),
        left=budget.remaining(str(person.pk), past=past, allowed=allowed),
        allowed=allowed.person,
        obstacles=tuple(obstacles(part, holding=holding)),
    )


def obstacles(part: Part, *, holding: Holding) -> list[Fault]:
    """Why this question is not counted; a function of question and description alone."""
    return [
        *check.part_against(part, holding),
        *(budget.obstacles(holding) or countable.faults(part, holding)),
    ]


def past_of(row: models.Holding) -> list[budget.Past]:
    """Every question about a holding that anybody has paid for."""
    found = models.CountQuestion.objects.filter(holding=row)
    return [
        budget.Past(
            each.question, str(each.person_id), institution_of(each), each.price, each.answer
        )
        for each in found.order_by("pk")
    ]


def institution_of(of: models.CountQuestion | models.Person) -> str:
    """Whose budget is spent too; a person without an institution is one of their own."""
    if of.institution_id is not None:
        return f"institution {of.institution_id}"
    return f"person {of.person_id if isinstance(of, models.CountQuestion) else of.pk}"


def get_row(owner: models.Programme, holding: Holding) -> models.Holding:
    """The row that a description came from; raises Holding.DoesNotExist."""
    return owner.holdings.get(slug=holding.holding, edition=holding.edition)


def get_holding(pk: int) -> models.Holding:
    """A holding by its key; raises Holding.DoesNotExist."""
    return models.Holding.objects.get(pk=pk)


def groupable(holding: Holding) -> list[Field]:
    """The variables of the base table that a count may be broken down by."""
    base = holding.base
    return [
        field
        for field in base.fields
        if (field.bands or field.codes or field.type == "boolean")
        and field.sensitivity is not None
        and not holding.identifies(base, field)
    ]
