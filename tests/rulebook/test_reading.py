"""The interpreter: an empty list means go; otherwise every reason, in order, in sentences."""

import pytest

from muniment.rulebook import reading
from muniment.rulebook.step import Need, Step
from muniment.rulebook.words import Fact, Refusal, Role, Stage, Subject, Track

ROW = Step(
    name="try_it",
    says="Try it.",
    by=(Role.CHAIR, Role.MEMBER, Role.CHECKER),
    at=(Stage.POLICY, Stage.IN_REVIEW),
    needs=(Fact.REASON_GIVEN, Need(Fact.QUORUM_PRESENT, "alone", "You sit there alone.")),
    never=(Fact.ON_HOLD,),
    to=Stage.DETERMINATION,
    tracks=(Track.FULL,),
    subject=Subject.CASE,
    room="review",
)
READY = frozenset({Fact.REASON_GIVEN, Fact.QUORUM_PRESENT})


def judged(
    row: Step = ROW,
    *,
    roles: frozenset[Role] = frozenset({Role.MEMBER}),
    stage: Stage | None = Stage.POLICY,
    track: Track | None = Track.FULL,
    facts: frozenset[Fact] = READY,
) -> list[Refusal]:
    return reading.judge(row, roles=roles, stage=stage, track=track, facts=facts)


def test_nothing_stands_against_a_step_whose_row_is_met() -> None:
    assert judged() == []


def test_any_one_of_the_roles_is_enough() -> None:
    assert judged(roles=frozenset({Role.AUDITOR, Role.CHECKER})) == []


def test_another_role_is_told_whose_step_it_is() -> None:
    (reason,) = judged(roles=frozenset({Role.APPLICANT}))
    assert str(reason) == (
        "not-your-step: This step is taken only by the chair, the member or the checker."
    )


@pytest.mark.parametrize("role", [Role.ANYONE, Role.MEMBER])
def test_a_step_for_anyone_is_open_in_every_role_that_holds(role: Role) -> None:
    assert asking(roles=frozenset({role})) == []


def test_a_step_for_anyone_is_not_taken_in_a_role_that_does_not_hold() -> None:
    (reason,) = asking(roles=frozenset())
    assert str(reason) == "not-your-step: You do not hold the role you act in here."


def asking(*, roles: frozenset[Role]) -> list[Refusal]:
    return reading.refusals("ask_enquiry", roles=roles, stage=None, track=None, facts=frozenset())


@pytest.mark.parametrize("stage", [None, Stage.DRAFT])
def test_another_stage_is_told_which(stage: Stage | None) -> None:
    (reason,) = judged(stage=stage)
    assert str(reason) == 'wrong-stage: This step is open only at "Policy" or "In review".'


@pytest.mark.parametrize("track", [None, Track.EXPEDITED])
def test_another_track_is_told_which(track: Track | None) -> None:
    (reason,) = judged(track=track)
    assert str(reason) == "wrong-track: This step is taken only on the full track."


def test_reasons_come_in_the_order_of_role_stage_track_needs_nevers() -> None:
    reasons = judged(roles=frozenset(), stage=None, track=None, facts=frozenset({Fact.ON_HOLD}))
    assert [reason.code for reason in reasons] == [
        "not-your-step",
        "wrong-stage",
        "wrong-track",
        "reason-missing",
        "alone",
        "on-hold",
    ]


def test_a_need_of_a_row_refuses_in_its_own_words() -> None:
    assert judged(facts=frozenset({Fact.REASON_GIVEN})) == [
        Refusal("alone", "You sit there alone.")
    ]


@pytest.mark.parametrize("way", [Fact.FEE_PAID, Fact.FEE_WAIVED, Fact.NOTHING_DUE])
def test_paid_waived_and_nothing_due_each_settle_the_fee(way: Fact) -> None:
    row = Step(
        name="x",
        says="X.",
        by=(Role.ANYONE,),
        needs=(Fact.FEE_SETTLED,),
        subject=Subject.CASE,
        room="release",
    )
    assert judged(row, facts=frozenset()) != []
    assert judged(row, facts=frozenset({way})) == []


@pytest.mark.parametrize(
    ("step", "fact", "holds", "code"),
    [
        ("release", Fact.FEE_SETTLED, False, "release-before-payment"),
        ("check", Fact.BUILT_IT, True, "check-own-build"),
        ("vote", Fact.RECUSED, True, "vote-while-recused"),
        ("score", Fact.RECUSED, True, "score-while-recused"),
        ("choose_dataset", Fact.EDITION_PLANNED, True, "planned-edition"),
        ("choose_dataset", Fact.EDITION_ELSEWHERE, True, "held-elsewhere"),
        ("choose_dataset", Fact.CENSUS_AT_RECORD_LEVEL, True, "aggregate-only"),
        ("submit", Fact.EDITION_PLANNED, True, "planned-edition"),
        ("start_build", Fact.UNDER_EMBARGO, True, "under-embargo"),
        ("start_build", Fact.PLAN_MATCHES_APPROVAL, False, "plan-changed"),
        ("open_line", Fact.AGREEMENT_SIGNED_BY_ALL, False, "release-before-signature"),
        ("release", Fact.CONDITIONS_BEFORE_RELEASE_MET, False, "release-before-conditions"),
        ("release", Fact.BUILT_IT, True, "release-own-build"),
        ("approve_waiver", Fact.ASKED_FOR_IT, True, "own-request"),
    ],
)
def test_the_refusals_that_people_remember_by_code(
    step: str, fact: Fact, holds: bool, code: str
) -> None:
    row = reading.STEPS[step]
    wanted = {cell.fact if isinstance(cell, Need) else cell for cell in row.needs} - {fact}
    (reason,) = reading.refusals(
        step,
        roles=frozenset(row.by),
        stage=row.at[0],
        track=row.tracks[0] if row.tracks else Track.FULL,
        facts=frozenset(wanted | ({fact} if holds else set())),
    )
    assert reason.code == code


def test_the_next_stage_is_the_rows_and_none_where_it_stays() -> None:
    assert reading.next_stage("certify_complete") is Stage.AVAILABILITY
    assert reading.next_stage("vote") is None


def test_a_step_that_no_table_has_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError, match="certify_everything"):
        reading.next_stage("certify_everything")


def test_open_steps_are_those_without_a_reason_against_them() -> None:
    steps = reading.open_steps(
        roles=frozenset({Role.APPLICANT}),
        stage=Stage.AVAILABILITY,
        track=Track.FULL,
        facts=frozenset({Fact.SCOPE_PROPOSED}),
    )
    assert steps == [
        "ask_enquiry",
        "accept_reduced_scope",
        "refuse_reduced_scope",
        "withdraw",
        "ask_office",
    ]
