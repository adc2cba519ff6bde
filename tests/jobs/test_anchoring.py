"""Once an hour the ledger is anchored; an old backup is noticed, and nothing is signed over it."""

import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from muniment import models
from muniment.actions import ledger, people
from muniment.gateways.witness import folder
from muniment.jobs import anchoring
from muniment.notary import notes
from muniment.queries.ledger import anchors
from tests.evidence import letters_to
from tests.world import World


@pytest.fixture(autouse=True)
def nothing_kept(world: World) -> Any:
    """Each test begins an hour, with nothing kept outside yet."""
    cache.delete("ledger:anchor")
    yield
    shutil.rmtree(world.house.home / "checkpoints", ignore_errors=True)


def anchor(world: World) -> int:
    return anchoring.anchor(plant=world.house.plant, clock=world.house.now)


def test_what_is_signed_is_kept_outside_and_names_the_site(world: World) -> None:
    world.founded()
    assert anchor(world) == 1
    newest = anchors.find_newest()
    assert newest is not None
    assert folder.Folder(world.house.home).find_newest() == newest.note
    key = anchoring.public_key(world.house.plant.keys)
    assert (
        notes.opened(newest.note, key=key).origin == anchoring.origin() == "localhost:8460/ledger"
    )
    assert notes.key_of(newest.key) == key
    assert anchor(world) == 0


def test_an_hour_is_anchored_once_however_many_workers_there_are(world: World) -> None:
    world.founded()
    for _ in range(3):
        anchoring.go(plant=world.house.plant, clock=world.house.now)
        something_happens(world)
    assert models.Checkpoint.objects.count() == 1


def test_nothing_is_anchored_before_there_is_a_programme(world: World) -> None:
    world.founded()
    models.Programme.objects.update(active_edition=None)
    assert anchor(world) == 0


def test_an_old_backup_sounds_the_alarm_and_is_not_signed_over(world: World) -> None:
    world.founded()
    anchor(world)
    before = anchors.size()
    something_happens(world)
    anchor(world)
    restore(before)
    assert anchor(world) == 0
    assert anchors.size() == before
    audra = world.person("audra")
    assert letters_to(audra)[-1] == "ledger-alarm"
    assert "older copy" in audra.messages.latest("pk").body
    world.house.clock.now += timedelta(hours=1)
    assert anchor(world) == 0
    assert letters_to(audra).count("ledger-alarm") == 1


def something_happens(world: World) -> None:
    programme = models.Programme.objects.get()
    ledger.append(programme, tag="people.seen", actor=people.system(), now=world.house.now())


def restore(size: int) -> None:
    """The tree and its checkpoints as an old copy of the database has them."""
    models.Leaf.objects.filter(position__gte=size).delete()
    models.Checkpoint.objects.filter(size__gt=size).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM muniment_message WHERE kind = 'ledger-alarm'")
