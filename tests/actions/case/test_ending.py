"""Cases end when nobody writes, and some ends may be left again for a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muniment import models
from muniment.actions import case as course
from muniment.actions import questions, screening
from muniment.programme import Bundle
from muniment.programme.findings import Result
from muniment.queries import schedule
from muniment.rulebook.words import Role, Stage
from tests.world_front import START, Front, last_entry, letters_to, refusal_codes, shipped

LAPSE_DAYS, QUESTION_LAPSE_DAYS, REOPEN_DAYS = 60, 60, 60
"""What the shipped calendar says of a returned request, a question, and every end."""


def returned(front: Front) -> models.Case:
    case = front.submitted()
    points = [("project", "Say what is planned.")]
    screening.return_incomplete(case, points, actor=front.acting("cora"), now=START)
    return case


def lapsed(front: Front) -> models.Case:
    case = returned(front)
    return course.lapse(case, actor=front.system, now=front.later(days=LAPSE_DAYS + 1))


def withdrawn(front: Front) -> models.Case:
    return course.withdraw(front.submitted(), actor=front.alice, now=START)


def not_available(front: Front) -> models.Case:
    case, stella = front.in_availability(), front.acting("stella")
    outcome = models.Availability.Outcome.NOT_AVAILABLE
    part = case.parts.get()
    screening.record_not_available(part, outcome, actor=stella, now=START, reason="Absent.")
    part.case.refresh_from_db()
    return screening.close_not_available(front.fresh(case), actor=stella, now=START, reason="No.")


def denied_on_policy(front: Front) -> models.Case:
    case, paula = front.policy_judged(), front.acting("paula")
    screening.judge_policy_rule(
        case, "security", Result.NOT_MET, actor=paula, now=START, reason="Unsafe."
    )
    screening.deny_on_policy(case, actor=paula, now=START, reason="Unsafe.", notice="Denied.")
    return front.fresh(case)


def test_a_returned_request_lapses_after_the_last_day(front: Front) -> None:
    case = returned(front)
    on_last_day = front.later(days=LAPSE_DAYS)
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=on_last_day))
    assert codes == ["too-early"]
    course.lapse(case, actor=front.system, now=front.later(days=1))
    found = front.fresh(case)
    assert (found.stage, found.due_on) == (Stage.LAPSED, None)
    entry = last_entry(case)
    assert (entry.tag, entry.stage_to, sorted(entry.values)) == (
        "case.lapse", "lapsed", ["last_heard_on"],
    )  # fmt: skip
    assert letters_to(front.people["alice"])[-1] == "lapsed"
    told = front.people["alice"].messages.latest("pk").body
    until = (START + timedelta(days=LAPSE_DAYS + 1 + REOPEN_DAYS)).date()
    assert until.isoformat() in told.replace("\\", "")


def test_a_word_from_the_applicant_keeps_the_case(front: Front) -> None:
    case = returned(front)
    section = case.sections.first()
    assert section is not None
    section.saved_at, section.saved_by = front.later(days=30), front.alice
    section.save()
    late = front.later(days=LAPSE_DAYS - 29)
    assert (late - START).days > LAPSE_DAYS
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=late))
    assert codes == ["too-early"]


def test_a_case_that_waits_for_the_office_never_lapses(front: Front) -> None:
    case = front.submitted()
    late = front.later(days=1_000)
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=late))
    assert codes == ["too-early", "office-turn"]


def asked(front: Front, case: models.Case, *, days: int = 0) -> models.Question:
    """A question of the coordinator that stops the clock, asked so many days after the start."""
    return questions.ask_blocking_question(
        case, "Which stages?", actor=front.acting("cora"), now=START + timedelta(days=days)
    )


def test_a_question_that_stops_the_clock_at_a_gate_lapses_the_case(front: Front) -> None:
    case = front.submitted()
    asked(front, case)
    last = START + timedelta(days=QUESTION_LAPSE_DAYS)
    assert schedule.lapses_on(case) == last.date()
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=last))
    assert codes == ["too-early"]
    course.lapse(case, actor=front.system, now=last + timedelta(days=1))
    assert front.fresh(case).stage == Stage.LAPSED
    assert letters_to(front.people["alice"])[-1] == "lapsed"


def test_a_later_question_more_time_and_a_word_each_keep_the_case(front: Front) -> None:
    case = front.submitted()
    first = asked(front, case)
    later = asked(front, case, days=20)
    assert schedule.lapses_on(case) == (START + timedelta(days=20 + QUESTION_LAPSE_DAYS)).date()
    due = (START + timedelta(days=200)).date()
    questions.extend_question(
        first, due_on=due, actor=front.acting("cora"), now=START, reason="Field work."
    )
    assert schedule.lapses_on(case) == due
    heard = START + timedelta(days=170)
    questions.answer_question(first, "All stages.", actor=front.alice, now=heard)
    last = (heard + timedelta(days=QUESTION_LAPSE_DAYS)).date()
    assert schedule.lapses_on(case) == last
    assert schedule.reminder_days(case) == [last - timedelta(days=days) for days in (14, 3)]
    questions.answer_question(later, "Both.", actor=front.alice, now=heard)
    assert schedule.lapses_on(front.fresh(case)) is None


def test_where_stage_and_question_both_wait_the_later_end_counts(front: Front) -> None:
    case = returned(front)
    asked(front, case, days=30)
    late = 30 + QUESTION_LAPSE_DAYS
    assert late > LAPSE_DAYS
    assert schedule.lapses_on(case) == (START + timedelta(days=late)).date()


def test_a_question_that_lets_the_clock_run_lapses_nothing(front: Front) -> None:
    case = front.submitted()
    questions.ask_question(case, "Which stages?", actor=front.acting("cora"), now=START)
    assert schedule.lapses_on(case) is None


def test_a_case_on_hold_does_not_lapse(front: Front) -> None:
    case = returned(front)
    course.place_hold(case, actor=front.acting("cora"), now=START, reason="Moved house.")
    late = front.later(days=LAPSE_DAYS + 1)
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=late))
    assert codes == ["office-turn", "on-hold"]


def test_the_days_of_a_hold_are_no_silence_of_the_applicant(front: Front) -> None:
    case, cora = front.submitted(), front.acting("cora")
    asked(front, case)
    hold = course.place_hold(case, actor=cora, now=START, reason="The data are recalled.")
    lifted = START + timedelta(days=200)
    course.lift_hold(hold, actor=cora, now=lifted, reason="They are sound.")
    last = lifted + timedelta(days=QUESTION_LAPSE_DAYS)
    assert schedule.lapses_on(case) == last.date()
    codes = refusal_codes(lambda: course.lapse(case, actor=front.system, now=last))
    assert codes == ["too-early"]
    course.lapse(front.fresh(case), actor=front.system, now=last + timedelta(days=1))


def test_no_case_ends_while_an_answer_is_not_due_where_questions_have_no_span(
    front: Front,
) -> None:
    case = returned(front)
    data = shipped().plain()
    del data["calendar"]["questions"]["lapse"]
    bundle = Bundle.from_data(data)
    models.EditionBundle.objects.update(canonical=bundle.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=bundle.sha256)
    question = asked(front, front.fresh(case), days=LAPSE_DAYS - 1)
    assert question.due_on > (START + timedelta(days=LAPSE_DAYS)).date()
    assert schedule.lapses_on(front.fresh(case)) == question.due_on


def test_only_what_the_applicant_says_keeps_the_case(front: Front) -> None:
    """The office may write as often as it likes: it is not heard of as the applicant."""
    case, later = returned(front), START + timedelta(days=30)
    theirs = questions.ask_office(case, "How long?", actor=front.alice, now=START)
    questions.answer_applicant(theirs, "A year.", actor=front.acting("cora"), now=later)
    assert schedule.last_word_on(case) == START.date()
    questions.ask_office(case, "And then?", actor=front.alice, now=later)
    assert schedule.last_word_on(case) == later.date()


def test_nobody_but_the_clock_lets_a_case_lapse(front: Front) -> None:
    case = returned(front)
    late = front.later(days=LAPSE_DAYS + 1)
    codes = refusal_codes(lambda: course.lapse(case, actor=front.acting("cora"), now=late))
    assert codes == ["not-your-step"]


@pytest.mark.parametrize(
    ("ended", "reopen", "who", "role"),
    [
        (lapsed, course.reopen_lapsed, "cora", Role.COORDINATOR),
        (withdrawn, course.reopen_withdrawn, "alice", Role.APPLICANT),
    ],
)
def test_a_lapsed_or_withdrawn_request_comes_back_as_a_new_round(
    front: Front,
    ended: Callable[[Front], models.Case],
    reopen: Callable[..., models.Case],
    who: str,
    role: Role,
) -> None:
    case = ended(front)
    too_late = front.now + timedelta(days=REOPEN_DAYS + 1)
    by = {"actor": front.acting(who, role), "reason": "The letter came."}
    assert refusal_codes(lambda: reopen(case, now=too_late, **by)) == ["reopen-window-over"]
    reopen(case, now=front.now + timedelta(days=REOPEN_DAYS), **by)
    found = front.fresh(case)
    assert (found.stage, found.round) == (Stage.RETURNED, 2)
    entry = last_entry(case)
    assert entry.tag == f"case.{reopen.__name__}"
    assert sorted(entry.values) == ["reason", "round"]


def test_a_lapsed_request_is_reopened_with_a_reason_only(front: Front) -> None:
    case = lapsed(front)
    codes = refusal_codes(
        lambda: course.reopen_lapsed(case, actor=front.acting("cora"), now=front.now, reason=" ")
    )
    assert codes == ["reason-missing"]
    assert front.fresh(case).stage == Stage.LAPSED


def test_a_request_that_was_never_approved_is_not_reopened_as_approved(front: Front) -> None:
    case = withdrawn(front)
    codes = refusal_codes(
        lambda: course.reopen_approved(
            case, actor=front.acting("cora"), now=START, reason="She stays."
        )
    )
    assert codes == ["not-approved"]


def test_a_request_closed_as_not_available_in_error_is_answered_anew(front: Front) -> None:
    case, stella = not_available(front), front.acting("stella")

    def reopen(reason: str) -> models.Case:
        return course.reopen_not_available(case, actor=stella, now=START, reason=reason)

    assert refusal_codes(lambda: reopen("")) == ["reason-missing"]
    reopen("It was in the other table.")
    assert front.fresh(case).stage == Stage.AVAILABILITY
    [answer] = models.Availability.objects.filter(part__case=case)
    assert (answer.superseded_at, answer.superseded_by) == (START, stella)
    assert last_entry(case).tag == "case.reopen_not_available"


def test_a_denial_on_policy_is_superseded_at_the_policy_gate(front: Front) -> None:
    case, paula = denied_on_policy(front), front.acting("paula")
    otto = front.acting("otto")
    codes = refusal_codes(lambda: course.reopen_denied(case, actor=otto, now=START, reason="Error"))
    assert codes == ["denied-on-policy"]
    row = course.reopen_denied_on_policy(case, actor=paula, now=START, reason="It is safe.")
    assert (row.outcome, row.superseded_at, row.superseded_by) == ("denied", START, paula)
    assert front.fresh(case).stage == Stage.POLICY
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == (
        "case.reopen_denied_on_policy", ["reason", "superseded"],
    )  # fmt: skip
