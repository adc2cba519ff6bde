"""Kill -9 a worker and its data plane at every named point of a build and of a delivery.

Each time another worker ends the work: one package or one file, recorded once, and nothing of the
dead one is left that anybody could read. The order is drawn by a seed that is printed; a test that
is not told `at POINT` before it kills did not kill where it says, and fails.
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
"""A column of the holding: no file that is not a package, or its locked file, may show it."""


def shuffled(names: list[str]) -> list[str]:
    mixed = sorted(names)
    random.Random(SEED).shuffle(mixed)
    return mixed


def environment(home: Path) -> dict[str, str]:
    words = os.environ | {"MUNIMENT_HOME": str(home)}
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
        words, env=environment(home), stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def kill_at(home: Path, point: str) -> None:
    """Wait until the worker stands there, then kill it and the data plane it started."""
    victim = worker(home, point)
    assert victim.stdout is not None
    assert victim.stdout.readline().strip() == f"at {point}", "the kill would not land inside"
    for child in children(victim.pid):
        os.kill(child, signal.SIGKILL)
    victim.kill()
    victim.wait(30)
    victim.stdout.close()


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
    """Files of the working rooms that show the canary."""
    return [
        path.relative_to(home).as_posix()
        for room in ("staging", "deliveries", "told", "looks")
        for path in (home / room).rglob("*")
        if path.is_file() and CANARY in path.read_bytes()
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
    [[state, folder]] = asked(home, "SELECT state, folder FROM muniment_build")
    assert state == "checking"
    assert entries(home, "release.finish_build") == 1
    assert [path.name for path in (home / "releases").iterdir()] == [folder]
    assert {path.name.partition(".json")[0].removesuffix(".trace")
            for path in (home / "receipts").iterdir()} == {folder}  # fmt: skip
    assert in_the_clear(home) == []


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
