"""Deliveries: to the people of the request, of a build that was released."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from muniment import models
from muniment.actions import people, release, step
from muniment.demo import releasing
from muniment.demo.story import Story
from muniment.queries import release as queries
from muniment.rulebook.words import Role
from tests import rules
from tests.actions.release import holders
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
    member = holders.joins(world, story, "stan", accepted_at=None, accepted_by=None)
    assert refused(lambda: opened(world, story, "stan")) == ["not-a-recipient"]
    member.accepted_at, member.accepted_by = now, actor
    member.save()
    holders.pledges(world, story.agreement, "stan")
    delivery = opened(world, story, "stan")
    release.confirm_receipt(delivery, **world.by("stan", Role.TEAM_MEMBER))
    member.ended_at, member.ended_by = now, actor
    member.save()
    assert refused(lambda: opened(world, story, "stan")) == ["not-a-recipient"]


def test_only_whom_a_signed_agreement_binds_receives_it(world: World) -> None:
    """Not who holds no data, nor without a pledge, nor before their institution signed."""
    story = released(world)
    member = holders.joins(world, story, "stan", will_access_data=False)
    assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"]
    member.will_access_data = True
    member.save()
    assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"]
    holders.pledges(world, story.agreement, "stan")
    with transaction.atomic():
        models.Agreement.objects.update(ends_on=story.today - timedelta(days=1))
        assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"]
        transaction.set_rollback(True)
    assert opened(world, story, "stan").recipient == world.person("stan")


def to(line: models.ReleaseLine, today: date) -> list[str]:
    """To whom data of that line may go."""
    return [each.name for each in queries.list_recipients(line, today=today)]


def test_each_line_is_for_the_people_of_its_own_institution(world: World) -> None:
    """Stan's joined later: his are the data of its line, with codes of its own, and no others."""
    story = released(world)
    riverside = models.Institution.objects.create(name="Riverside")
    holders.joins(world, story, "stan", institution=riverside)
    lead = story.agreement
    own, today = story.build.line, story.today
    assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"]
    joinder = holders.joined(lead, riverside)
    pledge = holders.pledges(world, joinder, "stan")
    theirs = release.open_further_line(story.part, agreement=joinder, **world.by(*CORA))
    models.Signature.objects.filter(pk=pledge.pk).update(shown_sha256="0" * 64)
    assert to(theirs, today) == []
    pledge.save()
    assert (to(own, today), to(theirs, today)) == (["Alice Abara"], ["Stan Stranger"])
    official = joinder.signatures.get(capacity="signing_official")
    models.Signature.objects.filter(pk=official.pk).update(shown_sha256="0" * 64)
    assert (to(own, today), to(theirs, today)) == (["Alice Abara"], [])
    official.save()
    models.Agreement.objects.filter(pk=lead.pk).update(ends_on=today - timedelta(days=1))
    assert (to(own, today), to(theirs, today)) == ([], []), "who joined has no more than the lead"


def test_a_supervisor_whose_place_on_the_team_is_without_data_receives_none(world: World) -> None:
    """Else a delivery would be opened to them that they could never fetch. The text names them."""
    story = released(world)
    models.Case.objects.filter(pk=story.case.pk).update(supervisor=world.person("stan"))
    document = {**story.agreement.document, "supervisor": world.person("stan").name}
    models.Agreement.objects.filter(pk=story.agreement.pk).update(document=document)
    unsigned = refused(lambda: opened(world, story))
    assert unsigned == ["recipient-not-bound"], "the accountable lead has not signed"
    holders.signs(world, story.agreement, "max", Role.SUPERVISOR)
    assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"], "nor has Stan"
    holders.signs(world, story.agreement, "stan", Role.SUPERVISOR)
    member = holders.joins(world, story, "stan", will_access_data=False)
    assert refused(lambda: opened(world, story, "stan")) == ["recipient-not-bound"]
    member.ended_at, member.ended_by = member.made_at, member.made_by
    member.save()
    assert opened(world, story, "stan").recipient == world.person("stan")


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


KEY = "key_download"


def ask_for_keys(sections: rules.Sections, where: str) -> None:
    if where == "track":
        rules.track_of(sections, "full")["delivery"] = KEY
    else:
        asked = {"default": "secure_download", "by_class": {where: KEY}}
        rules.dataset_of(sections, "sdtm-pilot")["delivery"] = asked


@pytest.mark.parametrize("where", ["track", "academic"])
def test_data_of_a_class_leave_to_a_confirmed_key_and_never_by_a_passphrase(
    world: World, where: str
) -> None:
    story = released(world)
    rules.changed(story.case, lambda sections: ask_for_keys(sections, where))
    with pytest.raises(step.Refused) as without:
        opened(world, story)
    assert [each.sentence for each in without.value.reasons] == [
        "The recipient's key has to be registered and confirmed first."
    ]
    by = world.by(*ALICE)
    alice = world.person("alice")
    key = models.RecipientKey.objects.create(
        person=alice, public="age1", fingerprint="f" * 64, challenge_sha256="c" * 64,
        proven_at=by["now"], proven_by=by["actor"], made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    assert refused(lambda: opened(world, story)) == ["key-unconfirmed"]
    key.confirmed_at, key.confirmed_by = by["now"], by["actor"]
    key.save()
    delivery = opened(world, story)
    assert (delivery.lock, delivery.key) == (models.Delivery.Lock.KEY, key)
    key.ended_at, key.ended_by = by["now"], by["actor"]
    key.save()
    assert refused(lambda: opened(world, story)) == ["key-unconfirmed"]


def test_what_a_dataset_asks_of_another_class_is_not_asked_of_this_one(world: World) -> None:
    story = released(world)
    rules.changed(story.case, lambda sections: ask_for_keys(sections, "industry"))
    assert opened(world, story).lock == models.Delivery.Lock.PASSPHRASE


def test_the_window_is_as_long_as_the_track_says(world: World) -> None:
    story = released(world)
    rules.changed(
        story.case, lambda sections: rules.track_of(sections, "full").update(download_days=3)
    )
    delivery = opened(world, story)
    assert delivery.until_on == story.today + timedelta(days=3)
    now = world.house.now()
    models.Delivery.objects.update(
        packed_at=now, packed_by=people.system(), sha256="0" * 64, size=1
    )

    def fetched() -> release.Leave:
        by = world.by(*ALICE)
        return release.download(delivery, session="s", second_factor_at=by["now"], **by)

    world.house.clock.pass_days(3)
    assert fetched().row.delivery == delivery
    world.house.clock.pass_days(1)
    assert refused(fetched) == ["download-window-closed"]
