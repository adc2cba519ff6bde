"""Deliveries: to the people of the request, of a build that was released."""

from datetime import timedelta

import pytest

from muniment import models
from muniment.actions import release
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
STAYS = ("active", "active")


def released(world: World) -> Story:
    story = world.after(releasing.check)
    release.release(story.build, **world.by("dev", Role.CHECKER))
    return story


def opened(world: World, story: Story, name: str = "alice") -> models.Delivery:
    return release.open_delivery(story.build, recipient=world.person(name), **world.by(*CORA))


def test_a_delivery_is_open_for_its_recipient_until_a_day(world: World) -> None:
    story = released(world)
    by = world.by(*CORA)
    alice = world.person("alice")
    row = release.open_delivery(story.build, recipient=alice, **by)
    assert (row.build, row.recipient) == (story.build, alice)
    assert row.until_on == story.today + timedelta(days=14)
    assert marked(row, "made") == by_and_at(by)
    assert marked(row, "received") == (None, None)
    values = {"recipient": alice.public_id, "package": story.build.package_sha256}
    assert_entered(story.case, "release.open_delivery", by, stages=STAYS, values=values)
    assert letters_to(alice)[-1] == "release-ready"


@pytest.mark.parametrize("name", ["stan", "sam", "dana"])
def test_nobody_outside_of_the_request_receives_it(world: World, name: str) -> None:
    """Not even the official who signed for the institution."""
    story = released(world)
    assert refused(lambda: opened(world, story, name)) == ["not-a-recipient"]


def test_whoever_is_on_the_team_receives_it_until_they_leave(world: World) -> None:
    story = released(world)
    actor, now = world.house.acting(*ALICE), world.house.now()
    member = models.TeamMember.objects.create(
        case=story.case, person=world.person("stan"), name="Stan", made_at=now, made_by=actor
    )
    assert refused(lambda: opened(world, story, "stan")) == ["not-a-recipient"]
    member.accepted_at, member.accepted_by = now, actor
    member.save()
    delivery = opened(world, story, "stan")
    release.confirm_receipt(delivery, **world.by("stan", Role.TEAM_MEMBER))
    member.ended_at, member.ended_by = now, actor
    member.save()
    assert refused(lambda: opened(world, story, "stan")) == ["not-a-recipient"]


def test_nothing_is_delivered_before_its_release_or_after_its_withdrawal(world: World) -> None:
    checked = world.after(releasing.check)
    assert refused(lambda: opened(world, checked)) == ["wrong-stage", "build-not-released"]
    release.release(checked.build, **world.by("dev", Role.CHECKER))
    release.withdraw_build(checked.build, reason="A fault.", **world.by(*CORA))
    assert refused(lambda: opened(world, checked)) == ["build-withdrawn"]


def test_the_recipient_confirms_the_receipt(world: World) -> None:
    story = released(world)
    delivery, by = opened(world, story), world.by(*ALICE)
    release.confirm_receipt(delivery, **by)
    assert marked(delivery, "received") == by_and_at(by)
    values = {"package": story.build.package_sha256}
    assert_entered(story.case, "release.confirm_receipt", by, stages=STAYS, values=values)
    assert refused(lambda: release.confirm_receipt(delivery, **world.by(*ALICE))) == [
        "already-received"
    ]
    assert marked(delivery, "received") == by_and_at(by)


def test_nobody_confirms_for_another_or_after_the_agreement_ended(world: World) -> None:
    story = released(world)
    delivery = opened(world, story)
    stan = world.by("stan", Role.APPLICANT)
    assert refused(lambda: release.confirm_receipt(delivery, **stan)) == [
        "not-your-step",
        "access-not-open",
    ]
    models.Agreement.objects.update(ends_on=story.today - timedelta(days=1))
    assert refused(lambda: release.confirm_receipt(delivery, **world.by(*ALICE))) == [
        "access-not-open"
    ]
