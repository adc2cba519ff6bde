"""A package in the place of the checked one is not delivered, however genuine it is."""

import json
import shutil
from pathlib import Path

import pytest

from muniment import models
from muniment.dataplane import signatures
from muniment.demo.story import Story
from muniment.gateways import storage
from tests.jobs.test_outages import opened
from tests.world import World


def of_another_release(story: Story, folder: Path) -> None:
    """The manifest of another build: the same files, signed with the programme's own key."""
    document = json.loads((folder / "manifest.json").read_text())
    document["build"] += 1
    rest = {name: document[name] for name in document if name not in ("key_id", "signature")}
    key = story.house.plant.keys.signing_key("manifest")
    (folder / "manifest.json").write_bytes(signatures.sign(rest, key=key))


def altered(story: Story, folder: Path) -> None:
    """A cell of the data says something else."""
    file = next((folder / "data").glob("*.csv"))
    file.write_bytes(file.read_bytes().replace(b"F", b"M", 1))


def gone(story: Story, folder: Path) -> None:
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (of_another_release, "This is not the package that was checked; build and check it again."),
        (altered, "was changed: its bytes do not match the manifest."),
        (gone, "There is no folder"),
    ],
)
def test_only_the_checked_package_is_locked(world: World, change: object, said: str) -> None:
    story, delivery = opened(world)
    house = story.house
    before = kept(house.home)
    change(story, house.home / "releases" / story.build.folder)  # type: ignore[operator]
    house.work_off()
    delivery.refresh_from_db()
    job = models.Job.objects.get(kind="pack")
    assert (job.state, delivery.packed_at) == ("failed", None)
    assert said in delivery.error
    assert list((house.home / "staging").glob("*locked*")) == []
    assert kept(house.home) == before


def kept(home: Path) -> set[Path]:
    """What lies packed, or in its own envelope: an earlier test's as well."""
    rooms = (storage.DELIVERIES, storage.SECRETS)
    return {path for room in rooms for path in (home / room).rglob("*") if path.is_file()}
