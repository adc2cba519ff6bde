"""A reduced scope: proposed beside what stands, accepted or refused by the applicant alone."""

from typing import Any

from muniment import models
from muniment.actions import screening
from muniment.queries import asked
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
    assert last_entry(case).tag == "screening.propose_reduced_scope"


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
    assert last_entry(case).tag == "screening.accept_reduced_scope"
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
    assert last_entry(case).tag == "screening.refuse_reduced_scope"
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
