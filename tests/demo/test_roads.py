"""The roads: each act ends where it says, and each refusal on the way is the house's own."""

import pytest

from muniment import models
from muniment.actions import ledger
from muniment.demo import asking_in_vain, judging, releasing, roads
from muniment.demo.story import Story
from muniment.rulebook.words import Refusal, Stage
from tests.world import World


def test_a_story_is_begun_from_any_act_and_leaves_nothing_to_the_next(world: World) -> None:
    story = world.after(judging.score)
    assert (story.case.stage, models.Review.objects.count()) == ("in_review", 3)
    assert models.Vote.objects.count() == models.Build.objects.count() == 0


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.RETURNED, Stage.DETERMINATION, Stage.ACTIVE])
def test_a_request_stands_where_it_first_comes_to_a_stage(world: World, stage: Stage) -> None:
    assert world.at(stage).case.stage == stage


def test_the_whole_road_leaves_a_ledger_that_verifies(world: World) -> None:
    story = world.after(releasing.verify)
    total, breaks = ledger.verify()
    assert breaks == []
    assert total > 60
    assert story.case.ledger_length > 30


def test_what_cannot_be_asked_for_is_refused_and_nothing_is_chosen(world: World) -> None:
    told: list[Refusal] = []
    story = Story(world.founded(), refuse=told.append)
    asking_in_vain.choose(story)
    assert [each.code for each in told] == ["planned-edition", "held-elsewhere", "aggregate-only"]
    assert models.Part.objects.count() == 0


def test_an_embargo_holds_the_second_request_back(world: World) -> None:
    told: list[Refusal] = []
    story = world.after(releasing.plan, road=roads.EXPEDITED)
    story.refuse = told.append
    asking_in_vain.build_under_embargo(story)
    assert [each.code for each in told] == ["under-embargo"]
    assert story.build.state == "planned"


def test_a_refusal_that_does_not_come_or_has_another_reason_stops_the_walk(world: World) -> None:
    story = world.after(releasing.open_line)
    with pytest.raises(AssertionError, match="under-embargo was not refused"):
        story.expect_refusal("under-embargo", lambda: None)
    with pytest.raises(AssertionError, match="expected under-embargo, got wrong-stage"):
        story.expect_refusal("under-embargo", lambda: judging.determine(story))


def test_a_road_stops_where_it_is_told_and_where_an_act_misses_its_stage(world: World) -> None:
    story = Story(world.founded())
    assert roads.walk(story, roads.EXPEDITED, until=Stage.SUBMITTED).case.stage == "submitted"
    astray = [(lambda _: None, Stage.ACTIVE)]
    with pytest.raises(AssertionError, match="ended at submitted, not active"):
        roads.walk(story, astray)
