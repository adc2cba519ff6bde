"""A build that was killed goes on from its finished pieces, and gives the same bytes."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane import engines, refusals, release
from muniment.dataplane.extract import partitions
from muniment.dataplane.extract.watch import Stopped, Watch
from tests.dataplane import tables
from tests.dataplane.extract import builds, dies

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
KEYS = release.Keys(builds.LINE_KEY, builds.SIGNER)
ASKED = tables.specification(variables=builds.WHOLE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    return builds.Bench.at(tmp_path_factory.mktemp("pieces"))


def data(built: release.Built) -> dict[str, bytes]:
    return {name: data for name, data in builds.everything(built).items() if "data/" in name}


def test_a_stopped_build_goes_on_and_gives_the_bytes_of_one_that_was_not(
    place: builds.Bench, tmp_path: Path
) -> None:
    whole = place.build(ASKED)
    folder = tmp_path / "pieces"
    steps: list[str] = []
    watch = Watch(lambda what, done, of: after(9, what, steps, watch))
    with pytest.raises(Stopped):
        release.build(replace(place.order(ASKED), resume=folder), keys=KEYS, watch=watch)
    finished = sorted(folder.iterdir())
    assert 0 < len(finished) < len(partitions.DIGITS)
    stamps = [file.stat().st_mtime_ns for file in finished]
    again = release.build(replace(place.order(ASKED), resume=folder), keys=KEYS)
    assert data(again) == data(whole)
    assert cells(again) == cells(whole)
    assert [file.stat().st_mtime_ns for file in finished] == stamps
    assert len(list(folder.iterdir())) == 2 * len(partitions.DIGITS)


def test_a_killed_build_leaves_nothing_to_read_and_goes_on(
    place: builds.Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "pieces"
    words = [sys.executable, "-m", "tests.dataplane.extract.dies"]
    words += [str(tmp_path), str(place.folder), str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    finished = list(folder.glob("*.piece"))
    assert len(finished) == dies.FINISHED
    stamps = [file.stat().st_mtime_ns for file in finished]
    for file in folder.iterdir():
        held = file.read_bytes()
        assert not any(canary in held for canary in (b"S-0", b"PAR1", b"NAUSEA"))
    order = replace(builds.Bench(tmp_path, place.folder).order(ASKED), resume=folder)
    assert list(order.out.parent.glob(".muniment-build-*"))  # the next build sweeps them away
    again = release.build(order, keys=KEYS)
    assert not list(order.out.parent.glob(".muniment-build-*"))
    assert [file.stat().st_mtime_ns for file in finished] == stamps
    assert data(again) == data(place.build(ASKED))


def after(most: int, what: str, steps: list[str], watch: Watch) -> None:
    """Stop the build once so many pieces were begun."""
    steps.append(what)
    if sum(step.startswith("treat p1.subjects") for step in steps) >= most:
        watch.stop()


def cells(built: release.Built) -> object:
    return built.receipt["parts"][0]["cells"]


def test_a_piece_that_was_touched_or_is_of_other_data_is_worked_out_again(
    place: builds.Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "pieces"
    whole = release.build(replace(place.order(ASKED), resume=folder), keys=KEYS)
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    again = release.build(replace(place.order(ASKED), resume=folder), keys=KEYS)
    assert data(again) == data(whole)
    other = release.Keys(builds.OTHER_LINE_KEY, builds.SIGNER)
    unlike = release.build(replace(place.order(ASKED), resume=folder), keys=other)
    assert data(unlike) != data(whole)


def test_the_pieces_hold_nothing_that_can_be_read(place: builds.Bench, tmp_path: Path) -> None:
    folder = tmp_path / "pieces"
    built = release.build(replace(place.order(ASKED), resume=folder), keys=KEYS)
    codes = [row["USUBJID"].encode() for row in builds.rows(built, "subjects")]
    terms = [b"NAUSEA", b"S-00001", b"PAR1", builds.LINE_KEY]
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0
        assert not any(word in file.read_bytes() for word in (*terms, *codes))
    assert repr(partitions.Partitions(folder, "", builds.LINE_KEY)) == "Partitions(hidden)"


def test_an_embargo_ties_pieces_to_their_moment(tmp_path: Path) -> None:
    bench = builds.Bench(tmp_path, tmp_path / "holding")
    shape = tables.descriptor()
    shape["muniment"] |= {"embargo": {"table": "events", "field": "ONSET"}}
    small = tables.small_holding(tmp_path / "plain")
    rows = {name: builds_rows(small, name) for name in ("subjects", "events")}
    tables.write_holding(bench.folder, shape, **rows)
    folder = tmp_path / "pieces"
    for _ in range(2):
        order = bench.order(tables.specification(variables={"subjects": ["USUBJID", "SEX"]}))
        release.build(replace(order, resume=folder), keys=KEYS)
    assert len(list(folder.iterdir())) == len(partitions.DIGITS)
    later = replace(order, now=builds.NOW.replace(year=2027), resume=folder)
    later = replace(later, out=tmp_path / "later", receipt=tmp_path / "later.json")
    release.build(later, keys=KEYS)
    assert len(list(folder.iterdir())) == 2 * len(partitions.DIGITS)


def builds_rows(folder: Path, name: str) -> list[list[str]]:
    import csv

    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_random_codes_are_never_kept_in_pieces(place: builds.Bench, tmp_path: Path) -> None:
    rules = {"subjects.USUBJID": {"method": "random_code"}}
    override = {"policy": "random", "edition": "1", "fields": rules}
    order = place.order(tables.specification(variables={"subjects": ["USUBJID", "SEX"]}),
                        override=override)  # fmt: skip
    release.build(replace(order, resume=tmp_path / "pieces"), keys=KEYS)
    assert not (tmp_path / "pieces").exists()


def test_a_limit_too_small_for_the_work_is_refused_in_words(
    place: builds.Bench, tmp_path: Path
) -> None:
    order = replace(place.order(ASKED), setting=engines.Setting(memory_limit="1MB"))
    with pytest.raises(refusals.Refused, match="memory limit is too small"):
        release.build(order, keys=KEYS)
    assert not order.out.exists()


def test_a_release_can_leave_in_one_form_only(place: builds.Bench) -> None:
    for kind in ("csv", "parquet"):
        built = release.build(replace(place.order(ASKED), kinds=(kind,)), keys=KEYS)
        assert {name.rpartition(".")[2] for name in data(built)} == {kind}


@pytest.mark.parametrize("limit", ["1", "GB", "0MB", "1.5GB", "12 MB", "1gb"])
def test_a_limit_that_is_none_is_refused(limit: str) -> None:
    with pytest.raises(ValueError, match="whole number and MB, GB or TB"):
        engines.Setting(memory_limit=limit)
