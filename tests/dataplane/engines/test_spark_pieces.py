"""A build by Spark that was stopped or killed goes on from its pieces, whoever goes on."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane import engines, release
from muniment.dataplane.extract import partitions
from muniment.dataplane.extract.watch import Stopped, Watch
from tests.dataplane import tables
from tests.dataplane.engines import clusters
from tests.dataplane.extract import builds, dies

pytestmark = clusters.needs_spark

ROOT = Path(__file__).resolve().parents[3]
KEYS = release.Keys(builds.LINE_KEY, builds.SIGNER)
ASKED = tables.specification(variables=dies.VARIABLES[engines.Kind.SPARK])
BEGUN = 2
SECONDS = 120


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    return builds.Bench.at(tmp_path_factory.mktemp("pieces"))


@pytest.fixture(scope="module")
def whole(place: builds.Bench) -> dict[str, bytes]:
    """What the embedded engine builds, which nobody stopped."""
    return data(place.build(ASKED))


def data(built: release.Built) -> dict[str, bytes]:
    return {name: data for name, data in builds.everything(built).items() if "data/" in name}


def test_a_stopped_build_goes_on_with_the_embedded_engine(
    place: builds.Bench, whole: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "pieces"
    order = replace(place.order(ASKED), resume=folder)

    def tell(what: str, done: int, of: int) -> None:
        if what == "treat p1.subjects" and done == BEGUN:
            watch.stop()

    watch = Watch(tell)
    with pytest.raises(Stopped):
        release.build(replace(order, setting=clusters.local()), keys=KEYS, watch=watch)
    assert not order.out.exists()
    finished = pieces(folder)
    assert len(finished) == BEGUN
    assert data(release.build(order, keys=KEYS)) == whole
    assert {file: stamp for file, stamp in pieces(folder).items() if file in finished} == finished
    assert len(pieces(folder)) == len(partitions.DIGITS)


def pieces(folder: Path) -> dict[Path, int]:
    """When each was written: one that is used again is not written again."""
    return {file: file.stat().st_mtime_ns for file in folder.glob("*.piece")}


@pytest.fixture
def killed(place: builds.Bench, tmp_path: Path) -> Path:
    """The pieces that a build left whose process was killed; its Java machine ends by itself."""
    folder = tmp_path / "pieces"
    words = [sys.executable, "-m", "tests.dataplane.extract.dies"]
    words += [str(tmp_path), str(place.folder), str(folder), engines.Kind.SPARK]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    until = time.monotonic() + SECONDS
    while at_work(tmp_path) and time.monotonic() < until:
        time.sleep(0.2)
    assert not at_work(tmp_path)
    return folder


def at_work(root: Path) -> list[int]:
    """Processes that hold a file in `root` open: none is left of a build that was killed."""
    found = []
    for opened in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            held = os.readlink(opened)
        except OSError:
            continue
        if held.startswith(str(root)):
            found.append(int(opened.parts[2]))
    return found


def test_a_killed_build_leaves_nothing_to_read_and_goes_on_with_spark(
    place: builds.Bench, whole: dict[str, bytes], killed: Path, tmp_path: Path
) -> None:
    finished = pieces(killed)
    assert len(finished) == dies.FINISHED
    order = replace(
        builds.Bench(tmp_path, place.folder).order(ASKED), setting=clusters.local(), resume=killed
    )
    assert list(order.out.parent.glob(".muniment-build-*"))  # the next build sweeps them away
    built = release.build(order, keys=KEYS)
    assert not list(order.out.parent.glob(".muniment-build-*"))
    assert {file: stamp for file, stamp in pieces(killed).items() if file in finished} == finished
    assert data(built) == whole
    for file in pieces(killed):
        held = file.read_bytes()
        assert not any(canary in held for canary in (b"S-0", b"PAR1", b"USUBJID"))
