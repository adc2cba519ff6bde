"""A request not ready goes to the next meeting; one the office will not judge, to the committee."""

from datetime import date, timedelta

from muniment import models
from muniment.actions import decision, review
from muniment.demo import judging, roads
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
CHEN = ("chen", Role.CHAIR)


def planned(world: World, *, after_days: int) -> models.Meeting:
    """A meeting in the calendar, so many days from now."""
    world.house.cast.programme.refresh_from_db()
    held_on = world.house.clock.now.date() + timedelta(days=after_days)
    return review.plan_meeting(
        world.house.cast.programme, held_on=held_on, chair=world.person("chen"), **world.by(*CORA)
    )


def test_a_request_goes_on_at_the_next_meeting_without_an_outcome(world: World) -> None:
    story = world.after(judging.score)
    today, later = planned(world, after_days=0), planned(world, after_days=30)
    first = review.put_on_agenda(story.case, meeting=today, **world.by(*CORA))
    by = world.by(*CHEN)
    item = review.defer_to_next_meeting(story.case, meeting=later, reason="Too late.", **by)
    assert (item.meeting, item.order, item.left_at) == (later, 1, None)
    assert marked(item, "made") == by_and_at(by)
    assert marked(first, "left") == by_and_at(by)
    assert first.ballot_closed_at is None
    values = {
        "left": today.held_on.isoformat(),
        "held_on": later.held_on.isoformat(),
        "reason": "Too late.",
    }
    tag, stays = "review.defer_to_next_meeting", ("in_review", "in_review")
    assert_entered(story.case, tag, by, stages=stays, values=values)
    assert not story.case.recommendations.exists()


def test_an_open_ballot_is_closed_without_an_outcome(world: World) -> None:
    story = world.after(judging.score)
    today, later = planned(world, after_days=0), planned(world, after_days=30)
    review.put_on_agenda(story.case, meeting=today, **world.by(*CORA))
    opened = models.Meeting.objects.select_related("programme").get(pk=today.pk)
    review.open_meeting(opened, **world.by(*CORA))
    people = [world.person(name) for name in ("chen", "mia", "milo")]
    opened = models.Meeting.objects.select_related("programme").get(pk=today.pk)
    review.record_attendance(opened, present=people, **world.by(*CORA))
    review.open_ballot(story.case, **world.by(*CORA))
    by = world.by(*CHEN)
    review.defer_to_next_meeting(story.case, meeting=later, reason="Too late.", **by)
    left = models.AgendaItem.objects.get(meeting=today)
    assert marked(left, "ballot_closed") == by_and_at(by)


def test_where_a_request_left_an_agenda_stays_when_it_is_deferred_again(world: World) -> None:
    story = world.after(judging.recommend)
    earlier = planned(world, after_days=0)
    at, by = world.house.clock.now - timedelta(days=1), world.by(*CORA)["actor"]
    left = models.AgendaItem.objects.create(
        meeting=earlier, case=story.case, order=1, made_at=at, made_by=by, left_at=at, left_by=by
    )
    decision.defer(story.case, reason="Late.", **world.by("otto", Role.DETERMINING_OFFICER))
    left.refresh_from_db()
    assert marked(left, "left") == (at, by)


def test_a_request_is_deferred_to_a_later_meeting_and_with_a_reason(world: World) -> None:
    story = world.after(judging.score)
    today, same_day = planned(world, after_days=0), planned(world, after_days=0)
    defer, by = review.defer_to_next_meeting, world.by(*CHEN)
    assert refused(lambda: defer(story.case, meeting=today, reason="Late.", **by)) == [
        "not-on-agenda"
    ]
    review.put_on_agenda(story.case, meeting=today, **world.by(*CORA))
    assert refused(lambda: defer(story.case, meeting=same_day, reason=" ", **by)) == [
        "reason-missing"
    ]
    assert refused(lambda: defer(story.case, meeting=same_day, reason="Late.", **by)) == [
        "not-a-later-meeting"
    ]


def test_the_office_refers_a_request_to_the_committee(world: World) -> None:
    story = world.after(judging.pass_policy_for_office, road=roads.EXPEDITED)
    by = world.by(*CORA)
    assert refused(lambda: decision.refer_to_committee(story.case, reason="", **by)) == [
        "reason-missing"
    ]
    before = story.case.track
    decision.refer_to_committee(story.case, reason="It touches two practices.", **by)
    assert (story.case.stage, story.case.track) == ("in_review", "full")
    assert set(story.case.parts.values_list("track", flat=True)) == {"full"}
    assert story.case.due_on is not None
    assert story.case.due_on > date(2026, 1, 1)
    values = {"track_before": before, "reason": "It touches two practices."}
    stages = ("determination", "in_review")
    assert_entered(story.case, "decision.refer_to_committee", by, stages=stages, values=values)


def test_a_request_of_the_full_track_is_the_committees_already(world: World) -> None:
    story = world.after(judging.recommend)
    by = world.by(*CORA)
    assert refused(lambda: decision.refer_to_committee(story.case, reason="More.", **by)) == [
        "wrong-track"
    ]
