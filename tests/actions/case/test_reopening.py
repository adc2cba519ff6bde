"""Outcomes of the committee's road left again: an approval taken up, a denial superseded."""

from muniment import models
from muniment.actions import case as course
from muniment.demo import judging
from muniment.rulebook.words import Role, Stage
from tests import evidence
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World


def test_an_approved_request_comes_back_where_it_was_left(world: World) -> None:
    story = world.at(Stage.AGREEMENT)
    alice, cora = world.by("alice", Role.APPLICANT), world.by("cora", Role.COORDINATOR)
    course.withdraw(story.case, **alice)
    case = story.case
    assert refused(lambda: course.reopen_withdrawn(case, **alice)) == ["approval-stands"]
    course.reopen_approved(case, reason="She stays after all.", **cora)
    assert_entered(
        case, "case.reopen_approved", cora,
        stages=("withdrawn", "agreement"), values={"reason": "She stays after all."},
    )  # fmt: skip
    assert (case.stage, case.round) == (Stage.AGREEMENT, 1)


def test_a_denial_after_the_committee_is_superseded_by_whoever_determines(world: World) -> None:
    story = world.after(judging.recommend)
    otto, words = world.by("otto", Role.DETERMINING_OFFICER), "Given in error."
    evidence.deny(story.case, reason="Unsound.", notice="Denied.", **otto)
    case = story.case
    assert refused(lambda: course.reopen_denied_on_policy(case, reason=words, **otto)) == [
        "not-denied-on-policy"
    ]
    row = course.reopen_denied(case, reason=words, **otto)
    assert marked(row, "superseded") == by_and_at(otto)
    letter = models.Proof.objects.get(case=case)
    assert (letter.outcome, marked(letter, "revoked")) == ("denied", by_and_at(otto))
    assert_entered(
        case, "case.reopen_denied", otto,
        stages=("denied", "determination"), values={"superseded": "denied", "reason": words},
    )  # fmt: skip
