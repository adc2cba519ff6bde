"""Kill -9 a worker and its data plane at every named point of a seal, a build and a delivery.

Each time another worker ends the work: one seal, one package, one file, recorded once; the money
as it was; and nothing of the dead one is left that anybody could read. The seed is in the name of
each test and draws the order. A test that is not told `at POINT` before it kills, or whose data
plane did not stop inside its step, did not kill where it says, and fails.

Controls show that the suite can fail: the canary is in what leaves; without the fencing token a
worker that was overtaken records a package that is gone; without the lease two work on one job, and
the job of a dead one is lost.
"""

import functools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from muniment.dataplane.extract import watch
from muniment.jobs import points
from tests.faults import frozen, killing, lives, soak

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
    told = ("treat p1", "treat p1.subjects", "write the files of p1", "write the package", "")
    named = {each: [point for point in points.PLANE if frozen.is_at(point, each)] for each in told}
    assert named == {
        "treat p1": ["treat …"],
        "treat p1.subjects": ["treat …"],
        "write the files of p1": ["write the files of …"],
        "write the package": ["write the package"],
        "": [],
    }


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


UNFINISHED = ".muniment-build-"


def unfinished(home: Path) -> list[str]:
    return [name for name in killing.packages(home) if name.startswith(UNFINISHED)]


@pytest.mark.parametrize("point", ["write the package", "publish"])
def test_what_a_canceled_build_was_writing_goes_when_a_worker_starts(
    homes: Callable[[str], Path], tmp_path: Path, point: str
) -> None:
    """Both were killed, and the build was called off: nobody ever takes it up and sweeps."""
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    standing = killing.standing_at(home, point)
    killing.frozen_plane(standing)
    [alive] = unfinished(home)
    killing.tidied(home, ahead=0)
    assert unfinished(home) == [alive], "it swept what somebody alive was writing"
    killing.kill(standing)
    if point == "publish":
        shown = killing.in_the_clear(home)
        assert any(path.startswith(f"releases/{alive}/package/data/") for path in shown)
    killing.canceled(home)
    killing.tidied(home, ahead=0)
    assert killing.in_the_clear(home) == []
    assert killing.packages(home) == []
    killing.work_off(home, ahead=lives.LEASE)
    assert killing.packages(home) == []


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


def leased_until(home: Path, until: str) -> None:
    """Put another end to the lease of the build that is at work."""
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        end = "UPDATE muniment_job SET lease_until = ? WHERE kind = 'build' AND state = 'running'"
        assert database.execute(end, [until]).rowcount == 1


def test_without_the_lease_two_would_work_on_one_build(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """The control: while it holds nobody else takes the job; taken away, the work is done twice."""
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    slow = killing.standing_at(home, points.Point.BUILD_INSPECTED.value)
    killing.work_off(home, ahead=0)
    attempts = "SELECT attempt FROM muniment_job WHERE kind = 'build'"
    assert (killing.asked(home, attempts), len(killing.packages(home))) == ([(1,)], 1)
    leased_until(home, "2000-01-01 00:00:00")
    other = killing.standing_at(home, points.Point.BUILD_CLAIMED.value)
    assert (killing.asked(home, attempts), killing.packages(home)) == ([(2,)], [])
    for each in (slow, other):
        killing.kill(each)
    killing.work_off(home, ahead=lives.LEASE)
    killing.is_built_once(home)


def test_without_the_lease_the_build_of_a_dead_worker_would_be_lost(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """The control: one that never ends keeps everybody away; given an end, another takes over."""
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    killing.kill(killing.standing_at(home, points.Point.BUILD_INSPECTED.value))
    leased_until(home, "9999-12-31 00:00:00")
    killing.work_off(home, ahead=100 * lives.LEASE)
    finished = killing.entries(home, "release.finish_build")
    assert (killing.build(home), finished) == (("building", ""), 0)
    leased_until(home, "2000-01-01 00:00:00")
    killing.work_off(home, ahead=0)
    killing.is_built_once(home)


def test_a_payment_that_is_there_twice_would_be_noticed(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """The control: the very rows of one payment, once more."""
    home = Path(shutil.copytree(homes("money"), tmp_path / "home"))
    with pytest.raises(AssertionError):
        killing.is_paid_once(home)  # nothing came yet
    killing.work_off(home, ahead=0)
    killing.is_paid_once(home)
    names = "invoice_id, amount_minor, currency, method, received_on, made_at, made_by_id"
    again = (
        f"INSERT INTO muniment_payment ({names}, bank_reference)"
        f" SELECT {names}, bank_reference || ' again' FROM muniment_payment"
    )
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        assert database.execute(again).rowcount == 1
    with pytest.raises(AssertionError):
        killing.is_paid_once(home)


SAID = {
    "build": "The disk is full; make room for the engine.",
    "pack": "The locked file cannot be written: File too large.",
}
"""What the job waits for: the engine's word where it writes, the system's where the worker does."""


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
        assert str(error) == SAID[road]
    assert killing.in_the_clear(home) == []
    assert len(killing.packages(home)) == (1 if road == "pack" else 0)
    killing.work_off(home, ahead=30)
    killing.ENDS_WELL[road](home)


@contextmanager
def disk_of_its_own(place: Path) -> Iterator[Path]:
    """A small file system in memory, as only an administrator may have one."""
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(place)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("a small file system of its own needs an administrator")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def filled(place: Path) -> Path:
    """A file that takes the last byte of the disk."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    return ballast


def test_a_disk_without_one_byte_stops_the_worker_and_harms_nothing(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """Not even the database can be written: the worker ends, `serve` starts it again and again."""
    with disk_of_its_own(tmp_path / "disk") as disk:
        home = Path(shutil.copytree(homes("pack"), disk / "home"))
        ballast = filled(disk)
        for turn in range(2):
            ended = killing.worker(home, ahead=turn)
            told, _ = ended.communicate(timeout=killing.LONGEST)
            assert (ended.returncode != 0, told) == (True, "")
        ballast.unlink()
        [[checked]] = killing.asked(home, "PRAGMA integrity_check")
        assert checked == "ok"
        killing.work_off(home, ahead=lives.LEASE)
        killing.is_packed_once(home)
        assert killing.in_the_clear(home) == []
