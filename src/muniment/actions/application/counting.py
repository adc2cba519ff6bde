"""Live counts: a question is paid for before anybody looks, and answered once.

`reserve_count` decides by what was asked before, writes the reservations and queues the count.
A job asks the data plane and `record_count` keeps the answer, in the name of who asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.dataplane.spec import budget, specification
from muniment.dataplane.spec.holding import Holding
from muniment.queries import counts
from muniment.rulebook import words

from .answers import WRITERS

JOB = "live_count"


def reserve_count(
    case: models.Case,
    part: specification.Part,
    holding: Holding,
    *,
    actor: models.Actor,
    now: datetime,
) -> models.Job | None:
    """Pay for a question made by `counts.asking` and queue it; None where it was asked before.

    For those who write the request. Raises Refused, with nothing paid, where the question cannot
    be counted or the budget does not reach for all of it.
    """
    step.only_for(WRITERS, case, actor=actor, now=now)
    row = counts.get_row(case.programme, holding)
    found = counts.obstacles(part, holding=holding)
    input_refused.unless_empty([words.Refusal(fault.code, fault.message) for fault in found])
    with transaction.atomic():
        # One asker after the other: the first statement takes the lock, whatever the database.
        models.Holding.objects.filter(pk=row.pk).update(version=F("version"))
        keys = [
            _reserve(item, row, holding, actor=actor, now=now)
            for item in budget.bill(part, holding=holding)
        ]
        asked = [key for key in keys if key is not None]
        if not asked:
            return None
        payload = {"holding": row.pk, "questions": asked, "part": part.document()}
        return work.enqueue(JOB, actor=actor, now=now, payload=payload)


def record_count(
    holding: models.Holding,
    question: int,
    answer: Mapping[str, Any],
    *,
    actor: models.Actor,
    now: datetime,
) -> bool:
    """Keep what the data plane answered, protected; False where it was answered already."""
    mine = models.CountQuestion.objects.filter(
        pk=question, holding=holding, person=actor.person, answered_at__isnull=True
    )
    return bool(mine.update(answer=dict(answer), answered_at=now, answered_by=actor))


def _reserve(
    item: budget.Item,
    row: models.Holding,
    holding: Holding,
    *,
    actor: models.Actor,
    now: datetime,
) -> dict[str, Any] | None:
    """One question of the bill: its row and what it is of; None where it is answered already."""
    person = actor.person
    assert person is not None
    verdict = budget.decide(
        item.question,
        person=str(person.pk),
        institution=counts.institution_of(person),
        price=item.price,
        past=counts.past_of(row),
        allowed=budget.limits(holding.noise_sigma),
    )
    if isinstance(verdict, budget.Repeated):
        return None
    if not isinstance(verdict, budget.Go):
        raise step.Refused([words.Refusal(verdict.code, verdict.message)])
    kept, _ = models.CountQuestion.objects.get_or_create(
        holding=row,
        person=person,
        question=item.question,
        defaults={
            "institution": person.institution,
            "price": item.price,
            "made_at": now,
            "made_by": actor,
        },
    )
    return {"pk": kept.pk, "of": item.of.value}
