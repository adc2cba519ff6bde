"""Meet, vote, recommend: the quorum counts heads without a conflict, and the tie rule is kept."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from muniment import models
from muniment.actions import review
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, marked, refused
from tests.world import World

STAYS = ("in_review", "in_review")
ROLES = judging.SEATS
FREE = ("chen", "mia", "milo")
CORA = ("cora", Role.COORDINATOR)
CHEN = ("chen", Role.CHAIR)
Choice = models.Vote.Choice


def planned(world: World, *, chair: str = "chen") -> models.Meeting:
    """A meeting in the calendar, for today."""
    held_on = world.house.clock.now.date()
    return review.plan_meeting(
        world.house.cast.programme, held_on=held_on, chair=world.person(chair), **world.by(*CORA)
    )


def convened(
    world: World, story: Story, *, present: Sequence[str] = FREE, chair: str = "chen"
) -> models.Meeting:
    """An open meeting with the request on its agenda and these people in the room."""
    meeting = planned(world, chair=chair)
    review.put_on_agenda(story.case, meeting=meeting, **world.by(*CORA))
    review.open_meeting(fresh(meeting), **world.by(*CORA))
    people = [world.person(name) for name in present]
    review.record_attendance(fresh(meeting), present=people, **world.by(*CORA))
    return fresh(meeting)


def balloting(world: World, story: Story, **more: object) -> models.Meeting:
    """As `convened`, with the ballot open."""
    meeting = convened(world, story, **more)  # type: ignore[arg-type]
    review.open_ballot(story.case, **world.by(*CORA))
    return meeting


def fresh(meeting: models.Meeting) -> models.Meeting:
    return models.Meeting.objects.select_related("programme").get(pk=meeting.pk)


def vote(world: World, story: Story, **choices: str) -> None:
    """Each votes as named."""
    for name, choice in choices.items():
        review.vote(story.case, choice=Choice(choice), **world.by(name, ROLES[name]))


def recommended(world: World, story: Story, **choices: str) -> models.Recommendation:
    """What comes of these votes."""
    vote(world, story, **choices)
    return review.record_recommendation(story.case, reason="As voted.", **world.by(*CORA))


def test_a_meeting_is_planned(world: World) -> None:
    world.after(judging.score)
    by = world.by(*CORA)
    held_on = world.house.clock.now.date() + timedelta(days=3)
    programme = world.house.cast.programme
    meeting = review.plan_meeting(programme, held_on=held_on, chair=world.person("chen"), **by)
    assert (meeting.held_on, meeting.chair, meeting.opened_at) == (
        held_on,
        world.person("chen"),
        None,
    )
    assert marked(meeting, "made") == by_and_at(by)
    values = {"held_on": held_on.isoformat(), "chair": world.person("chen").public_id}
    assert_entered(world.house.cast.programme, "review.plan_meeting", by, values=values)


def test_a_meeting_is_planned_by_the_office_and_led_by_somebody_with_a_seat(world: World) -> None:
    world.after(judging.score)
    today = world.house.clock.now.date()

    def plan(name: str, role: Role, chair: str) -> object:
        programme = world.house.cast.programme
        by = world.by(name, role)
        return review.plan_meeting(programme, held_on=today, chair=world.person(chair), **by)

    assert refused(lambda: plan("mia", Role.MEMBER, "chen")) == ["not-your-step"]
    assert refused(lambda: plan(*CORA, "stan")) == ["no-seat"]


def test_a_request_comes_to_the_agenda_once(world: World) -> None:
    story = world.after(judging.score)
    meeting, by = planned(world), world.by(*CORA)
    item = review.put_on_agenda(story.case, meeting=meeting, **by)
    assert (item.meeting, item.case, item.order) == (meeting, story.case, 1)
    assert marked(item, "made") == by_and_at(by)
    values = {"held_on": meeting.held_on.isoformat()}
    assert_entered(story.case, "review.put_on_agenda", by, stages=STAYS, values=values)
    again = lambda: review.put_on_agenda(story.case, meeting=meeting, **world.by(*CORA))  # noqa: E731
    assert refused(again) == ["on-agenda"]


def test_a_request_comes_to_no_agenda_of_another_programs_committee(world: World) -> None:
    story = world.after(judging.score)
    by = world.by(*CORA)
    other = models.Programme.objects.create(slug="other", name="Other")
    meeting = models.Meeting.objects.create(
        programme=other, held_on=by["now"].date(), chair=world.person("chen"),
        made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    assert refused(lambda: review.put_on_agenda(story.case, meeting=meeting, **by)) == [
        "meeting-over"
    ]


def test_nobody_with_a_conflict_puts_a_request_on_the_agenda(world: World) -> None:
    story = world.after(judging.score)
    meeting = planned(world)
    review.declare_conflict(story.case, reason="A friend.", **world.by(*CORA))
    assert refused(
        lambda: review.put_on_agenda(story.case, meeting=meeting, **world.by(*CORA))
    ) == ["recused", "conflicted"]


def test_a_meeting_is_opened_once(world: World) -> None:
    story = world.after(judging.score)
    meeting, by = planned(world), world.by(*CHEN)
    review.open_meeting(fresh(meeting), **by)
    assert marked(meeting, "opened") == by_and_at(by)
    values = {"held_on": meeting.held_on.isoformat()}
    assert_entered(world.house.cast.programme, "review.open_meeting", by, values=values)
    assert refused(lambda: review.open_meeting(fresh(meeting), **world.by(*CHEN))) == [
        "meeting-open"
    ]
    assert story.case.agenda.count() == 0


def test_attendance_is_recorded_person_by_person(world: World) -> None:
    story = world.after(judging.score)
    meeting = convened(world, story, present=("chen",))
    by = world.by(*CORA)
    both = [world.person("chen"), world.person("max")]
    here = review.record_attendance(meeting, present=both, **by)
    assert [each.member for each in here] == both
    assert meeting.attendances.count() == 2
    assert marked(here[1], "made") == by_and_at(by)
    values = {"present": sorted(person.public_id for person in both)}
    assert_entered(world.house.cast.programme, "review.record_attendance", by, values=values)


def test_only_people_with_a_seat_are_present_and_only_at_an_open_meeting(world: World) -> None:
    story = world.after(judging.score)
    closed = planned(world)

    def record(meeting: models.Meeting, name: str) -> object:
        present = [world.person(name)]
        return review.record_attendance(fresh(meeting), present=present, **world.by(*CORA))

    assert refused(lambda: record(closed, "chen")) == ["meeting-not-open"]
    meeting = convened(world, story, present=())
    assert refused(lambda: record(meeting, "stan")) == ["no-seat"]
    assert refused(lambda: record(meeting, "otto")) == ["no-seat"]
    assert meeting.attendances.count() == 0


def test_the_ballot_opens_on_a_request_of_the_agenda(world: World) -> None:
    story = world.after(judging.score)
    meeting, by = convened(world, story), world.by(*CHEN)
    item = review.open_ballot(story.case, **by)
    assert item.meeting == meeting
    assert marked(item, "ballot_opened") == by_and_at(by)
    assert marked(item, "ballot_closed") == (None, None)
    values = {"held_on": meeting.held_on.isoformat()}
    assert_entered(story.case, "review.open_ballot", by, stages=STAYS, values=values)
    assert refused(lambda: review.open_ballot(story.case, **world.by(*CHEN))) == ["ballot-open"]


def test_no_ballot_without_agenda_declarations_reviews_and_quorum(world: World) -> None:
    story = world.after(judging.pass_policy)
    opened = lambda: review.open_ballot(story.case, **world.by(*CORA))  # noqa: E731
    assert refused(opened) == ["not-on-agenda", "declarations-missing", "quorum-missing"]
    judging.declare(story)
    review.assign_reviewer(story.case, member=world.person("mia"), **world.by(*CORA))
    convened(world, story)
    assert refused(opened) == ["reviews-missing"]


@pytest.mark.parametrize(
    "present", [(), ("chen", "mia"), ("chen", "mia", "max")], ids=["nobody", "two", "one recused"]
)
def test_the_quorum_is_counted_over_those_without_a_conflict(
    world: World, present: tuple[str, ...]
) -> None:
    """Four seats, Max recused: three are needed, and he does not make up for one who is away."""
    story = world.after(judging.score)
    convened(world, story, present=present)
    assert refused(lambda: review.open_ballot(story.case, **world.by(*CORA))) == ["quorum-missing"]


def test_the_quorum_is_counted_at_the_meeting_where_the_ballot_is(world: World) -> None:
    story = world.after(judging.score)
    convened(world, story, present=FREE)
    later = convened(world, story, present=("chen",))
    opened = lambda: review.open_ballot(story.case, **world.by(*CORA))  # noqa: E731
    assert refused(opened) == ["quorum-missing"]
    everyone = [world.person(name) for name in FREE]
    review.record_attendance(later, present=everyone, **world.by(*CORA))
    assert opened().meeting == later


def test_a_conflict_declared_in_the_meeting_takes_the_quorum_away(world: World) -> None:
    story = world.after(judging.score)
    balloting(world, story)
    vote(world, story, chen="approve", mia="approve", milo="approve")
    review.declare_conflict(
        story.case, reason="Just saw the team.", **world.by("milo", Role.MEMBER)
    )
    assert refused(
        lambda: review.record_recommendation(story.case, reason="As voted.", **world.by(*CORA))
    ) == ["quorum-missing"]


def test_a_vote_is_cast_and_may_be_changed_until_the_ballot_closes(world: World) -> None:
    story = world.after(judging.score)
    meeting = balloting(world, story)
    first = review.vote(story.case, choice=Choice.DENY, **world.by("mia", Role.MEMBER))
    by = world.by("mia", Role.MEMBER)
    cast = review.vote(story.case, choice=Choice.APPROVE, **by)
    assert cast.pk == first.pk
    assert (cast.member, cast.meeting, cast.round) == (world.person("mia"), meeting, 1)
    assert models.Vote.objects.get().choice == "approve"
    assert marked(cast, "made") == by_and_at(by)
    assert_entered(story.case, "review.vote", by, stages=STAYS, values={"choice": "approve"})


def test_no_vote_while_recused_without_a_ballot_or_without_a_seat(world: World) -> None:
    story = world.after(judging.score)
    mia = world.by("mia", Role.MEMBER)
    assert refused(lambda: review.vote(story.case, choice=Choice.DENY, **mia)) == [
        "ballot-not-open"
    ]
    balloting(world, story, present=tuple(ROLES))
    for name, role, codes in (
        ("max", Role.MEMBER, ["vote-while-recused", "conflicted"]),
        ("otto", Role.MEMBER, ["not-your-step", "conflict-undeclared"]),
        ("mia", Role.CHAIR, ["not-your-step"]),
    ):
        by = world.by(name, role)
        assert refused(lambda by=by: review.vote(story.case, choice=Choice.APPROVE, **by)) == codes
    assert models.Vote.objects.count() == 0


def test_one_person_has_one_vote_whatever_their_offices(world: World) -> None:
    story = world.after(judging.score)
    world.appoint("mia", Role.ACTING_CHAIR)
    balloting(world, story)
    vote(world, story, mia="deny")
    review.vote(story.case, choice=Choice.APPROVE, **world.by("mia", Role.ACTING_CHAIR))
    assert [each.choice for each in models.Vote.objects.all()] == ["approve"]


def test_the_recommendation_closes_the_ballot_and_moves_the_request_on(world: World) -> None:
    story = world.after(judging.score)
    meeting = balloting(world, story)
    vote(world, story, chen="conditions", mia="conditions", milo="approve")
    by = world.by(*CHEN)
    said = review.record_recommendation(story.case, reason="Ethics is pending.", **by)
    assert (said.outcome, said.tally) == (
        "approved_with_conditions",
        {"conditions": 2, "approve": 1},
    )
    assert (said.meeting, said.round, said.reason) == (meeting, 1, "Ethics is pending.")
    assert marked(said, "made") == by_and_at(by)
    item = models.AgendaItem.objects.get(case=story.case)
    assert marked(item, "ballot_closed") == by_and_at(by)
    values = {
        "outcome": "approved_with_conditions",
        "tally": {"conditions": 2, "approve": 1},
        "reason": "Ethics is pending.",
    }
    stages = ("in_review", "determination")
    assert_entered(story.case, "review.record_recommendation", by, stages=stages, values=values)
    assert story.case.stage == "determination"


def test_no_recommendation_before_everyone_present_voted_or_without_a_reason(world: World) -> None:
    story = world.after(judging.score)
    balloting(world, story)
    vote(world, story, chen="approve", mia="approve")
    record = review.record_recommendation
    assert refused(lambda: record(story.case, reason=" ", **world.by(*CORA))) == [
        "votes-missing",
        "reason-missing",
    ]


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        (("deny", "deny", "approve"), "denied"),
        (("approve", "conditions", "deny"), "approved_with_conditions"),
        (("revise", "deny", "approve"), "revise_and_resubmit"),
        (("approve", "deny", "revise"), "approved"),
        (("defer", "deny", "approve"), "deferred"),
    ],
)
def test_what_the_votes_decide_with_the_chairs_vote_breaking_a_tie(
    world: World, choices: tuple[str, str, str], outcome: str
) -> None:
    story = world.after(judging.score)
    balloting(world, story)
    said = recommended(world, story, **dict(zip(FREE, choices, strict=True)))
    assert said.outcome == outcome


def tied(world: World) -> Story:
    """The chair is recused, and the three others are of three minds."""
    story = world.after(judging.pass_policy)
    review.declare_conflict(story.case, reason="A friend of the lead.", **world.by(*CHEN))
    for name in ("max", "mia", "milo"):
        review.declare_no_conflict(story.case, **world.by(name, Role.MEMBER))
    balloting(world, story, present=("max", "mia", "milo"))
    for name, choice in {"max": "approve", "mia": "deny", "milo": "revise"}.items():
        review.vote(story.case, choice=Choice(choice), **world.by(name, Role.MEMBER))
    return story


def test_a_tie_that_nobody_leads_out_of_waits_for_an_acting_chair(world: World) -> None:
    story = tied(world)
    record = review.record_recommendation
    assert refused(lambda: record(story.case, reason="As voted.", **world.by(*CORA))) == [
        "votes-tied"
    ]
    mia = world.person("mia")
    review.appoint_acting_chair(story.case, member=mia, **world.by(*CORA))
    said = record(story.case, reason="As voted.", **world.by(*CORA))
    assert said.outcome == "denied"


def test_a_vote_no_longer_counts_once_its_voter_declared_a_conflict(world: World) -> None:
    """Five seats with Stan; Milo votes, then sees that he has a stake."""
    story = world.after(judging.pass_policy)
    world.appoint("stan", Role.MEMBER)
    for name in ("chen", "max", "mia", "milo", "stan"):
        role = ROLES.get(name, Role.MEMBER)
        review.declare_no_conflict(story.case, **world.by(name, role))
    balloting(world, story, present=("chen", "max", "mia", "milo", "stan"))
    vote(world, story, chen="deny", mia="deny", milo="approve", max="approve")
    review.vote(story.case, choice=Choice.APPROVE, **world.by("stan", Role.MEMBER))
    for name in ("milo", "stan"):
        review.declare_conflict(story.case, reason="I see now.", **world.by(name, Role.MEMBER))
    said = review.record_recommendation(story.case, reason="As counted.", **world.by(*CORA))
    assert (said.outcome, said.tally) == ("denied", {"deny": 2, "approve": 1})


def test_a_conflicted_chair_leads_nothing_and_an_acting_chair_does(world: World) -> None:
    story = world.after(judging.pass_policy)
    review.declare_conflict(story.case, reason="A friend of the lead.", **world.by(*CHEN))
    for name in ("max", "mia", "milo"):
        review.declare_no_conflict(story.case, **world.by(name, Role.MEMBER))
    world.appoint("mia", Role.ACTING_CHAIR)
    convened(world, story, present=("chen", "max", "mia", "milo"), chair="mia")
    assert refused(lambda: review.open_ballot(story.case, **world.by(*CHEN))) == [
        "recused",
        "conflicted",
    ]
    acting = ("mia", Role.ACTING_CHAIR)
    review.open_ballot(story.case, **world.by(*acting))
    vote(world, story, max="approve", milo="deny")
    review.vote(story.case, choice=Choice.REVISE, **world.by(*acting))
    by = world.by(*acting)
    said = review.record_recommendation(story.case, reason="The chair's vote broke it.", **by)
    assert said.outcome == "revise_and_resubmit"
    assert marked(said, "made") == by_and_at(by)
