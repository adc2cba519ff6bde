"""Questions between office and applicant; a blocking one stops the clock and opens its field."""

from datetime import date

import pytest

from muniment import models
from muniment.actions import application, case, questions
from muniment.rulebook.words import Role
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    last_tags,
    letters_to,
    refusal_codes,
)  # fmt: skip


def ask(front: Front, request: models.Case, **more: object) -> models.Question:
    return questions.ask_question(
        request, "Which stages of disease?", actor=front.acting("cora"), now=front.now, **more
    )  # type: ignore[arg-type]


def block(front: Front, request: models.Case, **more: object) -> models.Question:
    return questions.ask_blocking_question(
        request, "Which stages?", actor=front.acting("cora"), now=front.now, **more
    )  # type: ignore[arg-type]


def test_a_question_reaches_the_applicant_and_the_case_goes_on(front: Front) -> None:
    request = front.submitted()
    due = front.fresh(request).due_on
    row = ask(front, request, about="aims")
    assert (row.about, row.blocking, row.answered_at) == ("aims", False, None)
    assert row.due_on == date(2026, 12, 7)
    assert is_marked(row, "made", actor=front.acting("cora"), now=START)
    assert letters_to(front.people["alice"])[-1] == "question"
    assert (last_entry(request).tag, front.fresh(request).due_on) == ("work.ask_question", due)


def test_an_empty_question_is_refused(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: questions.ask_question(request, " ", actor=front.acting("cora"), now=START)
    )
    assert codes == ["question-empty"]


def test_an_auditor_reads_and_asks_nothing(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: questions.ask_question(request, "Why?", actor=front.acting("audra"), now=START)
    )
    assert codes == ["not-your-step"]
    blocking = refusal_codes(
        lambda: questions.ask_blocking_question(
            request, "Why?", actor=front.acting("audra"), now=START
        )
    )
    assert blocking == ["not-your-step"]
    assert not request.questions.exists()


def test_a_blocking_question_stops_the_clock_until_it_is_answered(front: Front) -> None:
    request = front.submitted()
    before = front.fresh(request).due_on
    row = block(front, request)
    assert front.fresh(request).due_on is None
    assert last_tags(request) == ["work.ask_blocking_question", "work.pause_clock"]
    front.later(days=7)
    questions.answer_question(row, "All stages.", actor=front.alice, now=front.now)
    after = front.fresh(request).due_on
    assert before is not None
    assert after is not None
    assert after > before
    assert is_marked(row, "answered", actor=front.alice, now=front.now)
    assert letters_to(front.people["cora"]) == ["answer"]
    assert last_tags(request) == ["work.answer_question", "work.resume_clock"]


def test_the_clock_waits_for_every_blocking_question(front: Front) -> None:
    request = front.submitted()
    first, second = block(front, request), block(front, request)
    questions.answer_question(first, "All stages.", actor=front.alice, now=front.now)
    assert front.fresh(request).due_on is None
    questions.withdraw_question(second, actor=front.acting("cora"), now=front.now)
    assert front.fresh(request).due_on is not None


def test_a_blocking_question_opens_only_the_field_it_names(front: Front) -> None:
    request = front.submitted()
    block(front, request, about="aims")
    project = request.sections.get(name="project")

    def save(**answers: str) -> models.Section:
        return application.save_section(
            request, "project", {**project.answers, **answers}, version=project.version,
            actor=front.alice, now=front.now,
        )  # fmt: skip

    assert refusal_codes(lambda: save(title="Another title")) == ["not-being-written"]
    assert save(aims="Another aim.").answers["aims"] == "Another aim."


@pytest.mark.parametrize("answer", ["", "   "])
def test_an_empty_answer_is_refused(front: Front, answer: str) -> None:
    row = ask(front, front.submitted())
    codes = refusal_codes(
        lambda: questions.answer_question(row, answer, actor=front.alice, now=START)
    )
    assert codes == ["answer-empty"]
    assert models.Question.objects.get(pk=row.pk).answered_at is None


def test_a_question_is_answered_once(front: Front) -> None:
    row = ask(front, front.submitted())
    questions.answer_question(row, "All.", actor=front.alice, now=START)
    codes = refusal_codes(
        lambda: questions.answer_question(row, "None.", actor=front.alice, now=START)
    )
    assert codes == ["question-not-open"]


def test_the_office_answers_what_the_applicant_asked(front: Front) -> None:
    request = front.submitted()
    row = questions.ask_office(
        request, "What does hour mean?", actor=front.alice, now=START, about="fee"
    )
    assert (row.about, row.blocking, row.made_by) == ("fee", False, front.alice)
    assert last_entry(request).tag == "work.ask_office"
    own = refusal_codes(
        lambda: questions.answer_question(row, "An hour.", actor=front.alice, now=START)
    )
    questions.answer_applicant(row, "An hour of work.", actor=front.acting("cora"), now=START)
    assert own == ["own-question"]
    assert is_marked(row, "answered", actor=front.acting("cora"), now=START)
    assert letters_to(front.people["alice"])[-1] == "answer-to-applicant"
    assert last_entry(request).tag == "work.answer_applicant"


def test_the_office_does_not_answer_itself(front: Front) -> None:
    row = ask(front, front.submitted())
    codes = refusal_codes(
        lambda: questions.answer_applicant(row, "All.", actor=front.acting("cora"), now=START)
    )
    assert codes == ["own-question"]


def test_more_time_is_given_with_a_reason_and_never_less(front: Front) -> None:
    row = ask(front, front.submitted(), due_on=date(2026, 12, 1))

    def extend(due_on: date, reason: str) -> models.Question:
        return questions.extend_question(
            row, due_on=due_on, actor=front.acting("cora"), now=START, reason=reason
        )

    assert refusal_codes(lambda: extend(date(2026, 12, 9), "")) == ["reason-missing"]
    assert refusal_codes(lambda: extend(date(2026, 12, 1), "Busy.")) == ["not-later"]
    extend(date(2026, 12, 9), "The lead is away.")
    assert models.Question.objects.get(pk=row.pk).due_on == date(2026, 12, 9)
    assert last_entry(row.case).tag == "work.extend_question"


def test_only_who_asked_takes_a_question_back(front: Front) -> None:
    row = ask(front, front.submitted())
    codes = refusal_codes(
        lambda: questions.withdraw_question(row, actor=front.acting("stella"), now=START)
    )
    questions.withdraw_question(row, actor=front.acting("cora"), now=START)
    assert codes == ["not-yours"]
    assert is_marked(row, "withdrawn", actor=front.acting("cora"), now=START)
    assert last_entry(row.case).tag == "work.withdraw_question"


def test_a_hold_keeps_the_clock_standing_after_the_answer(front: Front) -> None:
    request = front.submitted()
    row = block(front, request)
    hold = case.place_hold(request, actor=front.acting("cora"), now=START, reason="Letter lost.")
    questions.answer_question(row, "All.", actor=front.alice, now=START)
    assert front.fresh(request).due_on is None
    case.lift_hold(hold, actor=front.acting("cora"), now=START, reason="Letter found.")
    assert front.fresh(request).due_on is not None


def test_a_stranger_asks_nothing(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: questions.ask_office(
            request, "What is asked?", actor=front.acting("stan", Role.APPLICANT), now=START
        )
    )
    assert codes == ["not-your-step"]


def test_the_office_that_is_asked_is_told_with_the_day(front: Front) -> None:
    request = front.submitted()
    row = questions.ask_office(request, "How long?", actor=front.alice, now=START)
    told = front.people["cora"].messages.latest("pk")
    assert told.kind == "office-question"
    assert row.due_on.isoformat() in told.body.replace("\\", "")
    assert "How long?" not in told.body
