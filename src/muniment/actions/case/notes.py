"""What the office writes for itself, and what was said by telephone."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.queries import schedule
from muniment.rulebook import words

Means = models.Note.Means


def write_note(case: models.Case, text: str, *, actor: models.Actor, now: datetime) -> models.Note:
    """Write a note that only the office sees."""
    with step.taking("write_note", case, actor=actor, now=now) as taken:
        return _note(taken, case, text, schedule.today(case, now))


def record_contact(
    case: models.Case,
    text: str,
    *,
    happened_on: date,
    actor: models.Actor,
    now: datetime,
    means: str = Means.CALL.value,
) -> models.Note:
    """Record a call or letter with the day it happened, which may be earlier than today."""
    with step.taking("record_contact", case, actor=actor, now=now) as taken:
        if happened_on > schedule.today(case, now):
            message = "Give the day on which it happened, not one to come."
            raise step.Refused([words.Refusal("day-to-come", message)])
        return _note(taken, case, text, happened_on, Means(means))


def _note(
    taken: step.Taken,
    case: models.Case,
    text: str,
    happened_on: date,
    means: models.Note.Means = Means.NOTE,
) -> models.Note:
    input_refused.unless_written(text, words.Refusal("note-empty", "Write what is to be kept."))
    taken.records(text=text.strip(), happened_on=happened_on.isoformat())
    return models.Note.objects.create(
        case=case,
        means=means,
        text=text.strip(),
        happened_on=happened_on,
        made_at=taken.now,
        made_by=taken.actor,
    )
