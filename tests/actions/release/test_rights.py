"""The right to a delivery is asked for every byte: whoever lost it has no further one."""

from datetime import timedelta

from muniment import models
from muniment.actions import people, release
from muniment.actions.release import builds
from muniment.demo import releasing
from muniment.queries import schedule
from muniment.rulebook.words import Role
from tests.world import World


def begun(world: World) -> models.Download:
    """Stan, of the team, fetches what was opened for him; his first byte is on its way."""
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    stan, by = world.person("stan"), world.by("alice", Role.APPLICANT)
    models.TeamMember.objects.create(
        case=story.case, person=stan, name="Stan", accepted_at=by["now"], accepted_by=by["actor"],
        made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    delivery = release.open_delivery(
        story.build, recipient=stan, **world.by("cora", Role.COORDINATOR)
    )
    models.Delivery.objects.update(sha256="a" * 64, packed_at=by["now"], packed_by=people.system())
    own = world.by("stan", Role.TEAM_MEMBER)
    leave = release.download(delivery, second_factor_at=own["now"], session="s", **own).row
    assert release.begin_bytes(leave, now=own["now"], at_start=True) == []
    return leave


def stopped(world: World, leave: models.Download) -> list[str]:
    """Why the next range of it is refused."""
    again = models.Download.objects.get(pk=leave.pk)
    reasons = release.begin_bytes(again, now=world.house.now(), at_start=False)
    return [each.code for each in reasons]


def test_who_left_the_team_or_lost_the_account_is_stopped(world: World) -> None:
    leave = begun(world)
    member = models.TeamMember.objects.filter(person=world.person("stan"))
    member.update(ended_at=world.house.now(), ended_by=people.system())
    assert stopped(world, leave) == ["not-your-step"]
    member.update(ended_at=None, ended_by=None)
    assert stopped(world, leave) == []
    models.Person.objects.filter(pk=world.person("stan").pk).update(is_active=False)
    assert stopped(world, leave) == ["not-your-step"]


def test_a_suspension_or_an_agreement_that_ended_stops_it(world: World) -> None:
    leave = begun(world)
    case, now = builds.case_of(leave.delivery.build.line), world.house.now()
    suspended = models.Suspension.objects.create(
        case=case, reason="A breach.", made_at=now, made_by=people.system()
    )
    assert stopped(world, leave) == ["access-suspended"]
    suspended.delete()
    assert stopped(world, leave) == []
    over = schedule.today(case, now) - timedelta(days=1)
    models.Agreement.objects.update(ends_on=over)
    assert stopped(world, leave) == ["access-not-open"]


def test_a_window_that_is_over_stops_it(world: World) -> None:
    leave = begun(world)
    world.house.clock.pass_days(16)
    assert stopped(world, leave) == ["download-window-closed"]
