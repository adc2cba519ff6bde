"""Each hard rule is in every row it binds, and no row that it should bind is left out."""

from muniment.rulebook import hard_rules
from muniment.rulebook.hard_rules import HARD_RULES, rows
from muniment.rulebook.step import INVOLVED, Step, fact_of
from muniment.rulebook.tables import STEPS
from muniment.rulebook.words import OFFICE_ROLES, Fact, Role, Stage

RULES = {rule.name: rule for rule in HARD_RULES}
UNDOING = ("correct_", "rerun_", "reopen_", "supersede_")


def without(step: Step, *, fact: Fact) -> Step:
    """The same row with one cell taken out of both columns."""
    return step._replace(
        needs=tuple(cell for cell in step.needs if fact_of(cell) is not fact),
        never=tuple(cell for cell in step.never if fact_of(cell) is not fact),
    )


def nevers(step: Step) -> set[Fact]:
    return set(map(fact_of, step.never))


def test_the_tables_keep_every_hard_rule() -> None:
    assert hard_rules.breaches(HARD_RULES, steps=STEPS) == []


def test_a_cell_taken_out_of_any_row_is_noticed_and_named() -> None:
    for rule in HARD_RULES:
        for name in rule.steps:
            for fact in (*rule.needs, *rule.never):
                loose = STEPS | {name: without(STEPS[name], fact=fact)}
                found = hard_rules.breaches([rule], steps=loose)
                assert found == [f"{rule.name}: {name} lacks {fact.value}"]


def test_each_rule_has_a_name_of_its_own_a_sentence_and_rows() -> None:
    assert len(RULES) == len(HARD_RULES)
    for rule in HARD_RULES:
        assert rule.says.endswith(".")
        assert len(set(rule.steps)) == len(rule.steps) > 0
        assert rule.needs or rule.never


def test_whatever_leads_out_of_the_determination_is_a_determination() -> None:
    leading = {
        step.name
        for step in STEPS.values()
        if step.at == (Stage.DETERMINATION,) and step.to and not step.name.startswith(UNDOING)
    }
    leaving_it_there = {"deny_part"}
    assert leading - {"refer_to_committee"} == set(rows.DETERMINATIONS) - leaving_it_there


def test_only_approvals_lead_from_the_determination_to_the_agreement() -> None:
    leading = {
        step.name
        for step in STEPS.values()
        if step.to is Stage.AGREEMENT and Stage.DETERMINATION in step.at
    }
    assert leading == set(rows.APPROVALS)


def test_only_a_release_makes_a_case_active() -> None:
    leading = {step.name for step in STEPS.values() if step.to is Stage.ACTIVE}
    assert leading == {"release", "reopen_revoked_after_appeal"}
    assert "release" in rows.RELEASES


def test_only_an_opened_line_leads_to_building() -> None:
    leading = {step.name for step in STEPS.values() if step.to is Stage.BUILDING}
    assert leading == {"open_line", "send_back_build"}
    assert "open_line" in RULES["gate-before-release"].steps


def test_only_the_issue_of_both_sends_an_agreement_or_an_estimate() -> None:
    sending = {name for name in STEPS if name.startswith("issue_agreement")}
    assert sending == {"issue_agreement_and_estimate"}
    assert not {"issue_estimate", "send_estimate", "send_agreement"} & STEPS.keys()


def test_everything_the_policy_officer_does_at_policy_comes_after_availability() -> None:
    judged = {
        step.name
        for step in STEPS.values()
        if step.at == (Stage.POLICY,) and Role.POLICY_OFFICER in step.by
    }
    assert judged <= set(RULES["availability-before-policy"].steps)


def test_whatever_ends_a_case_against_the_applicant_has_a_reason() -> None:
    against = {Stage.DENIED, Stage.NOT_AVAILABLE, Stage.REVOKED, Stage.RETURNED, Stage.REVISING}
    ending = {
        step.name
        for step in STEPS.values()
        if step.to in against and not step.name.startswith(UNDOING)
    }
    assert ending <= set(RULES["refusal-has-reason"].steps)


def test_whatever_the_office_refuses_denies_declines_or_sends_back_has_a_reason() -> None:
    names = ("refuse_", "deny", "decline_", "dismiss_", "send_back_", "return_", "revoke")
    refusing = {step.name for step in STEPS.values() if step.name.startswith(names)}
    assert refusing - {"refuse_reduced_scope"} <= set(RULES["refusal-has-reason"].steps)
    assert STEPS["refuse_reduced_scope"].by == (Role.APPLICANT,)


def test_a_conflicted_member_does_nothing_but_declare() -> None:
    allowed = {
        step.name
        for step in STEPS.values()
        if Role.MEMBER in step.by and not set(INVOLVED) <= nevers(step)
    }
    assert allowed == {"declare_conflict", "confirm_as_second_person", "declare_absence"}


def test_no_conflicted_officer_moves_a_case() -> None:
    """The office may protect a case in spite of a conflict, but never move it by judgment."""
    moving = {
        step.name
        for step in STEPS.values()
        if step.to
        and step.at
        and set(step.by) <= OFFICE_ROLES
        and not set(INVOLVED) <= nevers(step)
    }
    assert moving == set()


def test_whoever_checks_did_not_build() -> None:
    checking = {
        step.name
        for step in STEPS.values()
        if step.by == (Role.CHECKER,) and not step.name.startswith("send_back_")
    }
    assert checking == {"check"}
    assert Fact.BUILT_IT in nevers(STEPS["check"])


def test_a_paused_case_does_not_move_towards_a_release() -> None:
    """A hold stops every move by the office between submission and release.

    Taking an outcome back, declining and lapsing stay possible or have a rule of their own.
    """
    free = {
        step.name
        for step in STEPS.values()
        if step.to
        and set(step.at) & {Stage.SUBMITTED, Stage.AVAILABILITY, Stage.POLICY, Stage.IN_REVIEW,
                            Stage.DETERMINATION, Stage.AGREEMENT, Stage.CHECKING}
        and Fact.ON_HOLD not in nevers(step)
        and not step.name.startswith(UNDOING)
    }  # fmt: skip
    assert free == {"withdraw", "decline_before_release", "apply_amendment", "send_back_build"}
