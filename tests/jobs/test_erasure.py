"""Erased stays erased and revoked stays revoked, whatever backup is restored."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from muniment import home, models
from muniment.actions import aftercare, people, step
from muniment.actions.people import leaving
from muniment.demo.story import Story
from muniment.gateways.witness import folder, tombstones
from muniment.jobs import anchoring, erasure, plane, worker
from muniment.pages.people import adapter
from muniment.rulebook.words import Refusal, Role, Stage
from tests.evidence import assert_entered, letters_to, refused
from tests.world import World

DAY = date(2031, 1, 31)
FORGET = adapter.forget_person


@pytest.fixture
def plant(tmp_path: Path) -> plane.Plant:
    """A worker's place, apart from the database."""
    return plane.plant(home.make(tmp_path / "place"))


def erase(world: World, name: str) -> models.Person:
    person = world.person(name)
    return leaving.erase_person(
        person, programme=world.house.cast.programme, reason="Asked to be forgotten.",
        forget=adapter.forget_person, second_person=world.person("cora"),
        **world.by("ada", Role.ADMINISTRATOR),
    )  # fmt: skip


def as_of(person: models.Person) -> dict[str, Any]:
    """What a backup of now holds of somebody."""
    names = ("email", "name", "is_active", "erased_at", "erased_by", "orcid", "position")
    return {name: getattr(person, name) for name in names}


def go(world: World, plant: plane.Plant, forget: erasure.Forget | None = FORGET) -> None:
    erasure.go(plant=plant, forget=forget, clock=world.house.now)


def work_off(world: World, plant: plane.Plant) -> None:
    worker.work_off(plant=plant, clock=world.house.now)


def test_a_backup_from_before_brings_nobody_back(world: World, plant: plane.Plant) -> None:
    world.founded()
    stan = world.person("stan")
    backup = as_of(stan)
    erase(world, "stan")
    work_off(world, plant)
    [kept] = tombstones.Tombstones(plant.home, "people").days()
    assert kept == stan.public_id
    models.Person.objects.filter(pk=stan.pk).update(**backup)  # restored
    stan.emailaddress_set.create(email=backup["email"], verified=True, primary=True)
    go(world, plant)
    stan.refresh_from_db()
    assert (stan.name, stan.email) == (leaving.NAME, f"{stan.public_id}@erased.invalid")
    assert stan.erased_by.role == Role.SYSTEM
    assert not stan.emailaddress_set.exists()
    by = {"actor": stan.erased_by, "now": stan.erased_at}
    values = {"person": stan.public_id, "erased_on": world.house.now().date().isoformat()}
    assert_entered(world.house.cast.programme, "people.erase_again", by, values=values)
    entries = models.Entry.objects.count()
    go(world, plant)
    assert models.Entry.objects.count() == entries


def test_without_its_tombstone_the_backup_would_bring_them_back(
    world: World, plant: plane.Plant
) -> None:
    """The control."""
    world.founded()
    backup = as_of(world.person("stan"))
    stan = erase(world, "stan")
    models.Person.objects.filter(pk=stan.pk).update(**backup)
    models.Job.objects.all().delete()
    go(world, plant)
    stan.refresh_from_db()
    assert stan.name == backup["name"]


def test_a_tombstone_that_was_not_written_is_made_up_for_within_the_hour(
    world: World, plant: plane.Plant
) -> None:
    world.founded()
    stan = erase(world, "stan")
    worker.go_round(worker.hourly(plant)[:1], clock=world.house.now)
    stones = tombstones.Tombstones(plant.home, "people")
    assert list(stones.days()) == [stan.public_id]
    (plant.home / "tombstones" / "people" / ".half.0000").write_text("?")
    assert list(stones.days()) == [stan.public_id]
    with pytest.raises(ValueError, match="cannot be the name"):
        stones.keep("../keys", on=world.house.now().date())


def test_what_is_no_tombstone_moves_nothing_and_keeps_no_other_from_counting(
    world: World, plant: plane.Plant, caplog: pytest.LogCaptureFixture
) -> None:
    world.founded()
    stan, alice, mia = (world.person(name) for name in ("stan", "alice", "mia"))
    backup = as_of(stan)
    erase(world, "stan")
    work_off(world, plant)
    models.Person.objects.filter(pk=stan.pk).update(**backup)
    place = plant.home / "tombstones" / "people"
    (place / alice.public_id).write_bytes(b"\xff\xfe")
    (place / mia.public_id).mkdir()
    (place / "backup-of-2026").write_text("2026-01-01")
    (place / world.person("max").public_id).write_text("no day")
    go(world, plant)
    erased = models.Person.objects.filter(erased_at__isnull=False)
    assert [each.pk for each in erased] == [stan.pk]
    assert caplog.text.count("no tombstone, so nothing is done again by it") == 6  # read twice
    assert str(place / alice.public_id) in caplog.text


def test_a_checkpoint_that_cannot_be_read_keeps_nobody_from_being_erased_again(
    world: World, plant: plane.Plant
) -> None:
    world.founded()
    stan = world.person("stan")
    backup = as_of(stan)
    erase(world, "stan")
    work_off(world, plant)
    models.Person.objects.filter(pk=stan.pk).update(**backup)
    folder.Folder(plant.home).keep("?", size=9)
    (plant.home / "checkpoints" / folder.NEWEST).write_bytes(b"\xff")
    go(world, plant)
    stan.refresh_from_db()
    assert stan.name == leaving.NAME


def test_one_who_cannot_be_erased_again_now_keeps_no_other_from_it(
    world: World, plant: plane.Plant
) -> None:
    world.founded()
    first, second = sorted((world.person("stan"), world.person("mia")), key=lambda each: each.pk)

    def forget(person: models.Person) -> None:
        if person == first:
            raise step.Refused([Refusal("changed-meanwhile", "It was changed meanwhile.")])
        adapter.forget_person(person)

    for each in (first, second):
        stones = tombstones.Tombstones(plant.home, "people")
        stones.keep(each.public_id, on=world.house.now().date())
    go(world, plant, forget)
    erased = models.Person.objects.filter(erased_at__isnull=False)
    assert [each.pk for each in erased] == [second.pk]
    go(world, plant)
    assert erased.all().count() == 2


def test_nobody_but_the_system_erases_again(world: World) -> None:
    world.founded()
    stan, programme = world.person("stan"), world.house.cast.programme
    codes = refused(
        lambda: leaving.erase_again(
            stan, programme=programme, forget=lambda _: None, erased_on="2026-01-01",
            **world.by("ada", Role.ADMINISTRATOR),
        )
    )  # fmt: skip
    assert codes == ["not-your-step"]


def test_an_older_copy_signs_everybody_out_once(world: World, plant: plane.Plant) -> None:
    world.founded()
    anchoring.anchor(plant=plant, clock=world.house.now)
    session = Session(session_key="a" * 32, session_data="", expire_date=world.house.now())
    session.save()
    go(world, plant)
    assert Session.objects.exists()
    models.Leaf.objects.all().delete()  # what the older copy does not have yet
    go(world, plant, forget=None)
    assert Session.objects.exists()
    go(world, plant)
    assert not Session.objects.exists()
    session.save()
    go(world, plant)
    assert Session.objects.exists()
    folder.Folder(plant.home).keep("not a note", size=9)
    go(world, plant)


def test_before_there_is_a_programme_nothing_is_looked_at(db: None, plant: plane.Plant) -> None:
    erasure.go(plant=plant, forget=FORGET, clock=lambda: pytest.fail("asked for the time"))
    assert people.system().role == Role.SYSTEM


def revoke(world: World, story: Story) -> None:
    aftercare.revoke(
        story.case, reason="The terms were broken.", destroy_by_on=DAY,
        second_person=world.person("paula"), **world.by("otto", Role.DETERMINING_OFFICER),
    )  # fmt: skip


def restore(story: Story, **backup: Any) -> None:
    """As an older copy has the request: in use, and no entry says otherwise."""
    gone = models.Entry.objects.get(tag="aftercare.revoke")
    here = {"subject_kind": gone.subject_kind, "subject_id": gone.subject_id}
    models.Salt.objects.filter(number=gone.number, **here).delete()
    gone.delete()
    models.Case.objects.filter(pk=story.case_id).update(**backup)
    models.Destruction.objects.all().delete()


def test_a_backup_from_before_opens_nothing_that_was_revoked(
    world: World, plant: plane.Plant
) -> None:
    story = world.at(Stage.ACTIVE)
    case = story.case
    backup = {name: getattr(case, name) for name in ("stage", "ledger_length", "ledger_head")}
    revoke(world, story)
    work_off(world, plant)
    restore(story, **backup)
    at = world.house.now()
    erasure.go(plant=plant, forget=FORGET, clock=lambda: at)
    row = models.Suspension.objects.get()
    assert "by 2031-01-31" in row.reason
    system = {"actor": people.system(), "now": at}
    assert_entered(
        story.case, "aftercare.suspend_access", system, stages=("active", "active"),
        values={"reason": row.reason},
    )  # fmt: skip
    assert letters_to(world.person("alice"))[-1] == "suspended"
    go(world, plant)
    assert models.Suspension.objects.count() == 1
    by = world.by("otto", Role.DETERMINING_OFFICER)
    second = {"reason": "Looked at.", "second_person": world.person("paula")}
    aftercare.lift_suspension(story.case, **second, **by)
    go(world, plant)
    assert models.Suspension.objects.count() == 1


def test_what_was_reopened_since_or_is_elsewhere_is_left_alone(
    world: World, plant: plane.Plant
) -> None:
    story = world.at(Stage.ACTIVE)
    revoke(world, story)
    work_off(world, plant)
    models.Case.objects.update(stage=Stage.ACTIVE.value)  # as an appeal that was upheld leaves it
    go(world, plant)
    restore(story, stage=Stage.BUILDING.value)
    go(world, plant)
    assert not models.Suspension.objects.exists()
