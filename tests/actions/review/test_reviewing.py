"""Declare, review, score: who is conflicted takes no part, and each step leaves its rows."""

import pytest

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.queries import editions
from muniment.rulebook.words import Role, Stage
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

STAYS = ("in_review", "in_review")


def scores_of(case: models.Case, value: int = 4) -> dict[str, int]:
    """The same score for each criterion of the shipped programme."""
    criteria = editions.bundle_of(case.edition)["criteria"]["criteria"]
    return {each["id"]: value for each in criteria}


def test_declaring_no_conflict_is_put_on_record(world: World) -> None:
    story = world.after(judging.pass_policy)
    by = world.by("mia", Role.MEMBER)
    said = review.declare_no_conflict(story.case, **by)
    assert (said.member, said.conflicted, said.superseded_at) == (world.person("mia"), False, None)
    assert marked(said, "made") == by_and_at(by)
    member = world.person("mia").public_id
    values = {"member": member, "conflicted": False, "kind": "", "reason": ""}
    assert_entered(story.case, "review.declare_no_conflict", by, stages=STAYS, values=values)


def test_declaring_a_conflict_supersedes_an_earlier_word(world: World) -> None:
    story = world.after(judging.declare)
    first = models.Declaration.objects.get(case=story.case, member=world.person("mia"))
    by = world.by("mia", Role.MEMBER)
    said = review.declare_conflict(
        story.case, reason="A grant with the lead.", kind=review.Kind.WORK, **by
    )
    assert (said.conflicted, said.kind, said.reason) == (True, "work", "A grant with the lead.")
    assert marked(first, "superseded") == by_and_at(by)
    told = {"conflicted": True, "kind": "work", "reason": "A grant with the lead."}
    values = {"member": world.person("mia").public_id, **told}
    assert_entered(story.case, "review.declare_conflict", by, stages=STAYS, values=values)


def test_a_conflict_once_declared_cannot_be_taken_back_by_oneself(world: World) -> None:
    story = world.after(judging.declare)
    codes = refused(lambda: review.declare_no_conflict(story.case, **world.by("max", Role.MEMBER)))
    assert codes == ["recused", "conflicted"]


def test_only_those_who_judge_declare(world: World) -> None:
    story = world.after(judging.pass_policy)
    no_conflict, conflict = review.declare_no_conflict, review.declare_conflict
    for name, role in (("stan", Role.MEMBER), ("alice", Role.APPLICANT), ("cora", Role.CHAIR)):
        by = world.by(name, role)
        assert refused(lambda by=by: no_conflict(story.case, **by)) == (
            ["not-your-step", "conflicted"] if name == "alice" else ["not-your-step"]
        )
        assert refused(lambda by=by: conflict(story.case, reason="None.", **by)) == [
            "not-your-step"
        ]


def test_the_applicant_with_a_seat_is_conflicted_without_a_word(world: World) -> None:
    story = world.after(judging.pass_policy)
    world.appoint("alice", Role.MEMBER)
    by = world.by("alice", Role.MEMBER)
    assert refused(lambda: review.declare_no_conflict(story.case, **by)) == ["conflicted"]
    assert refused(
        lambda: review.assign_reviewer(
            story.case, member=world.person("alice"), **world.by("cora", Role.COORDINATOR)
        )
    ) == ["assignee-conflicted"]


def test_assigning_a_reviewer_asks_for_the_review(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("cora", Role.COORDINATOR)
    mia = world.person("mia")
    task = review.assign_reviewer(story.case, member=mia, **by)
    assert (task.person, task.role, task.ended_at) == (mia, "reviewer", None)
    assert marked(task, "made") == by_and_at(by)
    values = {"member": mia.public_id}
    assert_entered(story.case, "review.assign_reviewer", by, stages=STAYS, values=values)
    assert letters_to(mia) == ["review-asked"]
    again = world.by("cora", Role.COORDINATOR)
    assert review.assign_reviewer(story.case, member=mia, **again) == task


def test_nobody_conflicted_or_without_a_seat_is_asked_for_a_review(world: World) -> None:
    story = world.after(judging.declare)
    for name, code in (("max", "assignee-conflicted"), ("stan", "no-seat"), ("fay", "no-seat")):
        person = world.person(name)
        assert refused(
            lambda person=person: review.assign_reviewer(
                story.case, member=person, **world.by("cora", Role.COORDINATOR)
            )
        ) == [code]


def test_a_review_is_kept_with_each_score(world: World) -> None:
    story = world.after(judging.declare)
    by = world.by("mia", Role.MEMBER)
    given = scores_of(story.case)
    first = sorted(given)[0]
    handed_in = review.score(
        story.case, scores=given, comment="Sound.", comments={first: "Very."}, leaning="approve",
        **by,
    )  # fmt: skip
    assert (handed_in.member, handed_in.round, handed_in.comment) == (
        world.person("mia"), 1, "Sound.",
    )  # fmt: skip
    assert dict(handed_in.scores.values_list("criterion", "value")) == given
    assert handed_in.scores.get(criterion=first).comment == "Very."
    assert marked(handed_in, "made") == by_and_at(by)
    assert handed_in.leaning == "approve"
    values = {"scores": given, "comment": "Sound.", "leaning": "approve"}
    assert_entered(story.case, "review.score", by, stages=STAYS, values=values)


def test_a_review_handed_in_again_replaces_ones_own_only(world: World) -> None:
    story = world.after(judging.score)
    others = models.Review.objects.exclude(member=world.person("mia"))
    before = list(others.order_by("pk").values_list("pk", "scores__criterion", "scores__value"))
    changed = scores_of(story.case, 3)
    first = models.Review.objects.get(member=world.person("mia"))
    by = world.by("mia", Role.MEMBER)
    handed_in = review.score(story.case, scores=changed, **by)
    assert models.Review.objects.filter(withdrawn_at__isnull=True).count() == 3
    assert marked(first, "withdrawn") == by_and_at(by)
    assert set(first.scores.values_list("value", flat=True)) != {3}
    assert dict(handed_in.scores.values_list("criterion", "value")) == changed
    after = list(others.order_by("pk").values_list("pk", "scores__criterion", "scores__value"))
    assert after == before


def test_scores_are_refused_before_a_declaration_and_while_recused(world: World) -> None:
    story = world.after(judging.pass_policy)
    given = scores_of(story.case)
    by = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.score(story.case, scores=given, **by)) == ["conflict-undeclared"]
    review.declare_conflict(story.case, reason="A grant.", **world.by("mia", Role.MEMBER))
    assert refused(lambda: review.score(story.case, scores=given, **by)) == [
        "score-while-recused",
        "conflicted",
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"beauty": 3}, "criterion-unknown"),
        ({"scientific-merit": 0}, "score-out-of-scale"),
        ({"scientific-merit": 6}, "score-out-of-scale"),
        ({"scientific-merit": 2}, "score-needs-comment"),
        ({"scientific-merit": None}, "score-missing"),
    ],
)
def test_scores_that_the_programme_does_not_know_are_refused_whole(
    world: World, change: dict[str, int | None], code: str
) -> None:
    story = world.after(judging.declare)
    given = {**scores_of(story.case), **change}
    assert "scientific-merit" in scores_of(story.case)
    scores = {name: value for name, value in given.items() if value is not None}
    by = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.score(story.case, scores=scores, **by)) == [code]


def test_scores_are_closed_while_the_ballot_is_open(world: World) -> None:
    story = world.after(judging.vote)
    by = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.score(story.case, scores=scores_of(story.case), **by)) == [
        "ballot-open"
    ]


def test_no_review_is_handed_in_outside_of_the_review(world: World) -> None:
    story = world.at(Stage.DETERMINATION)
    by = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.score(story.case, scores=scores_of(story.case), **by)) == [
        "wrong-stage"
    ]


def test_a_review_is_withdrawn_from_the_count_by_a_conflict_declared_later(world: World) -> None:
    story = world.after(judging.score)
    given = models.Review.objects.get(case=story.case, member=world.person("mia"))
    others = models.Review.objects.filter(case=story.case).exclude(pk=given.pk)
    by = world.by("mia", Role.MEMBER)
    review.declare_conflict(story.case, reason="A grant with the lead.", **by)
    assert marked(given, "withdrawn") == by_and_at(by)
    assert given.scores.exists()
    assert all(marked(each, "withdrawn") == (None, None) for each in others)
