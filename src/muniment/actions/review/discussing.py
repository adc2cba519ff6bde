"""What members say to each other, and the questions they would put to the applicant."""

from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, questions, step
from muniment.queries import roster, schedule
from muniment.rulebook import words

OFFICE = {words.Role.COORDINATOR, words.Role.STATISTICIAN, words.Role.POLICY_OFFICER}
"""Those who prepare a request for the committee."""


def discuss(case: models.Case, text: str, *, actor: models.Actor, now: datetime) -> models.Remark:
    """Write in the discussion. Nobody is told by mail: when somebody writes is nobody's hint."""
    with step.taking("discuss", case, actor=actor, now=now) as taken:
        input_refused.unless_written(
            text, words.Refusal("remark-empty", "Write what you want to say.")
        )
        taken.records(round=case.round, text=text.strip())
        return models.Remark.objects.create(
            case=case, round=case.round, text=text.strip(), made_at=now, made_by=actor
        )


def suggest_question(
    case: models.Case, text: str, *, actor: models.Actor, now: datetime
) -> models.Suggestion:
    """Ask the office to put a question to the applicant; who suggested it stays with them."""
    with step.taking("suggest_question", case, actor=actor, now=now) as taken:
        input_refused.unless_written(text, words.Refusal("question-empty", "Write the question."))
        taken.records(text=text.strip())
        day = schedule.today(case, now)
        for person in roster.in_hand(case, words.Role.COORDINATOR, today=day):
            taken.tells(person, "question-suggested", link=f"/office/{case.reference}/review/")
        return models.Suggestion.objects.create(
            case=case, text=text.strip(), made_at=now, made_by=actor
        )


def pass_on(
    suggestion: models.Suggestion,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    blocking: bool = False,
) -> models.Question:
    """Put a member's question to the applicant, in the office's words and name."""
    ask = questions.ask_blocking_question if blocking else questions.ask_question
    with transaction.atomic():
        _refuse_settled(suggestion)
        question = ask(suggestion.case, text, actor=actor, now=now)
        suggestion.question = question
        suggestion.passed_at, suggestion.passed_by = now, actor
        suggestion.save(update_fields=["question", "passed_at", "passed_by"])
    return question


def keep_back(
    suggestion: models.Suggestion, reason: str, *, actor: models.Actor, now: datetime
) -> models.Suggestion:
    """Say why the office does not pass a question on; the committee reads it. An edit."""
    step.only_for(OFFICE, suggestion.case, actor=actor, now=now)
    _refuse_settled(suggestion)
    input_refused.unless_written(
        reason, words.Refusal("reason-missing", "Say why it is not passed on.")
    )
    suggestion.declined_reason = reason.strip()
    suggestion.declined_at, suggestion.declined_by = now, actor
    suggestion.save(update_fields=["declined_reason", "declined_at", "declined_by"])
    return suggestion


def brief(case: models.Case, text: str, *, actor: models.Actor, now: datetime) -> models.Briefing:
    """Write the office's note to the committee on this round; empty takes it away. An edit."""
    step.only_for(OFFICE, case, actor=actor, now=now)
    return models.Briefing.objects.update_or_create(
        case=case,
        round=case.round,
        defaults={"text": text.strip(), "saved_at": now, "saved_by": actor},
    )[0]


def _refuse_settled(suggestion: models.Suggestion) -> None:
    if suggestion.passed_at is not None or suggestion.declined_at is not None:
        message = "This question is settled already."
        raise step.Refused([words.Refusal("suggestion-settled", message)])
