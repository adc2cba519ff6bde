"""Questions at any time, in any stage; a blocking one stops the clock until it is settled.

A question names the field it is about; while a blocking one is open, that field can be changed.
"""

from datetime import date, datetime

from muniment import models
from muniment.queries import roster, schedule
from muniment.rulebook import words

from . import input_refused, pausing, step


def ask_question(
    case: models.Case,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    about: str = "",
    due_on: date | None = None,
) -> models.Question:
    """Ask the applicant something; the case goes on meanwhile."""
    with step.taking("ask_question", case, actor=actor, now=now) as taken:
        return _ask(taken, case, text, about, due_on, blocking=False)


def ask_blocking_question(
    case: models.Case,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    about: str = "",
    due_on: date | None = None,
) -> models.Question:
    """Ask what must be answered first: the clock stands still until then."""
    with pausing.taking("ask_blocking_question", case, actor=actor, now=now) as taken:
        return _ask(taken, case, text, about, due_on, blocking=True)


def answer_question(
    question: models.Question, answer: str, *, actor: models.Actor, now: datetime
) -> models.Question:
    """Answer a question of the office; the clock runs on when nothing else stops it."""
    about = {"question": question}
    case = question.case
    with pausing.taking("answer_question", case, actor=actor, now=now, about=about) as taken:
        _unless_asked_by(question, words.OFFICE_ROLES)
        _answer(taken, question, answer)
        asker = question.made_by.person
        assert asker is not None  # an office asked, and people hold them
        taken.tells(asker, "answer")
    return question


def ask_office(
    case: models.Case,
    text: str,
    *,
    actor: models.Actor,
    now: datetime,
    about: str = "",
    office: words.Role = words.Role.COORDINATOR,
) -> models.Question:
    """Ask the office something; a line of the estimate is asked of finance.

    Whoever has the request in hand there is told, with the day by which an answer is due.
    """
    with step.taking("ask_office", case, actor=actor, now=now) as taken:
        question = _question(taken, case, text, about, None, blocking=False)
        for person in roster.in_hand(case, office, today=schedule.today(case, now)):
            taken.tells(
                person, "office-question", due_on=question.due_on.isoformat(),
                link=f"/office/{case.reference}/{PLACES.get(office, 'messages')}/",
            )  # fmt: skip
    return question


PLACES = {words.Role.FINANCE: "fees"}
"""Where an office answers; the others among the messages."""


def answer_applicant(
    question: models.Question, answer: str, *, actor: models.Actor, now: datetime
) -> models.Question:
    """Answer a question of the applicant."""
    about = {"question": question}
    with step.taking("answer_applicant", question.case, actor=actor, now=now, about=about) as taken:
        _unless_asked_by(question, words.CASE_ROLES)
        _answer(taken, question, answer)
        asker = question.made_by.person
        assert asker is not None  # people ask, not the system
        taken.tells(asker, "answer-to-applicant")
    return question


def extend_question(
    question: models.Question,
    *,
    due_on: date,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.Question:
    """Give more time for an answer."""
    about = {"question": question, "reason": reason}
    with step.taking("extend_question", question.case, actor=actor, now=now, about=about) as taken:
        if due_on <= question.due_on:
            message = "Choose a day after {day}."
            params = {"day": question.due_on.isoformat()}
            raise step.Refused([words.Refusal("not-later", message, params)])
        question.due_on = due_on
        question.save(update_fields=["due_on"])
        taken.records(question=question.pk, due_on=due_on.isoformat(), reason=reason)
    return question


def withdraw_question(
    question: models.Question, *, actor: models.Actor, now: datetime
) -> models.Question:
    """Take back a question that no longer matters; only who asked it can."""
    about = {"question": question, "asked": question}
    case = question.case
    with pausing.taking("withdraw_question", case, actor=actor, now=now, about=about) as taken:
        question.withdrawn_at, question.withdrawn_by = now, actor
        question.save(update_fields=["withdrawn_at", "withdrawn_by"])
        taken.records(question=question.pk)
    return question


def tell(
    taken: step.Taken, case: models.Case, question: str, answer: str, *, about: str = ""
) -> models.Question:
    """Put what a step has to say on the page of its request; the letter of the step only links.

    It stands in the thread as a question answered in the same moment, so that it waits for nobody.
    """
    return models.Question.objects.create(
        case=case,
        about=about,
        text=question,
        blocking=False,
        due_on=schedule.today(case, taken.now),
        answer=answer.strip(),
        answered_at=taken.now,
        answered_by=taken.actor,
        made_at=taken.now,
        made_by=taken.actor,
    )


def _ask(
    taken: step.Taken,
    case: models.Case,
    text: str,
    about: str,
    due_on: date | None,
    *,
    blocking: bool,
) -> models.Question:
    """A question to the applicant, with the letter that brings it."""
    question = _question(taken, case, text, about, due_on, blocking=blocking)
    role = words.Role(taken.actor.role).label.lower()
    due = question.due_on.isoformat()
    taken.tells(case.applicant, "question", asker_role=role, due_on=due)
    return question


def _question(
    taken: step.Taken,
    case: models.Case,
    text: str,
    about: str,
    due_on: date | None,
    *,
    blocking: bool,
) -> models.Question:
    input_refused.unless_written(text, words.Refusal("question-empty", "Write the question."))
    question = models.Question.objects.create(
        case=case,
        about=about,
        text=text.strip(),
        blocking=blocking,
        due_on=due_on or schedule.answer_due_on(case, now=taken.now),
        made_at=taken.now,
        made_by=taken.actor,
    )
    taken.records(question=question.text, about=about, blocking=blocking)
    return question


def _answer(taken: step.Taken, question: models.Question, answer: str) -> None:
    input_refused.unless_written(answer, words.Refusal("answer-empty", "Write the answer."))
    question.answer = answer.strip()
    question.answered_at, question.answered_by = taken.now, taken.actor
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    taken.records(question=question.pk, answer=question.answer)


def _unless_asked_by(question: models.Question, roles: frozenset[words.Role]) -> None:
    """A question is answered by the other side, never by the side that asked."""
    if words.Role(question.made_by.role) not in roles:
        message = "This question is for the other side to answer."
        raise step.Refused([words.Refusal("own-question", message)])
