"""Killed while rows that outgrew memory lie in the engine's file: nothing of them stays.

The file is in the clear while the build lives, in its hidden folder; whoever dies, the parent that
lost its data plane or the worker that starts next sweeps it away.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.dataplane.engines import memory
from muniment.gateways import dataplane
from tests.faults import halting, killing, outgrowing

pytestmark = pytest.mark.slow
# Rows are appended beside the file until the engine closes, and moved into it then.
TREATED, CLOSED = "measure the risk of …", "write the package"


def plane_of(home: Path) -> dataplane.DataPlane:
    """One that stands still nowhere."""
    return halting.Plane(home, point="", stand=lambda: None)


def standing(home: Path, point: str) -> subprocess.Popen[str]:
    """A build and its data plane, once both stand there."""
    found = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.outgrowing", str(home), point],
        env=killing.environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert found.stdout is not None
    assert found.stdout.readline().strip() == f"at {point}", "the kill would not land inside"
    killing.frozen_plane(found)
    return found


def kept(home: Path) -> list[Path]:
    """The engine's file and what it appends beside it, wherever they lie."""
    return sorted(home.rglob(memory.KEPT_FILE + "*"))


def in_the_clear(home: Path) -> list[Path]:
    """Files that show the canary, the holding's own aside."""
    canary = outgrowing.CANARY.encode()
    files = [path for path in home.rglob("*") if path.is_file()]
    shown = [path for path in files if canary in path.read_bytes()]
    return [path for path in shown if not path.is_relative_to(home / "holdings")]


def built(home: Path) -> dict[str, str]:
    """The files of a package; its manifest names a receipt, and no two receipts are alike."""
    with plane_of(home) as plane:
        files = killing.hashes(outgrowing.build(plane, home))
    assert files.pop("manifest.json")
    return files


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(outgrowing.made(tmp_path_factory.mktemp("outgrown") / "home"))


def the_plane_dies(victim: subprocess.Popen[str], home: Path) -> None:
    """Its parent hears of it and has the folder swept."""
    killing.kill_plane(*killing.children(victim.pid))
    told, _ = victim.communicate("go on\n", timeout=killing.LONGEST)
    assert told.strip() == "lost"


def both_die(victim: subprocess.Popen[str], home: Path) -> None:
    """A worker that starts asks for this before it looks for work."""
    killing.kill(victim)
    assert set(in_the_clear(home)) & set(kept(home)), "somebody swept before the worker did"
    with plane_of(home) as plane:
        plane.sweep(home / "releases")


@pytest.mark.parametrize(
    ("dies", "point"), [(both_die, TREATED), (the_plane_dies, CLOSED)], ids=["both", "plane"]
)
def test_nothing_stays_of_rows_in_the_engine_s_file_and_a_rebuild_is_the_same(
    undisturbed: dict[str, str],
    tmp_path: Path,
    dies: Callable[[subprocess.Popen[str], Path], None],
    point: str,
) -> None:
    home = outgrowing.made(tmp_path / "home")
    before = killing.hashes(home / "holdings")
    victim = standing(home, point)
    assert kept(home), "the holding did not outgrow its memory limit"
    assert set(in_the_clear(home)) & set(kept(home)), "the canary would not be seen"
    assert not (home / "releases" / outgrowing.PACKAGE).exists()
    dies(victim, home)
    assert [
        path.name for room in ("releases", "receipts") for path in (home / room).iterdir()
    ] == []
    assert in_the_clear(home) == []
    assert killing.hashes(home / "holdings") == before
    again = built(home)
    assert in_the_clear(home) == []
    assert kept(home) == []
    assert again == undisturbed
