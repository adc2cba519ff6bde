"""Where the usual people cannot: an acting chair for one request, an alternate for its quorum."""

from muniment import models
from muniment.actions import people, review
from muniment.demo import judging
from muniment.demo.story import Story
from muniment.queries import roster
from muniment.rulebook.words import Role
from tests.actions.review.test_meeting import convened, fresh, vote
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

CORA = ("cora", Role.COORDINATOR)
CHEN = ("chen", Role.CHAIR)
STAYS = ("in_review", "in_review")


def without_the_chair(world: World) -> Story:
    """Chen has a conflict; the three others have none."""
    story = world.after(judging.pass_policy)
    review.declare_conflict(story.case, reason="A friend of the lead.", **world.by(*CHEN))
    for name in ("max", "mia", "milo"):
        review.declare_no_conflict(story.case, **world.by(name, Role.MEMBER))
    return story


def alternate(world: World, name: str = "stan") -> models.Person:
    """Somebody who sits only where they are called."""
    grant = world.appoint(name, Role.MEMBER)
    grant.alternate = True
    grant.save()
    return world.person(name)


def test_an_acting_chair_leads_on_one_request(world: World) -> None:
    story = without_the_chair(world)
    lead = ("mia", Role.ACTING_CHAIR)
    meeting = convened(world, story, present=("max", "mia", "milo"))
    assert "not-your-step" in refused(lambda: review.open_ballot(story.case, **world.by(*lead)))
    by = world.by(*CORA)
    mia = world.person("mia")
    made = review.appoint_acting_chair(story.case, member=mia, **by)
    assert (made.person, made.role, made.ended_at) == (mia, "acting_chair", None)
    assert marked(made, "made") == by_and_at(by)
    values = {"member": mia.public_id}
    assert_entered(story.case, "review.appoint_acting_chair", by, stages=STAYS, values=values)
    assert letters_to(mia)[-1] == "acting-chair"
    review.open_ballot(story.case, **world.by(*lead))
    assert roster.lead_of(story.case, meeting) == mia


def test_a_later_appointment_ends_the_earlier(world: World) -> None:
    story = without_the_chair(world)
    for name in ("mia", "max"):
        last = world.by(*CORA)
        review.appoint_acting_chair(story.case, member=world.person(name), **last)
    first, second = models.Assignment.objects.filter(role="acting_chair").order_by("pk")
    assert marked(first, "ended") == by_and_at(last)
    assert roster.find_acting_chair(story.case) == second.person == world.person("max")


def test_nobody_acts_for_a_chair_who_can_lead_or_with_a_conflict_or_without_a_seat(
    world: World,
) -> None:
    story = world.after(judging.declare)
    appoint = review.appoint_acting_chair
    mia, by = world.person("mia"), world.by(*CORA)
    assert refused(lambda: appoint(story.case, member=mia, **by)) == ["chair-available"]
    review.declare_conflict(story.case, reason="I know them.", **world.by(*CHEN))
    assert refused(lambda: appoint(story.case, member=world.person("max"), **world.by(*CORA))) == [
        "assignee-conflicted"
    ]
    assert refused(lambda: appoint(story.case, member=world.person("stan"), **world.by(*CORA))) == [
        "no-seat"
    ]


def test_an_acting_chair_stands_in_while_the_chair_is_away(world: World) -> None:
    story = world.after(judging.declare)
    programme, today = world.house.cast.programme, world.house.clock.now.date()
    people.declare_absence(
        programme, from_on=today, until_on=today, substitute=world.person("mia"), **world.by(*CHEN)
    )
    review.appoint_acting_chair(story.case, member=world.person("mia"), **world.by(*CORA))
    assert roster.find_acting_chair(story.case) == world.person("mia")


def test_an_alternate_is_called_and_counts_once_declared(world: World) -> None:
    story = world.after(judging.declare)
    stan = alternate(world)
    today = story.today
    assert stan not in roster.members(world.house.cast.programme, today=today)
    declares = ("stan", Role.MEMBER)
    assert refused(lambda: review.declare_no_conflict(story.case, **world.by(*declares))) == [
        "not-your-step"
    ]
    meeting = convened(world, story, present=("chen", "mia"))
    assert refused(lambda: review.open_ballot(story.case, **world.by(*CORA))) == ["quorum-missing"]
    by = world.by(*CORA)
    made = review.call_alternate(story.case, member=stan, **by)
    assert (made.person, made.role) == (stan, "alternate")
    assert marked(made, "made") == by_and_at(by)
    values = {"member": stan.public_id}
    assert_entered(story.case, "review.call_alternate", by, stages=STAYS, values=values)
    assert letters_to(stan)[-1] == "alternate-called"
    present = [world.person(name) for name in ("chen", "mia", "stan")]
    review.record_attendance(fresh(meeting), present=present, **world.by(*CORA))
    assert refused(lambda: review.open_ballot(story.case, **world.by(*CORA))) == [
        "declarations-missing"
    ]
    review.declare_no_conflict(story.case, **world.by(*declares))
    review.open_ballot(story.case, **world.by(*CORA))
    vote(world, story, chen="approve", mia="approve")
    review.vote(story.case, choice=models.Vote.Choice.DENY, **world.by(*declares))
    said = review.record_recommendation(story.case, reason="As voted.", **world.by(*CORA))
    assert said.tally == {"approve": 2, "deny": 1}


def test_only_a_free_alternate_is_called(world: World) -> None:
    story = world.after(judging.declare)
    call = review.call_alternate
    milo, by = world.person("milo"), world.by(*CORA)
    assert refused(lambda: call(story.case, member=milo, **by)) == ["no-alternate"]
    stan = alternate(world)
    assert refused(lambda: call(story.case, member=milo, **world.by(*CORA))) == ["not-an-alternate"]
    call(story.case, member=stan, **world.by(*CORA))
    assert refused(lambda: call(story.case, member=stan, **world.by(*CORA))) == ["no-alternate"]
