"""Killed while it loads, the data plane leaves no row of what it was reading."""

from pathlib import Path

import pytest

from muniment.gateways import dataplane
from tests.dataplane import tables
from tests.dataplane.extract import builds
from tests.faults import halting, killing, outgrowing

pytestmark = pytest.mark.slow
CANARY = outgrowing.CANARY.encode()


def in_the_clear(room: Path) -> list[str]:
    files = [path for path in room.rglob("*") if path.is_file()]
    return [path.name for path in files if CANARY in path.read_bytes()]


@pytest.mark.parametrize("point", ["check every cell", "publish"])
def test_nothing_stays_of_an_edition_that_was_half_loaded(tmp_path: Path, point: str) -> None:
    """Its parent hears of it and has the folder swept; nobody need load there again."""
    home = tmp_path / "home"
    seen: list[str] = []
    for room in outgrowing.ROOMS:
        (home / room).mkdir(parents=True)
    given = tables.small_holding(home / "incoming" / "small", persons=20)
    sources = dataplane.Sources([str(given)], descriptor=given / "datapackage.json")
    before, out = killing.hashes(given), home / "staging" / "small"

    def kill() -> None:
        child = plane._child
        assert child is not None
        seen.extend(in_the_clear(home / "staging"))
        killing.kill_plane(child.pid)

    with halting.Plane(home, point=point, stand=kill) as plane:
        with pytest.raises(dataplane.Failed):
            plane.load(sources, out=out, now=builds.NOW)
        assert seen, "the canary would not be seen"
        assert list((home / "staging").iterdir()) == []
    with halting.Plane(home, point="", stand=lambda: None) as plane:
        assert plane.load(sources, out=out, now=builds.NOW)["outcome"]["fit"] is True
    assert killing.hashes(given) == before
