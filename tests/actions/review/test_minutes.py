"""Minutes say what the record says, may be edited, and close the meeting once approved."""

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.actions.review.test_meeting import (
    balloting,
    convened,
    fresh,
    planned,
    recommended,
    tied,
    vote,
)
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
CHEN = ("chen", Role.CHAIR)
Choice = models.Vote.Choice


def minuted(world: World) -> tuple[Story, models.Meeting]:
    """A meeting that voted on one request, with the minutes drafted."""
    story = world.after(judging.score)
    meeting = balloting(world, story)
    recommended(world, story, chen="approve", mia="conditions", milo="approve")
    review.draft_minutes(fresh(meeting), **world.by(*CORA))
    return story, fresh(meeting)


def test_minutes_are_drafted_from_the_record(world: World) -> None:
    story = world.after(judging.score)
    meeting = balloting(world, story)
    recommended(world, story, chen="approve", mia="conditions", milo="approve")
    by = world.by(*CORA)
    minutes = review.draft_minutes(fresh(meeting), **by)
    assert marked(minutes, "made") == by_and_at(by)
    day = meeting.held_on
    assert minutes.text == (
        f"Meeting of {day:%B} {day.day}, {day.year}. Chair: Chen Chair.\n\n"
        "Present: Chen Chair, Mia Member, Milo Member."
    )
    item = models.AgendaItem.objects.get(meeting=meeting)
    assert item.minutes == (
        "Recused: Max Member. "
        "3 of 3 members without a conflict took part; 3 are needed: quorate. "
        "Votes: 2 to approve, 1 to approve with conditions. "
        "The committee resolved to approve: As voted."
    )
    values = {"held_on": day.isoformat()}
    assert_entered(fresh(meeting).programme, "review.draft_minutes", by, values=values)


def test_the_minutes_name_who_led_who_broke_the_tie_and_who_left(world: World) -> None:
    story = tied(world)
    models.Vote.objects.filter(member=world.person("mia")).update(choice="defer")
    models.Vote.objects.filter(member=world.person("milo")).update(choice="approve")
    review.appoint_acting_chair(story.case, member=world.person("mia"), **world.by(*CORA))
    meeting = fresh(models.Meeting.objects.get())
    meeting.place = "Room 4"
    meeting.save()
    models.Vote.objects.filter(member=world.person("max")).update(choice="deny")
    review.vote(story.case, choice=Choice.REVISE, **world.by("mia", Role.MEMBER))
    models.Vote.objects.create(
        case=story.case, round=1, meeting=meeting, member=world.person("stan"), choice="deny",
        made_at=world.house.clock.now, made_by=world.by(*CORA)["actor"],
    )  # fmt: skip
    models.Vote.objects.create(
        case=story.case, round=1, meeting=meeting, member=world.person("otto"), choice="approve",
        made_at=world.house.clock.now, made_by=world.by(*CORA)["actor"],
    )  # fmt: skip
    lead = ("mia", Role.ACTING_CHAIR)
    by = world.by(*lead)
    item = review.break_tie(story.case, choice=Choice.DENY, **by)
    assert item.casting == "deny"
    assert marked(item, "tie_broken") == by_and_at(by)
    stays = ("in_review", "in_review")
    assert_entered(story.case, "review.break_tie", by, stages=stays, values={"choice": "deny"})
    said = review.record_recommendation(story.case, reason="Too wide.", **world.by(*CORA))
    assert said.outcome == "denied"
    room = [world.person(name) for name in ("mia", "milo")]
    review.record_attendance(fresh(meeting), present=room, **world.by(*CORA))
    minutes = review.draft_minutes(fresh(meeting), **world.by(*CORA))
    assert minutes.text.endswith("Left before the end: Max Member.")
    assert ", Room 4. Chair: Chen Chair." in minutes.text
    told = models.AgendaItem.objects.get(meeting=meeting).minutes
    assert "Recused: Chen Chair." in told
    assert "Mia Member led as acting chair." in told
    assert "Mia Member broke the tie to deny." in told


def test_a_tie_is_broken_only_for_what_leads_and_only_where_there_is_one(world: World) -> None:
    story = tied(world)
    review.appoint_acting_chair(story.case, member=world.person("milo"), **world.by(*CORA))
    lead = ("milo", Role.ACTING_CHAIR)
    assert refused(
        lambda: review.break_tie(story.case, choice=Choice.APPROVE, **world.by(*lead))
    ) == ["no-tie"]
    models.Assignment.objects.filter(role="acting_chair").delete()
    world.appoint("milo", Role.ACTING_CHAIR)
    assert refused(
        lambda: review.break_tie(story.case, choice=Choice.DEFER, **world.by(*lead))
    ) == ["not-leading"]
    review.break_tie(story.case, choice=Choice.APPROVE, **world.by(*lead))


def test_an_item_without_an_outcome_or_a_conflict_is_told_as_it_was(world: World) -> None:
    story = world.after(judging.pass_policy)
    for name in ("chen", "max", "mia", "milo"):
        review.declare_no_conflict(story.case, **world.by(name, judging.SEATS[name]))
    meeting = convened(world, story, present=("chen",))
    review.draft_minutes(fresh(meeting), **world.by(*CORA))
    item = models.AgendaItem.objects.get(meeting=meeting)
    assert item.minutes == (
        "Nobody was recused. 1 of 4 members without a conflict took part; 3 are needed: not "
        "quorate. No outcome was reached."
    )
    later = planned(world)
    later.held_on = meeting.held_on.replace(year=meeting.held_on.year + 1)
    later.save()
    review.defer_to_next_meeting(story.case, meeting=later, reason="Late.", **world.by(*CHEN))
    review.draft_minutes(fresh(meeting), **world.by(*CORA))
    item.refresh_from_db()
    assert item.minutes.endswith("Deferred to a later meeting.")


def test_minutes_are_edited_until_they_are_approved(world: World) -> None:
    _, meeting = minuted(world)
    item = meeting.items.get()
    written = review.write_minutes(
        meeting, " Opened at nine. ", {item.pk: " Approved. ", 0: "?"}, **world.by(*CORA)
    )
    item.refresh_from_db()
    assert (written.text, item.minutes) == ("Opened at nine.", "Approved.")
    review.write_minutes(meeting, "Opened.", {}, **world.by(*CORA))
    by = world.by(*CHEN)
    minutes = review.approve_minutes(fresh(meeting), **by)
    assert marked(minutes, "approved") == marked(meeting, "closed") == by_and_at(by)
    values = {
        "held_on": meeting.held_on.isoformat(),
        "text": "Opened.",
        "items": {item.case.reference: "Approved."},
    }
    assert_entered(fresh(meeting).programme, "review.approve_minutes", by, values=values)
    write = review.write_minutes
    assert refused(lambda: write(fresh(meeting), "No.", {}, **world.by(*CORA))) == [
        "minutes-approved"
    ]
    assert refused(lambda: review.approve_minutes(fresh(meeting), **world.by(*CHEN))) == [
        "minutes-missing"
    ]


def test_who_chairs_the_meeting_in_the_chairs_place_approves(world: World) -> None:
    story = world.after(judging.score)
    meeting = convened(world, story, chair="mia")
    review.draft_minutes(fresh(meeting), **world.by(*CORA))
    approve = review.approve_minutes
    milo, mia = ("milo", Role.ACTING_CHAIR), ("mia", Role.ACTING_CHAIR)
    assert refused(lambda: approve(fresh(meeting), **world.by(*milo))) == ["not-your-step"]
    assert approve(fresh(meeting), **world.by(*mia))


def test_no_minutes_before_the_meeting_and_none_with_an_open_ballot(world: World) -> None:
    story = world.after(judging.score)
    before = planned(world)
    assert refused(lambda: review.draft_minutes(fresh(before), **world.by(*CORA))) == [
        "meeting-not-open"
    ]
    write = review.write_minutes
    assert refused(lambda: write(fresh(before), "?", {}, **world.by(*CORA))) == ["minutes-missing"]
    mia = world.by("mia", Role.MEMBER)
    assert refused(lambda: write(fresh(before), "?", {}, **mia)) == ["not-your-step"]
    meeting = balloting(world, story)
    vote(world, story, chen="approve")
    review.draft_minutes(fresh(meeting), **world.by(*CORA))
    assert refused(lambda: review.approve_minutes(fresh(meeting), **world.by(*CHEN))) == [
        "ballot-open"
    ]


def test_an_agenda_is_published_once_there_is_one(world: World) -> None:
    story = world.after(judging.score)
    meeting = planned(world)
    publish = review.publish_agenda
    assert refused(lambda: publish(fresh(meeting), **world.by(*CORA))) == ["agenda-empty"]
    review.put_on_agenda(story.case, meeting=meeting, **world.by(*CORA))
    by = world.by(*CORA)
    publish(fresh(meeting), **by)
    publish(fresh(meeting), **world.by(*CHEN))
    assert marked(meeting, "published") == by_and_at(by)
    mia = world.by("mia", Role.MEMBER)
    assert refused(lambda: publish(fresh(meeting), **mia)) == ["not-your-step"]


def test_minutes_approved_are_not_drafted_anew(world: World) -> None:
    _, meeting = minuted(world)
    minutes = models.Minutes.objects.get()
    minutes.approved_at, minutes.approved_by = world.house.clock.now, world.by(*CORA)["actor"]
    minutes.save()
    assert refused(lambda: review.draft_minutes(meeting, **world.by(*CORA))) == ["minutes-approved"]
