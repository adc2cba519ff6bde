"""Kill -9 a worker and its data plane at every named point of a build and of a delivery.

Each time another worker ends the work: one package or one file, recorded once, and nothing of the
dead one is left that anybody could read. The order is drawn by a seed that is printed; a test that
is not told `at POINT` before it kills did not kill where it says, and fails. At a step of the data
plane the worker stands where it heard of it; the data plane itself may be a little further on.

Two controls show that the suite can fail: the canary is in what leaves, and without the fencing
token a worker that was overtaken records a package that is gone.
"""

import functools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.jobs import points

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("MUNIMENT_SEED", random.SystemRandom().randrange(10**6)))
BUILD = [*(each.value for each in points.Point if each.name.startswith("BUILD")), *points.PLANE[:4]]
PACK = [*(each.value for each in points.Point if each.name.startswith("PACK")), *points.PLANE[4:]]
CANARY = b"USUBJID"
"""A column of the holding: no file shows it but those in rooms where rows or names belong."""
MEANT = ("holdings", "releases", "receipts")
"""The data, the packages, the internal receipts: their folders are the office's alone."""


def shuffled(names: list[str]) -> list[str]:
    mixed = sorted(names)
    random.Random(SEED).shuffle(mixed)
    return mixed


def environment(home: Path) -> dict[str, str]:
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    words = os.environ | {"MUNIMENT_HOME": str(home), "TMPDIR": str(home / "tmp")}
    words.pop("DATABASE_URL", None)
    return words


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A home where a `build` waits for a worker, or a delivery to `pack`; each is made once."""
    print(f"seed: {SEED} (MUNIMENT_SEED={SEED} repeats the order)")

    @functools.cache
    def made(until: str) -> Path:
        home = tmp_path_factory.mktemp("faults") / until
        command = [sys.executable, "-m", "tests.faults.standing", str(home), until]
        subprocess.run(command, env=environment(home), check=True)
        return home

    return made


def worker(home: Path, point: str = "", *, ahead: int = 0) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.faults.dying", str(home), point, str(ahead)]
    return subprocess.Popen(
        words, env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def standing_at(home: Path, point: str, *, ahead: int = 0) -> subprocess.Popen[str]:
    """A worker once it stands there."""
    found = worker(home, point, ahead=ahead)
    assert found.stdout is not None
    assert found.stdout.readline().strip() == f"at {point}", "the kill would not land inside"
    return found


def kill(victim: subprocess.Popen[str]) -> None:
    """It and the data plane it started."""
    for child in children(victim.pid):
        os.kill(child, signal.SIGKILL)
    victim.kill()
    victim.communicate(timeout=30)


def kill_at(home: Path, point: str) -> None:
    kill(standing_at(home, point))


def go_on(waiting: subprocess.Popen[str]) -> None:
    told, _ = waiting.communicate("go on\n", timeout=120)
    assert told.strip() == "done"


def children(pid: int) -> list[int]:
    """The processes that a process of ours started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def work_off(home: Path, *, ahead: int) -> None:
    other = worker(home, ahead=ahead)
    told, _ = other.communicate(timeout=120)
    assert told.strip() == "done"


def asked(home: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        return list(database.execute(query, values))


def entries(home: Path, tag: str) -> int:
    [[many]] = asked(home, "SELECT COUNT(*) FROM muniment_entry WHERE tag = ?", tag)
    return int(str(many))


def in_the_clear(home: Path) -> list[str]:
    """Files that show the canary and should not; the database holds specifications by design."""
    return [
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in MEANT
        and not path.name.startswith("muniment.sqlite3")
        and CANARY in path.read_bytes()
    ]


def test_every_point_is_in_the_list_of_one_of_the_two() -> None:
    assert sorted([*BUILD, *PACK]) == sorted(
        [*(each.value for each in points.Point), *points.PLANE]
    )


@pytest.mark.parametrize("point", shuffled(BUILD))
def test_a_build_is_made_once_whenever_its_worker_dies(
    homes: Callable[[str], Path], tmp_path: Path, point: str
) -> None:
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    kill_at(home, point)
    assert in_the_clear(home) == []
    work_off(home, ahead=11)
    is_built_once(home)


def build(home: Path) -> tuple[str, str]:
    [[state, folder]] = asked(home, "SELECT state, folder FROM muniment_build")
    return str(state), str(folder)


def packages(home: Path) -> list[str]:
    """What lies in releases/, hidden folders too."""
    return [path.name for path in (home / "releases").iterdir()]


def is_built_once(home: Path) -> None:
    state, folder = build(home)
    assert state == "checking"
    assert entries(home, "release.finish_build") == 1
    assert packages(home) == [folder]
    assert {path.name.partition(".json")[0].removesuffix(".trace")
            for path in (home / "receipts").iterdir()} == {folder}  # fmt: skip
    assert in_the_clear(home) == []
    data = [path.read_bytes() for path in (home / "releases" / folder / "data").iterdir()]
    assert data
    assert all(CANARY in each for each in data), "the canary would not be seen"


def overtaken(home: Path) -> tuple[subprocess.Popen[str], subprocess.Popen[str]]:
    """One made its package and looked at it; its lease ran out, and another one cleared it."""
    slow = standing_at(home, points.Point.BUILD_INSPECTED.value)
    assert len(packages(home)) == 1
    other = standing_at(home, points.Point.BUILD_CLAIMED.value, ahead=11)
    assert packages(home) == []
    return slow, other


def test_a_worker_that_was_overtaken_records_nothing(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    slow, other = overtaken(home)
    go_on(slow)
    assert (build(home), entries(home, "release.finish_build")) == (("building", ""), 0)
    go_on(other)
    is_built_once(home)


def test_without_the_token_it_would_record_a_package_that_is_gone(
    homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """The control: the token is put back as if nobody had claimed the job since."""
    home = Path(shutil.copytree(homes("build"), tmp_path / "home"))
    slow, other = overtaken(home)
    with sqlite3.connect(home / "muniment.sqlite3") as database:
        taken_back = "UPDATE muniment_job SET attempt = 1 WHERE kind = 'build' AND attempt = 2"
        assert database.execute(taken_back).rowcount == 1
    go_on(slow)
    kill(other)
    state, folder = build(home)
    assert (state, entries(home, "release.finish_build")) == ("checking", 1)
    assert folder.endswith(".1")
    assert packages(home) == []


@pytest.mark.parametrize("point", shuffled(PACK))
def test_a_delivery_is_packed_once_whenever_its_worker_dies(
    homes: Callable[[str], Path], tmp_path: Path, point: str
) -> None:
    home = Path(shutil.copytree(homes("pack"), tmp_path / "home"))
    kill_at(home, point)
    assert in_the_clear(home) == []
    work_off(home, ahead=11)
    [[sha256, secret]] = asked(home, "SELECT sha256, secret_sha256 FROM muniment_delivery")
    assert (home / "deliveries" / str(sha256)[:2] / str(sha256)).is_file()
    assert (home / "told" / str(secret)[:2] / str(secret)).is_file()
    assert [path.name for path in (home / "staging").glob(".muniment-seal-*")] == []
    assert in_the_clear(home) == []
