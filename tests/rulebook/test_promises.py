"""What the programme promises in words, held against the tables by hand."""

from muniment.rulebook.step import fact_of
from muniment.rulebook.tables import STEPS
from muniment.rulebook.words import OPEN_STAGES, STAFF_TRACKS, Fact, Role, Stage, Track


def needs(name: str) -> set[Fact]:
    return set(map(fact_of, STEPS[name].needs))


def never(name: str) -> set[Fact]:
    return set(map(fact_of, STEPS[name].never))


def test_a_question_can_be_asked_and_answered_at_every_stage() -> None:
    for name in ("ask_question", "answer_question", "ask_office", "answer_applicant"):
        assert set(STEPS[name].at) == set(Stage)
        assert STEPS[name].to is None


def test_a_blocking_question_stops_every_gate_and_the_release() -> None:
    for name in ("certify_complete", "pass_availability", "pass_policy", "record_recommendation",
                 "approve", "issue_agreement_and_estimate", "open_line", "release"):  # fmt: skip
        assert Fact.QUESTION_OPEN_BLOCKING in never(name)


def test_a_hold_can_be_placed_on_any_case_that_was_sent() -> None:
    assert set(STEPS["place_hold"].at) == set(OPEN_STAGES) - {Stage.DRAFT}
    assert set(STEPS["lift_hold"].at) >= set(STEPS["place_hold"].at)


def test_on_the_full_track_the_committee_is_heard_before_anything_is_decided() -> None:
    deciding = ("approve", "approve_with_conditions", "ask_to_revise", "defer", "deny")
    for name in deciding:
        assert STEPS[name].tracks == (Track.FULL,)
        assert {Fact.RECOMMENDATION_RECORDED, Fact.DIFFERENCE_EXPLAINED} <= needs(name)


def test_on_the_staff_tracks_the_office_decides_and_informs_the_committee() -> None:
    for name in ("approve_by_office", "deny_by_office", "inform_committee"):
        assert STEPS[name].tracks == STAFF_TRACKS
    assert Role.MEMBER not in STEPS["approve_by_office"].by


def test_an_acting_chair_may_do_what_the_chair_may_but_appoint_another_or_seat_members() -> None:
    only_chair = {
        step.name
        for step in STEPS.values()
        if Role.CHAIR in step.by and Role.ACTING_CHAIR not in step.by
    }
    assert only_chair == {"appoint_acting_chair", "seat_member", "end_seat"}
    assert Fact.CHAIR_UNAVAILABLE in needs("appoint_acting_chair")


def test_an_approved_request_can_be_declined_until_something_is_released() -> None:
    step = STEPS["decline_before_release"]
    assert (step.at, step.to) == (
        (Stage.AGREEMENT, Stage.BUILDING, Stage.CHECKING),
        Stage.DENIED,
    )
    assert Fact.DATA_RELEASED in never(step.name)


def test_later_builds_run_while_the_case_is_active_and_do_not_move_it() -> None:
    for name in ("plan_build", "start_build", "finish_further_build", "check",
                 "release_later_build"):  # fmt: skip
        assert Stage.ACTIVE in STEPS[name].at
        assert STEPS[name].to is None


def test_a_standing_delivery_runs_availability_risk_and_fee_again_without_a_vote() -> None:
    assert Fact.STANDING_CHECKED in needs("plan_build")
    assert {Fact.FIGURES_CURRENT, Fact.RISK_WITHIN_LIMIT} <= needs("confirm_standing_delivery")
    delivering = {step.name for step in STEPS.values() if "standing" in step.name}
    assert all(Fact.RECOMMENDATION_RECORDED not in needs(name) for name in delivering)


def test_a_change_of_people_or_dates_stops_no_build() -> None:
    step = STEPS["apply_notified_change"]
    assert {Stage.BUILDING, Stage.CHECKING} <= set(step.at)
    assert step.to is None


def test_a_granted_amendment_sends_an_unreleased_case_back_to_its_agreement() -> None:
    assert STEPS["apply_amendment"].to is Stage.AGREEMENT
    assert Stage.ACTIVE not in STEPS["apply_amendment"].at
    assert STEPS["apply_amendment_while_active"].to is None


def test_the_three_second_persons_that_protect_someone_are_no_setting() -> None:
    assert Fact.BUILT_IT in never("check")
    assert Fact.ASKED_FOR_IT in never("approve_waiver")
    assert Fact.IS_CONFLICTED in never("approve")
    for name in ("check", "approve_waiver", "approve"):
        assert Fact.SECOND_PERSON_PRESENT not in needs(name)


def test_papers_open_only_after_the_declaration_and_scores_after_ones_own() -> None:
    assert Fact.HAS_DECLARED in needs("read_papers")
    assert Fact.HAS_SCORED in needs("read_scores")
    for name in ("read_papers", "read_scores", "discuss", "vote"):
        assert {Fact.RECUSED, Fact.IS_CONFLICTED} <= never(name)


def test_exact_counts_and_sample_rows_are_seen_for_a_stated_purpose_only() -> None:
    assert Fact.REASON_GIVEN in needs("view_exact_counts") & needs("view_sample_rows")


def test_the_auditor_moves_no_case() -> None:
    audited = [step for step in STEPS.values() if Role.AUDITOR in step.by]
    assert {step.name for step in audited if step.to} == set()


def test_the_system_moves_a_case_only_by_clock_by_worker_or_by_what_was_decided() -> None:
    moved = {step.name for step in STEPS.values() if Role.SYSTEM in step.by and step.to}
    assert moved == {
        "apply_amendment",
        "expire_agreement",
        "finish_build",
        "lapse",
        "open_line",
        "reopen_availability_after_appeal",
        "reopen_denied_after_appeal",
        "reopen_policy_after_appeal",
        "reopen_revoked_after_appeal",
        "rerun_availability",
        "rerun_policy",
    }


def test_nobody_outside_the_office_moves_a_case_forward_but_by_sending_it() -> None:
    outside = {
        step.name: step.to
        for step in STEPS.values()
        if step.to and set(step.by) & {Role.APPLICANT, Role.CO_APPLICANT, Role.TEAM_MEMBER}
    }
    assert outside == {
        "submit": Stage.SUBMITTED,
        "submit_again": Stage.SUBMITTED,
        "resubmit_for_availability": Stage.AVAILABILITY,
        "resubmit_for_policy": Stage.POLICY,
        "resubmit_for_review": Stage.IN_REVIEW,
        "resubmit_for_determination": Stage.DETERMINATION,
        "withdraw": Stage.WITHDRAWN,
        "reopen_withdrawn": Stage.RETURNED,
        "begin_close_out": Stage.CLOSE_OUT,
    }
