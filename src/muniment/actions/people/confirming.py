"""The second person's own word: asked for, given or declined, each on their own page.

Somebody who takes a step names a colleague; where the programme asks for a second person, the step
is refused and the colleague is asked. What they confirm is that attempt and nothing else: with
another reason, another row or another letter it is asked for anew. What was typed is kept for them
to read, and no longer than the word can be given or used.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import input_refused, outbox, step
from muniment.queries import conflicts
from muniment.queries.facts import seconds
from muniment.rulebook import reading, words

MISSING = "second-person-missing"


def ask_to_confirm(
    refused: step.Refused, *, now: datetime, path: str, typed: Sequence[tuple[str, str]] = ()
) -> models.Confirmation | None:
    """Ask the colleague whom a refused attempt names; None where that is not what it lacks.

    An edit: nothing is decided by asking. Asked twice for the same, it is the same question.
    """
    here = refused.attempt
    if here is None or here.person is None or {each.code for each in refused.reasons} != {MISSING}:
        return None
    second = here.given(seconds.NAMED)
    if not seconds.may_confirm(here, second):
        return None
    attempt = {
        "programme": here.programme, "step": here.step, "digest": seconds.digest(here),
        "second": second,
    }  # fmt: skip
    waiting = models.Confirmation.objects.filter(
        **attempt, made_by__person=here.person, used_at__isnull=True, declined_at__isnull=True
    )
    asked = waiting.filter(made_at__gte=now - seconds.HOLDS).first()
    if asked is not None:
        return asked
    asked = models.Confirmation.objects.create(
        **attempt, case=here.case_if_any, typed=[list(pair) for pair in typed], path=path,
        made_at=now, made_by=here.actor,
    )  # fmt: skip
    _tell(asked, second, "confirmation-asked", actor=here.actor, now=now)
    return asked


def confirm_as_second_person(
    asked: models.Confirmation, *, actor: models.Actor, now: datetime
) -> models.Confirmation:
    """Confirm what was asked; whoever asked is told, and takes the step themselves."""
    about = {"asked": asked}
    programme = asked.programme
    with step.taking(
        "confirm_as_second_person", programme, actor=actor, now=now, about=about
    ) as taken:
        input_refused.unless_empty(_unanswerable(asked, actor, now))
        _answer(asked, confirmed_at=now, confirmed_by=actor)
        taken.records(step=asked.step, digest=asked.digest)
        _tell_who_asked(asked, actor=actor, now=now)
    return asked


def decline_to_confirm(
    asked: models.Confirmation, *, actor: models.Actor, now: datetime
) -> models.Confirmation:
    """Decline what was asked; an edit, for the step does not happen."""
    input_refused.unless_empty(_unanswerable(asked, actor, now))
    _answer(asked, declined_at=now, declined_by=actor, typed=[], path="")
    _tell_who_asked(asked, actor=actor, now=now)
    return asked


def forget_old(*, now: datetime) -> int:
    """Empty what was typed for words that nobody can give or use any more; say how many."""
    over = models.Confirmation.objects.filter(made_at__lt=now - 2 * seconds.HOLDS)
    return over.exclude(path="").update(typed=[], path="")


def _answer(asked: models.Confirmation, **mark: Any) -> None:
    """Put the answer down, unless one was given since the row was read."""
    unanswered = models.Confirmation.objects.filter(
        pk=asked.pk, confirmed_at__isnull=True, declined_at__isnull=True
    )
    if not unanswered.update(**mark):
        raise step.Refused([_answered()])
    asked.refresh_from_db(fields=list(mark))


def _answered() -> words.Refusal:
    return words.Refusal("answered-already", "This was answered already.")


def _unanswerable(
    asked: models.Confirmation, actor: models.Actor, now: datetime
) -> list[words.Refusal]:
    """Why this person may not answer: only who was asked does, once, in time, without a stake."""
    assert actor.person is not None  # the system is asked for nothing
    if asked.second_id != actor.person.pk:
        return [words.Refusal("not-asked", "Only the colleague who was asked can answer this.")]
    if asked.case is not None and conflicts.conflicted(asked.case, actor.person):
        return [words.PRESENT[words.Fact.IS_CONFLICTED]]
    if asked.confirmed_at is not None or asked.declined_at is not None:
        return [_answered()]
    if asked.made_at < now - seconds.HOLDS:
        message = "This was asked too long ago. Your colleague has to ask again."
        return [words.Refusal("asked-too-long-ago", message)]
    return []


def _tell_who_asked(asked: models.Confirmation, *, actor: models.Actor, now: datetime) -> None:
    assert asked.made_by.person is not None  # `ask_to_confirm` looked
    _tell(asked, asked.made_by.person, "confirmation-answered", actor=actor, now=now)


def _tell(
    asked: models.Confirmation,
    person: models.Person,
    letter: str,
    *,
    actor: models.Actor,
    now: datetime,
) -> None:
    says = reading.STEPS[asked.step].says.rstrip(".")
    outbox.write(
        person,
        letter,
        subject=asked.case or asked.programme,
        placeholders={"what": says, "link": f"/office/confirmations/{asked.pk}/"},
        actor=actor,
        now=now,
    )
