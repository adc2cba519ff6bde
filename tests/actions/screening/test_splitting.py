"""A part becomes a request of its own: nothing is asked anew, and who is recused stays recused."""

from typing import Any

import pytest

from muniment import models
from muniment.actions import review, screening
from muniment.queries import access, asked
from muniment.rulebook.words import Role, Stage
from tests.world_front import (
    START,
    Front,
    last_entry,
    letters_to,
    refusal_codes,
    specification,
)  # fmt: skip

CENSUS = {
    "id": "p2", "holding": "practice-census", "edition": "2026.1", "level": "aggregate",
    "tables": [], "cohort": None, "group_by": ["state"],
}  # fmt: skip
REASON = "The census needs no committee and is ready."


def two_parts() -> dict[str, Any]:
    document = specification()
    document["parts"].append(CENSUS)
    return document


def census_of(case: models.Case) -> models.Part:
    return case.parts.select_related("case").get(part_id="p2")


def split(front: Front, case: models.Case, **more: Any) -> models.Case:
    given = {"reason": REASON, "actor": front.acting("cora"), "now": START, **more}
    return screening.split_part(census_of(case), **given)


def test_the_linked_request_asks_for_the_part_alone_and_stands_where_the_first_stands(
    front: Front,
) -> None:
    case = front.in_availability(document=two_parts())
    before = asked.parts_by_hash(case)
    child = front.fresh(split(front, case))
    case = front.fresh(case)
    assert (child.parent, child.child_kind, child.stage) == (case, "split", Stage.AVAILABILITY)
    assert (child.track, case.track) == ("expedited", "full")
    assert asked.parts_by_hash(child) == {"p2": before["p2"]}
    assert asked.parts_by_hash(case) == {"p1": before["p1"]}
    assert census_of(case).status == models.Part.Status.SPLIT
    assert asked.answers_sha256(child) == asked.answers_sha256(case)
    for row in (asked.find_specification(case), asked.find_specification(child)):
        assert row is not None
        assert row.confirmed_by == front.alice  # nobody has to confirm again
    submission = child.submissions.get()
    assert submission.specification == asked.find_specification(child)
    assert child.completeness_checks.get().submission == submission
    assert child.segments.filter(ended_at__isnull=True).count() == 1


def test_both_ledgers_tell_and_the_applicant_hears_once(front: Front) -> None:
    case = front.in_availability(document=two_parts())
    child = split(front, case)
    assert last_entry(case).tag == last_entry(child).tag == "screening.split_part"
    assert (last_entry(child).number, last_entry(child).stage_to) == (1, Stage.AVAILABILITY)
    assert letters_to(front.people["alice"])[-1] == "part-split"
    assert front.fresh(child).ledger_length == 1


def test_each_goes_on_by_itself(front: Front) -> None:
    case = front.in_policy(document=two_parts())
    screening.run_policy_rules(case, actor=front.system, now=START)
    child = split(front, case)
    assert not child.findings.filter(dataset="sdtm-pilot").exists()
    assert child.findings.filter(dataset="practice-census").exists()
    assert {each.gate for each in child.passes.all()} == {"availability"}
    front.judge_open_rules(child)
    screening.pass_policy_for_office(front.fresh(child), actor=front.acting("paula"), now=START)
    assert front.fresh(child).stage == Stage.DETERMINATION
    assert front.fresh(case).stage == Stage.POLICY


def test_who_is_recused_never_sees_the_linked_request(front: Front) -> None:
    case = front.in_review(document=two_parts())
    max_ = front.acting("max")
    review.declare_conflict(front.fresh(case), actor=max_, now=START, reason="We publish together.")
    child = split(front, front.fresh(case))
    for reference in (case.reference, child.reference):
        assert access.find_sight(front.people["max"], reference, now=START) is None
    assert access.find_sight(front.people["mia"], child.reference, now=START) is not None


def test_the_number_is_the_programmes_next_one(front: Front) -> None:
    case = front.in_availability(document=two_parts())
    child = split(front, case)
    front.programme.refresh_from_db()
    later = front.draft()
    assert len({case.reference, child.reference, later.reference}) == 3


def test_a_track_that_the_office_made_stricter_stays_on_both(front: Front) -> None:
    document = specification(holding="practice-census", level="aggregate")
    document["parts"] = [CENSUS, {**CENSUS, "id": "p3", "group_by": ["setting"]}]
    case = front.in_availability(document=document)
    assert front.fresh(case).track == "expedited"
    case = front.fresh(case)
    screening.move_to_full_track(
        case, actor=front.acting("cora"), now=START, reason="It is not as simple."
    )
    child = split(front, front.fresh(case))
    assert (child.track, front.fresh(case).track) == ("full", "full")


def test_one_part_a_stranger_or_no_reason_splits_nothing(front: Front) -> None:
    alone = front.in_availability()
    part = alone.parts.select_related("case").get()
    cora = front.acting("cora")
    one = refusal_codes(lambda: screening.split_part(part, actor=cora, now=START, reason=REASON))
    case = front.in_availability(document=two_parts())
    silent = refusal_codes(lambda: split(front, case, reason=""))
    stella = front.acting("stella", Role.STATISTICIAN)
    other = refusal_codes(lambda: split(front, case, actor=stella))
    assert (one, silent, other) == (["last-part"], ["reason-missing"], ["not-your-step"])
    assert not models.Case.objects.filter(child_kind="split").exists()


@pytest.mark.parametrize("why", ["part-linked", "scope-waits"])
def test_a_joined_part_and_one_under_a_proposal_stay(front: Front, why: str) -> None:
    document = two_parts()
    if why == "part-linked":
        document["parts"][1] = {**document["parts"][0], "id": "p2"}
        document["links"] = [{"parts": ["p1", "p2"], "reason": "By practice."}]
    case = front.in_availability(document=document)
    if why == "scope-waits":
        screening.propose_reduced_scope(
            case, specification(), actor=front.acting("stella"), now=START, reason="Less."
        )
    assert refusal_codes(lambda: split(front, case)) == [why]
    assert not case.children.exists()
    assert census_of(case).status == models.Part.Status.ASKED
