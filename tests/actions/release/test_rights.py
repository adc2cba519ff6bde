"""The right to a delivery is asked for every byte: whoever lost it has no further one."""

from datetime import timedelta

from muniment import models
from muniment.actions import aftercare, catalogue, people, release
from muniment.actions.release import builds
from muniment.demo import releasing
from muniment.queries import schedule
from muniment.queries.catalogue import office
from muniment.rulebook.words import Role
from tests.actions.release import holders
from tests.evidence import letters_to
from tests.world import World


def begun(world: World) -> models.Download:
    """Stan, of the team, fetches what was opened for him; his first byte is on its way."""
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    stan, by = world.person("stan"), world.by("alice", Role.APPLICANT)
    holders.joins(world, story, "stan")
    holders.pledges(world, story.agreement, "stan")
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


def test_who_came_back_to_the_team_without_working_with_the_data_is_stopped(world: World) -> None:
    leave = begun(world)
    models.TeamMember.objects.filter(person=world.person("stan")).update(will_access_data=False)
    assert stopped(world, leave) == ["access-not-open"]


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


def test_a_revocation_stops_it_and_tells_who_was_fetching(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    case.refresh_from_db()
    by = world.by("otto", Role.DETERMINING_OFFICER)
    aftercare.revoke(
        case, reason="Passed on.", destroy_by_on=schedule.today(case, by["now"]),
        second_person=world.person("cora"), **by,
    )  # fmt: skip
    assert "wrong-stage" in stopped(world, leave)
    for name in ("alice", "sam", "stan"):
        assert letters_to(world.person(name))[-1] == "revoked", name


def test_an_edition_that_is_withdrawn_stops_it_and_its_releases_are_listed(world: World) -> None:
    leave = begun(world)
    build = leave.delivery.build
    edition, case = build.line.part.dataset_edition, builds.case_of(build.line)
    by = world.by("cora", Role.COORDINATOR)
    catalogue.withdraw_edition(
        case.programme, edition, reason="Wrong codes.", **world.by("cora", Role.COORDINATOR)
    )
    assert "on-hold" in stopped(world, leave)
    seen = office.find_sheet(world.person("cora"), edition.pk, now=by["now"])
    assert seen is not None
    assert [(each.reference, each.recipients) for each in seen.released] == [
        (case.reference, ("Stan Stranger",))
    ]
    assert letters_to(world.person("alice"))[-1] == "on-hold"
    release.tell_recipients(build, reason="Wrong codes.", **by)
    assert letters_to(world.person("stan"))[-1] == "release-recalled"


def test_the_end_of_the_term_stops_it_and_tells_who_holds_data(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    over = schedule.today(case, world.house.clock.now) - timedelta(days=1)
    models.Agreement.objects.update(ends_on=over)
    case.refresh_from_db()
    aftercare.expire_agreement(case, actor=people.system(), now=world.house.now())
    assert "wrong-stage" in stopped(world, leave)
    assert letters_to(world.person("alice"))[-1] == "close-out-due"
    for name in ("sam", "stan"):
        assert letters_to(world.person(name))[-1] == "use-ended"


def test_who_is_taken_off_the_team_is_stopped_and_told(world: World) -> None:
    leave = begun(world)
    member = models.TeamMember.objects.get(person=world.person("stan"))
    aftercare.end_persons_access(member, **world.by("cora", Role.COORDINATOR))
    assert stopped(world, leave) == ["not-your-step"]
    assert letters_to(world.person("stan"))[-1] == "access-ended"
    assert letters_to(world.person("alice"))[-1] == "agreement-news"
    world.house.clock.pass_days(16)
    release.close_delivery(leave.delivery, actor=people.system(), now=world.house.now())
    assert letters_to(world.person("stan"))[-1] == "access-ended", "the closed window is not theirs"


def test_a_suspension_stops_it_and_tells_who_was_fetching(world: World) -> None:
    leave = begun(world)
    case = builds.case_of(leave.delivery.build.line)
    case.refresh_from_db()
    aftercare.suspend_access(case, reason="A breach.", **world.by("cora", Role.COORDINATOR))
    assert stopped(world, leave) == ["access-suspended"]
    for name in ("alice", "sam", "stan"):
        assert letters_to(world.person(name))[-1] == "suspended", name


def test_a_window_that_is_over_stops_it(world: World) -> None:
    leave = begun(world)
    world.house.clock.pass_days(16)
    assert stopped(world, leave) == ["download-window-closed"]
