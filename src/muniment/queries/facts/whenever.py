"""Facts that any step may ask about."""

from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import prepared
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.REASON_GIVEN)
def reason_given(here: Situation) -> bool:
    return bool(str(here.given("reason") or "").strip())


@reads(Fact.ASKED_FOR_IT)
def asked_for_it(here: Situation) -> bool:
    row = here.given("asked")
    return row is not None and here.person is not None and row.made_by.person_id == here.person.pk


@reads(Fact.IS_CONFLICTED)
def is_conflicted(here: Situation) -> bool:
    """Applicant, supervisor, on the team, or a declared conflict."""
    return here.stakes.involved or here.stakes.declared


@reads(Fact.RECUSED)
def recused(here: Situation) -> bool:
    return here.stakes.declared


@reads(Fact.ON_HOLD)
def on_hold(here: Situation) -> bool:
    return bool(_holds(case=here.case.pk))


@prepared.query
def _holds(*, case: int) -> QuerySet[models.Hold, Any]:
    return models.Hold.objects.filter(case=case, lifted_at__isnull=True).values_list("pk")


@reads(Fact.QUESTION_OPEN_BLOCKING)
def question_open_blocking(here: Situation) -> bool:
    return bool(_blocking(case=here.case.pk))


@prepared.query
def _blocking(*, case: int) -> QuerySet[models.Question, Any]:
    asked = models.Question.objects.filter(case=case, blocking=True)
    return asked.filter(answered_at__isnull=True, withdrawn_at__isnull=True).values_list("pk")


@reads(Fact.QUESTION_OPEN)
def question_open(here: Situation) -> bool:
    question = here.given("question")
    return question.answered_at is None and question.withdrawn_at is None


@reads(Fact.FROM_PAPER)
def from_paper(here: Situation) -> bool:
    """It was brought in while it ran; an earlier request is at its end and has no gate to pass."""
    return models.Origin.objects.filter(case=here.case, earlier=False).exists()
