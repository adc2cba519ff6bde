"""A child begins as a draft that holds what its parent said; the parent stays as it is."""

from collections.abc import Callable

import pytest

from muniment import models
from muniment.actions import review, screening
from muniment.actions.case import children
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.queries import asked
from muniment.rulebook.words import Role, Stage
from tests import evidence
from tests.actions.case.children import walks
from tests.evidence import assert_entered, letters_to, refused
from tests.world import World

OPENED = [
    ("open_amendment", "amendment", Stage.AGREEMENT),
    ("open_amendment", "amendment", Stage.ACTIVE),
    ("open_renewal", "renewal", Stage.ACTIVE),
]


@pytest.mark.parametrize(("name", "kind", "stage"), OPENED)
def test_a_change_begins_with_all_that_was_said(
    world: World, name: str, kind: str, stage: Stage
) -> None:
    case, by = world.at(stage).case, walks.alice(world)
    opened: Callable[..., models.Case] = getattr(children, name)
    child = walks.fresh(opened(case, reason=walks.REASON, **by))
    assert (child.parent, child.child_kind, child.child_reason) == (case, kind, walks.REASON)
    assert (child.stage, child.round, child.track) == (Stage.DRAFT, 1, case.track)
    assert (child.submitted_on, child.applied_at, child.edition) == (None, None, case.edition)
    assert asked.answers_of(child) == asked.answers_of(case)
    assert asked.parts_by_hash(child) == asked.parts_by_hash(case)
    ours, theirs = asked.find_specification(child), asked.find_specification(case)
    assert ours is not None
    assert theirs is not None
    assert (ours.sha256, ours.confirmed_at) == (theirs.sha256, theirs.confirmed_at)
    assert child.attachments.count() == case.attachments.count()
    assert child.segments.filter(ended_at__isnull=True).get().stage == Stage.DRAFT
    recused = child.declarations.get()
    assert (recused.member, recused.conflicted) == (world.person("max"), True)
    assert_entered(
        case, f"case.{name}", by, stages=(stage, stage),
        values={"child": child.reference, "reason": walks.REASON},
    )  # fmt: skip
    assert_entered(
        child, f"case.{name}", by, stages=("", "draft"),
        values={"parent": case.reference, "reason": walks.REASON},
    )  # fmt: skip
    assert walks.fresh(case).stage == stage
    assert letters_to(world.person("alice"))[-1] == "change-opened"
    letter = world.person("alice").messages.latest("pk")
    assert child.reference in letter.body.replace("\\", "")
    assert walks.REASON not in letter.body


def test_one_of_a_kind_at_a_time_and_only_on_what_was_approved(world: World) -> None:
    story, by = world.at(Stage.ACTIVE), walks.alice(world)
    children.open_amendment(story.case, reason=walks.REASON, **by)
    for again in (children.open_amendment, children.open_renewal):
        if again is children.open_renewal:
            again(story.case, reason=walks.REASON, **by)
        assert refused(lambda act=again: act(story.case, reason=walks.REASON, **by)) == [
            "change-open"
        ]
    for attempt in (children.open_appeal, children.open_resubmission):
        codes = refused(lambda act=attempt: act(story.case, reason=walks.REASON, **by))
        assert codes[0] == "wrong-stage"


def test_a_change_says_what_it_is_about(world: World) -> None:
    case = world.at(Stage.AGREEMENT).case
    codes = refused(lambda: children.open_amendment(case, reason=" ", **walks.cora(world)))
    assert codes == ["reason-missing"]


def test_a_new_request_grows_from_one_that_came_to_nothing(world: World) -> None:
    story = world.after(judging.recommend)
    evidence.deny(story.case, **walks.SAID, **walks.otto(world))
    by = walks.alice(world)
    child = children.open_resubmission(story.case, reason="Narrowed to one question.", **by)
    assert (child.child_kind, child.track, child.stage) == ("resubmission", "", Stage.DRAFT)
    again = Story(world.house, case_id=child.pk)
    walks.submit(again)
    assert (again.case.stage, again.case.track) == (Stage.SUBMITTED, "full")
    screening.certify_for_review(again.case, **walks.cora(world))
    assert again.case.stage == Stage.IN_REVIEW
    assert refused(
        lambda: review.score(
            again.case, scores={}, comment="", **world.by("max", Role.MEMBER)
        )
    )[0] == "score-while-recused"  # fmt: skip
    assert walks.fresh(story.case).stage == Stage.DENIED
