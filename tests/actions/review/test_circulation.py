"""Between meetings: vote by a day, or one objection, or a missing quorum, leads to a meeting."""

from datetime import timedelta

import pytest

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.programme import Bundle
from muniment.queries import editions
from muniment.queries.facts import committee
from muniment.rulebook.words import Role
from tests.actions.review.test_meeting import ROLES, planned, vote
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
MIA = ("mia", Role.MEMBER)
STAYS = ("in_review", "in_review")


def circulating(world: World) -> Story:
    """In circulation for a week."""
    story = world.after(judging.score)
    review.circulate(story.case, vote_by=story.today + timedelta(days=7), **world.by(*CORA))
    return story


def test_a_request_circulates_and_those_who_may_vote_are_asked(world: World) -> None:
    story = world.after(judging.score)
    by, day = world.by(*CORA), story.today + timedelta(days=7)
    item = review.circulate(story.case, vote_by=day, **by)
    meeting = item.meeting
    assert (meeting.circulation, meeting.held_on, meeting.chair) == (
        True,
        day,
        world.person("chen"),
    )
    for row, mark in ((meeting, "made"), (meeting, "opened"), (item, "ballot_opened")):
        assert marked(row, mark) == by_and_at(by)
    values = {"vote_by": day.isoformat()}
    assert_entered(story.case, "review.circulate", by, stages=STAYS, values=values)
    assert [letters_to(world.person(name))[-1] for name in ("chen", "mia", "milo")] == [
        "vote-asked"
    ] * 3
    assert "vote-asked" not in letters_to(world.person("max"))


def test_everyone_votes_and_the_circulation_is_over(world: World) -> None:
    story = circulating(world)
    vote(world, story, chen="approve", mia="approve")
    record = review.record_recommendation
    assert refused(lambda: record(story.case, reason="As voted.", **world.by(*CORA))) == [
        "quorum-missing",
        "votes-missing",
    ]
    vote(world, story, milo="deny")
    by = world.by(*CORA)
    said = record(story.case, reason="As voted.", **by)
    assert (said.outcome, said.tally) == ("approved", {"approve": 2, "deny": 1})
    assert said.meeting is not None
    assert marked(said.meeting, "closed") == by_and_at(by)


def test_a_circulation_needs_a_future_day_and_no_agenda(world: World) -> None:
    story = world.after(judging.score)
    circulate = review.circulate
    assert refused(lambda: circulate(story.case, vote_by=story.today, **world.by(*CORA))) == [
        "day-past"
    ]
    day = story.today + timedelta(days=7)
    review.put_on_agenda(story.case, meeting=planned(world), **world.by(*CORA))
    assert refused(lambda: circulate(story.case, vote_by=day, **world.by(*CORA))) == ["on-agenda"]
    other = circulating_again(world, story)
    assert refused(lambda: circulate(other.case, vote_by=day, **world.by(*CORA))) == [
        "in-circulation"
    ]


def circulating_again(world: World, story: Story) -> Story:
    """The same request, taken off its agenda and put into circulation."""
    story.case.agenda.update(left_at=world.house.clock.now, left_by=world.by(*CORA)["actor"])
    review.circulate(story.case, vote_by=story.today + timedelta(days=7), **world.by(*CORA))
    return story


def test_nothing_circulates_while_nobody_leads(world: World) -> None:
    story = world.after(judging.score)
    chairs = models.RoleGrant.objects.filter(role="chair")
    chairs.update(until_on=story.today - timedelta(days=1))
    day = story.today + timedelta(days=7)
    assert refused(lambda: review.circulate(story.case, vote_by=day, **world.by(*CORA))) == [
        "no-chair"
    ]


def test_nothing_circulates_where_the_programme_decides_at_meetings_only(world: World) -> None:
    story = world.after(judging.score)
    sections = editions.bundle_of(story.case.edition).plain()
    sections["committee"]["circulation"]["allowed"] = False
    bundle = Bundle.from_data(sections)
    models.EditionBundle.objects.update(canonical=bundle.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=bundle.sha256)
    day = story.today + timedelta(days=7)
    assert refused(lambda: review.circulate(story.case, vote_by=day, **world.by(*CORA))) == [
        "no-circulation"
    ]


def test_one_objection_sends_it_to_a_meeting(world: World) -> None:
    story = circulating(world)
    vote(world, story, chen="approve")
    by = world.by(*MIA)
    item = review.object_to_circulation(story.case, reason=" Let us talk. ", **by)
    assert item.objection == "Let us talk."
    assert marked(item, "objected") == marked(item, "ballot_closed") == by_and_at(by)
    values = {"reason": " Let us talk. "}
    assert_entered(story.case, "review.object_to_circulation", by, stages=STAYS, values=values)
    with_vote = {"choice": models.Vote.Choice.APPROVE, **world.by("milo", Role.MEMBER)}
    assert refused(lambda: review.vote(story.case, **with_vote)) == ["ballot-not-open"]
    assert refused(
        lambda: review.object_to_circulation(story.case, reason="Too.", **world.by(*MIA))
    ) == ["objected"]
    meeting, by = planned(world), world.by(*CORA)
    moved = review.move_to_meeting(story.case, meeting=meeting, **by)
    assert (moved.meeting, moved.left_at) == (meeting, None)
    item.refresh_from_db()
    assert marked(item, "left") == marked(item.meeting, "closed") == by_and_at(by)
    values = {"held_on": meeting.held_on.isoformat()}
    assert_entered(story.case, "review.move_to_meeting", by, stages=STAYS, values=values)
    assert committee.find_circulation(story.case) is None
    assert committee.find_item(story.case) == moved


def test_too_few_votes_by_the_day_send_it_to_a_meeting(world: World) -> None:
    story = circulating(world)
    vote(world, story, chen="approve")
    meeting = planned(world)
    move = review.move_to_meeting
    assert refused(lambda: move(story.case, meeting=meeting, **world.by(*CORA))) == [
        "circulation-not-failed"
    ]
    world.house.clock.pass_days(9)
    by = world.by(*CORA)
    assert refused(lambda: review.record_recommendation(story.case, reason="So.", **by)) == [
        "quorum-missing"
    ]
    moved = move(story.case, meeting=meeting, **world.by(*CORA))
    assert moved.meeting == meeting
    before = models.AgendaItem.objects.get(meeting__circulation=True)
    assert before.ballot_closed_at is not None


def test_a_quorum_by_the_day_is_enough(world: World) -> None:
    """Stan has a seat too and does not vote; three of the four who may are a quorum."""
    story = world.after(judging.pass_policy)
    world.appoint("stan", Role.MEMBER)
    for name in ("chen", "mia", "milo", "max", "stan"):
        role = ROLES.get(name, Role.MEMBER)
        review.declare_no_conflict(story.case, **world.by(name, role))
    review.circulate(story.case, vote_by=story.today + timedelta(days=7), **world.by(*CORA))
    vote(world, story, chen="approve", mia="approve", milo="deny")
    by = world.by(*CORA)
    assert refused(lambda: review.record_recommendation(story.case, reason="So.", **by)) == [
        "votes-missing"
    ]
    world.house.clock.pass_days(9)
    said = review.record_recommendation(story.case, reason="As voted.", **world.by(*CORA))
    assert said.outcome == "approved"


@pytest.mark.parametrize("over", [True, False])
def test_a_circulation_moves_only_to_a_meeting_still_to_be_held(world: World, over: bool) -> None:
    story = circulating(world)
    review.object_to_circulation(story.case, reason="Talk.", **world.by(*MIA))
    meeting = planned(world)
    if over:
        meeting.closed_at, meeting.closed_by = world.house.clock.now, world.by(*CORA)["actor"]
        meeting.save()
        assert refused(
            lambda: review.move_to_meeting(story.case, meeting=meeting, **world.by(*CORA))
        ) == ["meeting-over"]
    else:
        assert review.move_to_meeting(story.case, meeting=meeting, **world.by(*CORA))


def test_nothing_is_moved_or_objected_to_outside_a_circulation(world: World) -> None:
    story = world.after(judging.score)
    assert refused(
        lambda: review.object_to_circulation(story.case, reason="No.", **world.by(*MIA))
    ) == ["not-in-circulation"]
    meeting = planned(world)
    assert refused(
        lambda: review.move_to_meeting(story.case, meeting=meeting, **world.by(*CORA))
    ) == ["not-in-circulation", "circulation-not-failed"]
