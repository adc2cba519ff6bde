"""Appeals against what a gate decided, and new requests after it."""

from typing import Any

from muniment import models
from muniment.actions import application, decision, screening
from muniment.actions import case as course
from muniment.actions.case import children
from muniment.programme.findings import Result
from muniment.rulebook.words import Role, Stage
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world_front import START, Front, last_entry, specification

SAID = {"reason": "The rule was misread.", "notice": "We heard your appeal."}


def by(front: Front, name: str, role: Role | None = None) -> dict[str, Any]:
    return {"actor": front.acting(name, role), "now": front.now}


def denied_on_policy(front: Front) -> models.Case:
    case, paula = front.policy_judged(), front.acting("paula")
    screening.judge_policy_rule(
        case, "security", Result.NOT_MET, actor=paula, now=START, reason="Unsafe."
    )
    screening.deny_on_policy(case, actor=paula, now=START, reason="Unsafe.", notice="Denied.")
    return front.fresh(case)


def not_available(front: Front) -> models.Case:
    case, stella = front.in_availability(), front.acting("stella")
    screening.record_not_available(
        case.parts.get(), models.Availability.Outcome.NOT_AVAILABLE, actor=stella, now=START,
        reason="Absent.",
    )  # fmt: skip
    return screening.close_not_available(front.fresh(case), actor=stella, now=START, reason="No.")


def appealed(front: Front, case: models.Case) -> models.Case:
    """The appeal at its hearing."""
    alice = by(front, "alice")
    child = children.open_appeal(front.fresh(case), reason="The rule was misread.", **alice)
    application.submit(front.fresh(child), **alice)
    children.send_appeal_to_hearing(front.fresh(child), **by(front, "cora"))
    return front.fresh(child)


def test_an_appeal_against_policy_goes_to_its_hearing_past_the_gates(front: Front) -> None:
    case = denied_on_policy(front)
    child, cora = (
        children.open_appeal(case, reason="Misread.", **by(front, "alice")),
        by(front, "cora"),
    )
    assert refused(lambda: children.send_appeal_to_hearing(front.fresh(child), **cora)) == [
        "wrong-stage"
    ]
    application.submit(front.fresh(child), **by(front, "alice"))
    child = front.fresh(child)
    assert refused(lambda: screening.certify_for_policy(child, **cora))[-1] == "appeal-differs"
    word = children.send_appeal_to_hearing(front.fresh(child), **cora)
    assert (word.complete, word.case_id) == (True, child.pk)
    assert_entered(
        front.fresh(child), "case.send_appeal_to_hearing", cora,
        stages=("submitted", "determination"),
        values={"complete": True, "findings": [], "submission": 1},
    )  # fmt: skip


def test_upheld_it_takes_the_case_back_to_policy(front: Front) -> None:
    case = denied_on_policy(front)
    child, otto = appealed(front, case), by(front, "otto")
    upheld = children.uphold_appeal(child, **SAID, **otto)
    assert (upheld.case, upheld.outcome, upheld.reason) == (child, "approved", SAID["reason"])
    case = front.fresh(case)
    assert (case.stage, front.fresh(child).stage) == (Stage.POLICY, Stage.CLOSED)
    denial = case.determinations.get()
    system = {"actor": front.system, "now": front.now}
    assert marked(denial, "superseded") == marked(child, "applied") == by_and_at(system)
    assert_entered(
        case, "case.reopen_policy_after_appeal", system, stages=("denied", "policy"),
        values={"child": child.reference},
    )  # fmt: skip
    told = letters_to(front.people["alice"])[-2:]
    assert told == ["decision-approved", "change-applied"]
    again = refused(lambda: children.reopen_policy_after_appeal(child, **by(front, "cora")))
    assert "no-appeal-upheld" in again


def test_upheld_it_takes_the_case_back_to_availability(front: Front) -> None:
    case = not_available(front)
    child = appealed(front, case)
    codes = refused(lambda: children.reopen_availability_after_appeal(child, **by(front, "cora")))
    assert codes == ["no-appeal-upheld"]
    children.uphold_appeal(child, **SAID, **by(front, "otto"))
    case = front.fresh(case)
    assert case.stage == Stage.AVAILABILITY
    answer = models.Availability.objects.get(part__case=case)
    assert marked(answer, "superseded") == (front.now, front.system)
    entry = last_entry(case)
    assert (entry.tag, entry.stage_to) == ("case.reopen_availability_after_appeal", "availability")


def test_who_decided_does_not_hear_the_appeal(front: Front) -> None:
    case, paula = front.policy_judged(), front.acting("paula")
    screening.judge_policy_rule(
        case, "security", Result.NOT_MET, actor=paula, now=START, reason="Unsafe."
    )
    said = {"reason": "Unsafe.", "notice": "Denied."}
    screening.deny_on_policy(case, second_person=front.people["paula"], **said, **by(front, "otto"))
    child = appealed(front, case)
    for hear in (children.uphold_appeal, children.dismiss_appeal):
        assert refused(lambda act=hear: act(child, **SAID, **by(front, "otto"))) == [
            "decided-before"
        ]
    dismissed = children.dismiss_appeal(child, **SAID, **by(front, "chen"))
    assert dismissed.outcome == "denied"
    assert_entered(
        front.fresh(child), "case.dismiss_appeal", by(front, "chen"),
        stages=("determination", "denied"),
        values={"outcome": "denied", "conditions": [], **SAID},
    )  # fmt: skip
    assert front.fresh(case).stage == Stage.DENIED
    assert letters_to(front.people["alice"])[-1] == "decision-denied"
    again = refused(
        lambda: children.open_appeal(front.fresh(case), reason="Again.", **by(front, "alice"))
    )
    assert again == ["appeal-heard"]


def test_what_is_no_child_is_neither_heard_nor_accepted(front: Front) -> None:
    case = front.submitted()
    assert "not-an-appeal" in refused(
        lambda: children.uphold_appeal(case, **SAID, **by(front, "otto"))
    )
    codes = refused(lambda: children.accept_notified_change(case, **by(front, "cora")))
    assert codes == ["not-an-amendment", "change-needs-decision"]


def test_even_a_draft_without_a_specification_can_be_begun_again(front: Front) -> None:
    case = course.withdraw(front.draft(), actor=front.alice, now=START)
    child = children.open_resubmission(
        front.fresh(case), reason="Now with a plan.", **by(front, "alice")
    )
    assert not child.specifications.exists()
    assert child.reference != case.reference
    assert front.fresh(child).stage == Stage.DRAFT


CENSUS = {
    "id": "p2", "holding": "practice-census", "edition": "2026.1", "level": "aggregate",
    "tables": [], "cohort": None, "group_by": ["state"],
}  # fmt: skip


def test_a_part_may_be_given_up_without_judging_the_rest_again(front: Front) -> None:
    parts = [*specification()["parts"], CENSUS]
    document = {"muniment_specification": 1, "parts": parts, "links": []}
    case = front.policy_judged(document=document, applies_as="staff")
    second = {"second_person": front.people["paula"]}
    screening.pass_policy_for_office(case, second_person=front.people["cora"], **by(front, "paula"))
    decision.approve_by_office(case, **SAID, **second, **by(front, "cora"))
    alice = by(front, "alice")
    child = children.open_amendment(front.fresh(case), reason="One is enough.", **alice)
    written = application.put_specification(
        child, {**document, "parts": parts[:1]}, version=1, **alice
    )
    application.confirm_specification(front.fresh(child), sha256=written.sha256, **alice)
    application.submit(front.fresh(child), **alice)
    screening.certify_for_determination(front.fresh(child), **by(front, "cora"))
    findings = case.findings.filter(superseded_at__isnull=True).count()
    children.grant_amendment_by_office(front.fresh(child), **SAID, **second, **by(front, "cora"))
    case = front.fresh(case)
    assert last_entry(case).tag == "case.apply_amendment"
    assert dict(case.parts.values_list("part_id", "status")) == {"p1": "asked", "p2": "dropped"}
    assert case.findings.filter(superseded_at__isnull=True).count() == findings > 0
