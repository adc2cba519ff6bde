"""The third gate: rules run by the system, judged by a person, passed or denied with a reason."""

from typing import Any

import pytest

from muniment import models
from muniment.actions import application, questions, screening
from muniment.programme.findings import Result
from muniment.queries import policy as held
from muniment.rulebook.words import Stage
from tests.world_front import START, Front, is_marked, last_entry, letters_to, refusal_codes


def run(front: Front, case: models.Case) -> list[models.PolicyFinding]:
    return screening.run_policy_rules(case, actor=front.system, now=front.now)


def judge(
    front: Front, case: models.Case, rule: str, result: Result = Result.MET, **more: Any
) -> models.PolicyFinding:
    given = {"reason": "Looked at.", "actor": front.acting("paula"), "now": front.now, **more}
    return screening.judge_policy_rule(case, rule, result, **given)


def test_every_rule_gets_a_row_with_edition_reason_and_duty(front: Front) -> None:
    case = front.in_policy()
    rows = {(row.rule, row.dataset): row for row in run(front, case)}
    ethics, ranking = rows["ethics", ""], rows["small-cells", "sdtm-pilot"]
    assert (ethics.result, ethics.duty, ethics.edition) == (
        "obligation", "ethics-document", "2026.1",
    )  # fmt: skip
    assert (ranking.result, ranking.automatic) == ("obligation", True)
    assert rows["security", ""].result == "needs_person"
    assert all(row.reason for row in rows.values())
    assert last_entry(case).tag == "screening.run_policy_rules"
    assert is_marked(ethics, "made", actor=front.system, now=START)


def test_rules_are_run_by_the_system_and_only_after_availability(front: Front) -> None:
    case = front.in_policy()
    by_hand = refusal_codes(
        lambda: screening.run_policy_rules(case, actor=front.acting("paula"), now=START)
    )
    models.Holding.objects.filter(slug="sdtm-pilot").update(content_sha256="0" * 64)
    stale = refusal_codes(lambda: run(front, case))
    assert (by_hand, stale) == (["not-your-step"], ["availability-not-passed"])
    assert not case.findings.exists()


def test_what_a_person_judged_survives_a_second_run(front: Front) -> None:
    case = front.in_policy()
    run(front, case)
    row = judge(front, case, "security", reason="The plan is sound.")
    assert (row.result, row.automatic, row.reason) == ("met", False, "The plan is sound.")
    assert is_marked(row, "made", actor=front.acting("paula"), now=START)
    assert last_entry(case).tag == "screening.judge_policy_rule"
    run(front, case)
    again = held.findings_of(case).get(rule="security")
    assert (again.result, again.reason) == ("met", "The plan is sound.")
    assert case.findings.filter(rule="security").count() == 3


@pytest.mark.parametrize(
    ("rule", "result"),
    [
        ("territory", Result.MET),
        ("no-such-rule", Result.MET),
        ("security", Result.NEEDS_PERSON),
    ],
)
def test_an_automatic_result_or_an_unknown_rule_is_not_judged(
    front: Front, rule: str, result: Result
) -> None:
    case = front.in_policy()
    run(front, case)
    before = list(held.findings_of(case).values_list("pk", flat=True))
    assert refusal_codes(lambda: judge(front, case, rule, result)) == ["rule-not-judged"]
    assert list(held.findings_of(case).values_list("pk", flat=True)) == before


def test_a_judgement_needs_a_reason_and_the_policy_officer(front: Front) -> None:
    case = front.in_policy()
    run(front, case)
    silent = refusal_codes(lambda: judge(front, case, "security", reason=""))
    other = refusal_codes(lambda: judge(front, case, "security", actor=front.acting("cora")))
    assert (silent, other) == (["reason-missing"], ["not-your-step"])


def test_a_request_passes_when_every_rule_is_judged(front: Front) -> None:
    case = front.in_policy()
    paula = front.acting("paula")

    def pass_on() -> models.GatePass:
        return screening.pass_policy(case, actor=paula, now=START)

    assert refusal_codes(pass_on) == ["rule-unjudged"]
    run(front, case)
    assert refusal_codes(pass_on) == ["rule-unjudged"]
    front.judge_open_rules(case)
    office = refusal_codes(lambda: screening.pass_policy_for_office(case, actor=paula, now=START))
    row = pass_on()
    assert office == ["wrong-track"]
    assert (row.gate, front.fresh(case).stage) == ("policy", Stage.IN_REVIEW)
    assert is_marked(row, "made", actor=paula, now=START)
    assert last_entry(case).tag == "screening.pass_policy"


def test_on_a_staff_track_a_request_passes_to_the_office(front: Front) -> None:
    case = front.policy_judged()
    models.Case.objects.filter(pk=case.pk).update(track="expedited")
    case = front.fresh(case)
    screening.pass_policy_for_office(case, actor=front.acting("paula"), now=START)
    assert front.fresh(case).stage == Stage.DETERMINATION
    assert last_entry(case).tag == "screening.pass_policy_for_office"


def test_a_blocking_question_keeps_a_request_at_the_gate(front: Front) -> None:
    case = front.policy_judged()
    questions.ask_blocking_question(case, "Which?", actor=front.acting("paula"), now=START)
    codes = refusal_codes(
        lambda: screening.pass_policy(case, actor=front.acting("paula"), now=START)
    )
    assert codes == ["question-open"]


def test_a_rule_that_is_not_met_denies_the_request_with_a_notice(front: Front) -> None:
    case = front.policy_judged()
    paula = front.acting("paula")

    def deny(reason: str = "The place is not safe.", notice: str = "Denied.") -> Any:
        return screening.deny_on_policy(case, actor=paula, now=START, reason=reason, notice=notice)

    assert refusal_codes(deny) == ["no-rule-failed"]
    judge(front, case, "security", Result.NOT_MET, reason="The place is not safe.")
    passed = refusal_codes(lambda: screening.pass_policy(case, actor=paula, now=START))
    assert passed == ["rule-failed"]
    assert refusal_codes(lambda: deny(notice=" ")) == ["notice-missing"]
    row = deny()
    assert (row.outcome, row.reason) == ("denied", "The place is not safe.")
    assert row.letter.startswith("Denied.")
    assert front.fresh(case).stage == Stage.DENIED
    assert letters_to(front.people["alice"])[-1] == "decision-denied"
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == (
        "screening.deny_on_policy", ["notice", "reason", "rules"],
    )  # fmt: skip


def test_a_disease_dataset_is_matched_with_the_purpose_that_was_written(front: Front) -> None:
    case = front.in_policy()
    row = case.sections.get(name="data")
    diseases = [{"mondo": "MONDO:0004992", "name": "Cancer"}, {"name": "Unknown"}]
    answers = {**row.answers, "use_kinds": ["disease", "other"], "diseases": diseases}
    purpose = held.purpose_of(front_bundle(case), answers)
    assert (purpose.kinds, purpose.diseases) == (frozenset({"DS"}), ("MONDO:0004992",))
    assert (purpose.ancestry, purpose.starts_on) == (False, None)


def test_what_the_form_does_not_say_stays_unsaid(front: Front) -> None:
    purpose = held.purpose_of(front_bundle(front.draft()), {"starts_on": "soon"})
    assert (purpose.kinds, purpose.ancestry, purpose.starts_on) == (frozenset(), None, None)
    assert (purpose.non_profit_organization, purpose.person) == (None, None)


def front_bundle(case: models.Case) -> Any:
    from muniment.queries import editions

    return editions.bundle_of(case.edition)


def test_a_late_report_of_an_earlier_request_fails_the_rule_on_duties(front: Front) -> None:
    case = front.in_policy()
    models.Report.objects.create(
        case=case, due_on="2026-01-01", made_at=START, made_by=front.system
    )
    rows = {row.rule: row.result for row in run(front, case)}
    assert rows["earlier-duties"] == "not_met"


def rerun(front: Front, case: models.Case, gate: str) -> models.Case:
    step = getattr(screening, f"rerun_{gate}")
    actor = front.acting("stella" if gate == "availability" else "paula")
    return step(case, actor=actor, now=START)  # type: ignore[no-any-return]


def test_a_gate_that_stands_is_not_passed_again(front: Front) -> None:
    case = front.in_review()
    assert refusal_codes(lambda: rerun(front, case, "availability")) == ["availability-stands"]
    assert refusal_codes(lambda: rerun(front, case, "policy")) == ["policy-stands"]


def test_changed_answers_send_a_request_back_to_policy(front: Front) -> None:
    case = front.in_review()
    questions.ask_blocking_question(
        case, "Which aims?", actor=front.acting("chen"), now=START, about="aims"
    )
    row = case.sections.get(name="project")
    application.save_section(
        case, "project", {**row.answers, "aims": "Other aims."}, version=row.version,
        actor=front.alice, now=START,
    )  # fmt: skip
    rerun(front, case, "policy")
    assert front.fresh(case).stage == Stage.POLICY
    assert not case.passes.filter(gate="policy", superseded_at__isnull=True).exists()
    assert case.passes.filter(gate="availability", superseded_at__isnull=True).exists()
    assert last_entry(case).tag == "screening.rerun_policy"


def test_replaced_content_sends_a_request_back_to_availability(front: Front) -> None:
    case = front.in_review()
    models.Holding.objects.filter(slug="sdtm-pilot").update(content_sha256="0" * 64)
    rerun(front, case, "availability")
    assert front.fresh(case).stage == Stage.AVAILABILITY
    assert not case.passes.filter(superseded_at__isnull=True).exists()
    assert last_entry(case).tag == "screening.rerun_availability"
