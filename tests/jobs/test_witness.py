"""A witness outside signs each checkpoint that continues the last, and no other."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from muniment import models
from muniment.actions import anchoring as actions
from muniment.actions import step
from muniment.gateways import timestamp
from muniment.gateways.witness import Contradicted, Unreachable, fake, folder, http
from muniment.jobs import anchoring, plane
from muniment.notary import notes
from muniment.queries.ledger import anchors
from tests.evidence import letters_to
from tests.gateways.signing import sealing
from tests.jobs.test_anchoring import restore, something_happens
from tests.world import World


@pytest.fixture
def watched(world: World, settings: Any) -> Iterator[fake.Witness]:
    """A founded programme whose checkpoints a witness is shown."""
    world.founded()
    cache.delete("ledger:anchor")
    witness = fake.Witness(anchoring.public_key(world.house.plant.keys))
    with fake.Server(witness) as server:
        declared = {"witness_url": server.url, "witness_key": witness.key.line()}
        settings.DECLARED = settings.DECLARED.model_copy(update=declared)
        yield witness
    shutil.rmtree(world.house.home / "checkpoints", ignore_errors=True)


def hour(world: World, plant: plane.Plant | None = None) -> models.Checkpoint:
    """What the next hour brings."""
    cache.delete("ledger:anchor")
    anchoring.go(plant=plant or world.house.plant, clock=world.house.now)
    newest = anchors.find_newest()
    assert newest is not None
    return newest


def test_each_checkpoint_is_signed_by_the_witness_too(world: World, watched: fake.Witness) -> None:
    first = hour(world)
    notes.cosigned(first.note, key=watched.key)
    something_happens(world)
    second = hour(world)
    assert second.size > first.size
    assert watched.size == second.size
    notes.cosigned(second.note, key=watched.key)
    assert notes.opened(second.note, key=notes.key_of(second.key)).size == second.size
    assert folder.Folder(world.house.home).find_newest() == second.note


def test_a_witness_that_is_down_is_asked_an_hour_later(world: World, watched: fake.Witness) -> None:
    watched.status = 500
    newest = hour(world)
    with pytest.raises(notes.Unreadable):
        notes.cosigned(newest.note, key=watched.key)
    watched.status = 200
    notes.cosigned(hour(world).note, key=watched.key)
    assert "ledger-alarm" not in letters_to(world.person("audra"))


def test_an_old_backup_is_noticed_by_the_witness_even_where_our_own_folder_is_gone(
    world: World, watched: fake.Witness
) -> None:
    hour(world)
    before = anchors.size()
    something_happens(world)
    hour(world)
    restore(before)
    shutil.rmtree(world.house.home / "checkpoints")
    last = models.Leaf.objects.latest("position")
    later = models.Entry.objects.filter(subject_kind=last.subject_kind, number__gt=last.number)
    later.filter(subject_id=last.subject_id).delete()
    something_happens(world)  # the office works on, in the old copy
    hour(world)
    audra = world.person("audra")
    assert letters_to(audra)[-1] == "ledger-alarm"
    assert "The witness outside does not sign" in audra.messages.latest("pk").body


def test_another_past_is_not_signed(world: World, watched: fake.Witness) -> None:
    hour(world)
    watched.root = bytes(32)
    something_happens(world)
    newest = hour(world)
    with pytest.raises(notes.Unreadable):
        notes.cosigned(newest.note, key=watched.key)
    assert letters_to(world.person("audra"))[-1] == "ledger-alarm"


def test_a_note_with_another_text_is_not_kept(world: World, watched: fake.Witness) -> None:
    newest = hour(world)
    other = newest.note.replace("\n", "x\n", 1)
    with pytest.raises(step.Refused, match="another checkpoint"):
        actions.store_cosigned(newest, note=other)


def test_an_authority_says_when_a_checkpoint_was_there(world: World, tmp_path: Path) -> None:
    world.founded()
    with sealing.authority(tmp_path) as (authority, state):
        house = world.house
        shutil.copy(tmp_path / "keys" / "timestamp.crt", house.home / "keys" / "timestamp.crt")
        plant = plane.Plant(house.home, house.plant.keys, house.plant.plane,
                            timestamp_url=state["url"])  # fmt: skip
        state["down"] = True
        newest = hour(world, plant)
        stamp = house.home / "checkpoints" / f"{newest.size}.tst"
        assert not stamp.exists()
        state["down"] = False
        hour(world, plant)
        text = tmp_path / "checkpoint.txt"
        text.write_text(notes.text_of(newest.note), encoding="utf-8")
        words = ["openssl", "ts", "-verify", "-data", text, "-token_in", "-in", stamp,
                 "-CAfile", authority.certificates, "-partial_chain"]  # fmt: skip
        told = subprocess.run(words, capture_output=True, text=True)
        assert "Verification: OK" in told.stdout, told.stderr
        before = stamp.stat().st_mtime_ns
        hour(world, plant)
        assert stamp.stat().st_mtime_ns == before
    (house.home / "keys" / "timestamp.crt").unlink()
    shutil.rmtree(house.home / "checkpoints")
    with pytest.raises(timestamp.Unreachable):
        authority.token(b"gone")


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        ("ftp://w.example", "", "must read https"),
        ("http://w.example", "", "use https"),
        ("https://w.example", "none", "not written as"),
        ("https://w.example", notes.Key("w", bytes(32)).line(), "not the key of a witness"),
    ],
)
def test_a_witness_that_is_none_is_refused_at_start(url: str, key: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        http.check(url, key=key)


def test_what_a_witness_may_answer(world: World, watched: fake.Witness, settings: Any) -> None:
    url = settings.DECLARED.witness_url
    http.check(url, key=watched.key.line())
    http.check("", key="")
    with pytest.raises(Contradicted):
        http.add(url, "nothing that is signed", old=0, proof=())
    with pytest.raises(Contradicted):
        http.add(f"{url}/elsewhere", "", old=0, proof=())
    with pytest.raises(Unreachable, match="does not answer"):
        http.add("http://127.0.0.1:9/w", "", old=0, proof=())


@pytest.mark.parametrize("size", ["\u00b2", "9" * 5000, "-1", ""])
def test_a_size_that_is_no_number_is_no_answer(
    watched: fake.Witness, settings: Any, size: str
) -> None:
    watched.status, watched.words = 409, size
    with pytest.raises(Unreachable, match="409"):
        http.add(settings.DECLARED.witness_url, "", old=0, proof=())
