"""A reduced scope: proposed beside what stands, accepted or refused by the applicant alone."""

import functools
from datetime import timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import clocks, pausing, questions, screening
from muniment.queries import asked, schedule
from muniment.rulebook.words import Stage
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    letters_to,
    refusal_codes,
    specification,
)  # fmt: skip

REASON = "Sex alone can be answered."


def tags(case: models.Case) -> list[str]:
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    return list(chain.order_by("number").values_list("tag", flat=True))


def smaller() -> dict[str, Any]:
    document = specification()
    del document["parts"][0]["tables"][0]["variables"][0]
    return document


def propose(front: Front, case: models.Case, **more: Any) -> models.Specification:
    given = {"document": smaller(), "reason": REASON, **more}
    document = given.pop("document")
    return screening.propose_reduced_scope(
        case, document, actor=front.acting("stella"), now=START, **given
    )


def insufficient(front: Front, case: models.Case) -> None:
    stella, part = front.acting("stella"), asked.live_parts(case).get()
    screening.record_available(part, front.figures(part), actor=stella, now=START)
    screening.judge_sufficiency(
        part, models.Availability.Verdict.INSUFFICIENT, actor=stella, now=START, reason="Too few."
    )


def test_a_proposal_changes_nothing_until_it_is_answered(front: Front) -> None:
    case = front.in_availability()
    present = asked.find_specification(case)
    row = propose(front, case)
    assert (row.version, row.reason, row.confirmed_at) == (2, REASON, None)
    assert is_marked(row, "proposed", actor=front.acting("stella"), now=START)
    assert asked.find_specification(case) == present
    assert letters_to(front.people["alice"])[-1] == "scope-proposed"
    assert tags(case)[-2:] == ["screening.propose_reduced_scope", "work.pause_clock"]


@pytest.mark.parametrize("answer", [screening.accept_reduced_scope, screening.refuse_reduced_scope])
def test_the_clock_stands_until_the_applicant_answers(front: Front, answer: Any) -> None:
    """What the applicant takes for their answer is no delay of the office."""
    case = front.in_availability()
    due_on = front.fresh(case).due_on
    assert due_on is not None
    propose(front, case)
    assert front.fresh(case).due_on is None
    system, week = front.system, START + timedelta(days=7)
    codes = refusal_codes(lambda: pausing.resume_clock(front.fresh(case), actor=system, now=week))
    assert codes == ["scope-undecided"]
    answer(front.fresh(case), actor=front.alice, now=week)
    assert tags(case)[-1] == "work.resume_clock"
    assert front.fresh(case).due_on > due_on


@pytest.mark.parametrize("answer", [screening.accept_reduced_scope, screening.refuse_reduced_scope])
def test_the_answer_is_a_word_that_keeps_the_request(front: Front, answer: Any) -> None:
    case = front.in_availability()
    propose(front, case)
    questions.ask_blocking_question(case, "Which?", actor=front.acting("cora"), now=START)
    heard = START + timedelta(days=50)
    answer(front.fresh(case), actor=front.alice, now=heard)
    still = front.fresh(case)
    assert still.due_on is None
    assert schedule.last_word_on(still) == heard.date()
    assert schedule.lapses_on(still) == (heard + timedelta(days=60)).date()


def test_what_is_written_since_takes_the_place_of_a_proposal(front: Front) -> None:
    """As after a lapsed request is reopened: nobody answers to less of what was asked before."""
    case = front.in_availability()
    row = propose(front, case)
    case.specifications.create(
        version=row.version + 1, document=row.document, sha256="0" * 64, confirmed_at=START,
        confirmed_by=front.alice, made_at=START, made_by=front.alice,
    )  # fmt: skip
    assert not schedule.list_proposed(case).exists()
    for answer in (screening.accept_reduced_scope, screening.refuse_reduced_scope):
        taken = functools.partial(answer, front.fresh(case), actor=front.alice, now=START)
        assert refusal_codes(taken) == ["no-scope-proposed"]
    assert propose(front, front.fresh(case)).version == row.version + 2


def test_where_it_stands_elsewhere_no_proposal_stops_anything(front: Front) -> None:
    case = front.in_availability()
    propose(front, case)
    models.Case.objects.filter(pk=case.pk).update(stage=Stage.RETURNED.value)
    moved = front.fresh(case)
    assert not schedule.list_proposed(moved).exists()
    assert not clocks.is_stopped(moved)


def test_one_proposal_at_a_time_valid_and_with_a_reason(front: Front) -> None:
    case = front.in_availability()
    broken = smaller()
    broken["parts"][0]["holding"] = "nowhere"
    assert refusal_codes(lambda: propose(front, case, document=broken)) == ["specification-invalid"]
    assert refusal_codes(lambda: propose(front, case, reason="")) == ["reason-missing"]
    propose(front, case)
    assert refusal_codes(lambda: propose(front, case)) == ["scope-undecided"]


def test_an_accepted_scope_is_what_is_asked_from_then_on(front: Front) -> None:
    case = front.in_availability()
    row = propose(front, case)
    screening.accept_reduced_scope(case, actor=front.alice, now=START)
    assert is_marked(row, "confirmed", actor=front.alice, now=START)
    assert asked.find_specification(case) == row
    assert tags(case)[-2:] == ["screening.accept_reduced_scope", "work.resume_clock"]
    again = refusal_codes(
        lambda: screening.accept_reduced_scope(case, actor=front.alice, now=START)
    )
    assert again == ["no-scope-proposed"]


def test_figures_for_the_old_scope_are_stale_after_it_was_reduced(front: Front) -> None:
    case = front.in_availability()
    insufficient(front, case)
    propose(front, case)
    screening.accept_reduced_scope(case, actor=front.alice, now=START)
    codes = refusal_codes(
        lambda: screening.pass_availability(case, actor=front.acting("stella"), now=START)
    )
    assert codes == ["part-unanswered", "part-not-available"]


def test_a_refused_scope_leaves_what_was_asked_and_may_end_the_request(front: Front) -> None:
    case = front.in_availability()
    insufficient(front, case)
    row = propose(front, case)
    cora = front.acting("cora")

    def close(reason: str) -> models.Case:
        return screening.close_after_refused_scope(case, actor=cora, now=START, reason=reason)

    assert refusal_codes(lambda: close("Refused.")) == ["scope-not-refused", "scope-undecided"]
    screening.refuse_reduced_scope(case, actor=front.alice, now=START)
    assert is_marked(row, "refused", actor=front.alice, now=START)
    assert asked.find_specification(case) != row
    assert tags(case)[-2:] == ["screening.refuse_reduced_scope", "work.resume_clock"]
    assert refusal_codes(lambda: close("")) == ["reason-missing"]
    close("What can be answered was refused.")
    assert front.fresh(case).stage == Stage.NOT_AVAILABLE
    assert letters_to(front.people["alice"])[-1] == "not-available"
    assert last_entry(case).tag == "screening.close_after_refused_scope"


def test_only_the_applicant_answers_a_proposal(front: Front) -> None:
    case = front.in_availability()
    propose(front, case)
    for answer in (screening.accept_reduced_scope, screening.refuse_reduced_scope):
        codes = refusal_codes(lambda a=answer: a(case, actor=front.acting("cora"), now=START))
        assert codes == ["not-your-step"]
