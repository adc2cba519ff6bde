"""Kill -9 a worker and its data plane at every named point of a seal, a build and a delivery.

Each time another worker ends the work: one seal, one package, one file, recorded once; the money
as it was; and nothing of the dead one is left that anybody could read. The seed is in the name of
each test and draws the order. A test that is not told `at POINT` before it kills, or whose data
plane did not stop inside its step, did not kill where it says, and fails.

Two controls show that the suite can fail: the canary is in what leaves, and without the fencing
token a worker that was overtaken records a package that is gone.
"""

import functools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.dataplane.extract import watch
from muniment.jobs import points
from tests.faults import killing, lives, soak

pytestmark = pytest.mark.slow
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
"""The same in all processes of one run, so that they draw alike."""
SEED = int(
    os.environ.get("MUNIMENT_SEED")
    or (zlib.crc32(RUN.encode()) if RUN else random.SystemRandom().randrange(10**6))
)
DRAWN = lives.drawn(int(os.environ.get("MUNIMENT_KILLS", 30)), seed=SEED)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A home where something waits for a worker; each is made once."""

    @functools.cache
    def made(road: str) -> Path:
        return killing.made(tmp_path_factory.mktemp("faults") / road, road)

    return made


def test_every_point_belongs_to_a_road_and_is_among_thirty_kills() -> None:
    named = [kill.point for kills in lives.EVERY.values() for kill in kills]
    assert set(named) == {*(each.value for each in points.Point), *points.PLANE}
    hit = {kill for life in lives.drawn(30, seed=1) for kill in life.kills}
    assert hit == {kill for kills in lives.EVERY.values() for kill in kills}
    assert sum(len(life.kills) for life in lives.drawn(200, seed=2)) == 200


def test_both_sides_speak_of_the_same_event() -> None:
    assert watch.POINT == points.EVENT


def test_the_long_run_that_was_kept_hit_every_point_and_lost_nothing() -> None:
    told = json.loads(soak.RESULT.read_text(encoding="utf-8"))
    every = {str(kill) for kills in lives.EVERY.values() for kill in kills}
    assert told["kills"] >= 200
    assert told["failed"] == []
    assert set(told["by_point"]) == every


@pytest.mark.parametrize("life", DRAWN, ids=lambda life: f"seed {SEED}, {life}")
def test_whoever_dies_the_work_is_done_once_and_nothing_is_left(
    homes: Callable[[str], Path], tmp_path: Path, life: lives.Life
) -> None:
    lives.lived(life, homes(life.road), tmp_path / "home")
    killing.forget(tmp_path / "home")


def overtaken(home: Path) -> tuple[subprocess.Popen[str], subprocess.Popen[str]]:
    """One made its package and looked at it; the other's clock is 11 minutes ahead, and it
    took the job over and cleared the package."""
    slow = killing.standing_at(home, points.Point.BUILD_INSPECTED.value)
    assert len(killing.packages(home)) == 1
    other = killing.standing_at(home, points.Point.BUILD_CLAIMED.value, ahead=lives.LEASE)
    assert killing.packages(home) == []
    return slow, other


def test_a_worker_that_was_overtaken_records_nothing(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    slow, other = overtaken(home)
    killing.go_on(slow)
    finished = killing.entries(home, "release.finish_build")
    assert (killing.build(home), finished) == (("building", ""), 0)
    killing.go_on(other)
    killing.is_built_once(home)


def test_without_the_token_it_would_record_a_package_that_is_gone(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """The control: the token is put back as if nobody had claimed the job since."""
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    slow, other = overtaken(home)
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        taken_back = "UPDATE muniment_job SET attempt = 1 WHERE kind = 'build' AND attempt = 2"
        assert database.execute(taken_back).rowcount == 1
    killing.go_on(slow)
    killing.kill(other)
    state, folder = killing.build(home)
    assert (state, killing.entries(home, "release.finish_build")) == ("checking", 1)
    assert folder.endswith(".1")
    assert killing.packages(home) == []


@pytest.mark.parametrize("road", ["build", "pack"])
def test_a_full_disk_makes_the_case_wait_and_it_goes_on_by_itself(
    homes: Callable[[str], Path], tmp_path: Path, road: str
) -> None:
    home = Path(shutil.copytree(homes(road), tmp_path / "home"))
    for turn in range(6):  # more often than a job is tried that breaks
        killing.work_off(home, ahead=3 * turn, MUNIMENT_TEST_ROOM="300")
        [[state, error]] = killing.asked(
            home, "SELECT state, error FROM muniment_job WHERE kind = ?", road
        )
        assert state == "queued"
        assert "disk is full" in str(error) or "File too large" in str(error)
    assert killing.in_the_clear(home) == []
    assert len(killing.packages(home)) == (1 if road == "pack" else 0)
    killing.work_off(home, ahead=30)
    killing.ENDS_WELL[road](home)
