"""What a command keeps beside memory is gone with it, or with the next one where it was killed."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muniment import cli
from muniment.cli.plane import scratch
from muniment.dataplane.extract import staging
from tests.dataplane import tables

SECONDS = 60
KEY = bytes(range(32)).hex()


def left_by(place: Path, name: str) -> Path:
    """A folder of a command that was killed, with rows in its data plane's staging."""
    folder = place / f"{scratch.PREFIX}{name}"
    inside = folder / f"{staging.PREFIX}{name}"
    inside.mkdir(parents=True)
    for lock in (folder / staging.LOCK, inside / staging.LOCK, inside / "rows"):
        lock.touch()
    return folder


def test_folders_of_killed_commands_go_with_the_next_one(tmp_path: Path) -> None:
    left = [left_by(tmp_path, name) for name in ("a", "b")]
    with scratch.opened(tmp_path) as folder:
        assert not [each for each in left if each.exists()]
        (folder / "rows").touch()
        assert scratch.sweep(tmp_path) == 0
        assert (folder / "rows").exists()
    assert [*tmp_path.iterdir()] == []


def test_rows_of_a_data_plane_that_outlived_its_command_stay_until_it_ends(tmp_path: Path) -> None:
    left = left_by(tmp_path, "a")
    [inside] = left.glob(f"{staging.PREFIX}*")
    with (inside / staging.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert scratch.sweep(tmp_path) == 0
        assert (inside / "rows").exists()
    assert scratch.sweep(tmp_path) == 1
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_just_being_made_stays_and_so_does_what_is_not_ours(
    tmp_path: Path,
) -> None:
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    young = left_by(place, "young")
    (young / staging.LOCK).rename(young / staging.MADE)
    kept = left_by(elsewhere, "linked")
    (place / f"{scratch.PREFIX}linked").symlink_to(kept)
    (place / f"{scratch.PREFIX}file").touch()
    assert scratch.sweep(place) == 0
    assert len([*place.iterdir()]) == 3
    assert len([*kept.iterdir()]) == 2


def test_a_place_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(cli.Stop, match="cannot be used"), scratch.opened(tmp_path / "nowhere"):
        pass


@pytest.mark.slow
def test_a_count_that_is_killed_with_its_data_plane_leaves_no_rows_to_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holding = tables.small_holding(tmp_path / "holding", persons=400)
    spec, key, place = tmp_path / "asked.json", tmp_path / "key", tmp_path / "place"
    spec.write_text(json.dumps(tables.specification()), encoding="utf-8")
    key.write_text(KEY, encoding="ascii")
    place.mkdir()
    words = ["count", spec, "--holding", holding, "--key", key, "--scratch", place]
    asked = [str(word) for word in words]
    command = subprocess.Popen(
        [sys.executable, "-c", "from muniment import cli; cli.main()", *asked],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + SECONDS
    while not (rows := [*place.glob(f"*/{staging.PREFIX}*/{staging.LOCK}")]):
        assert (command.poll(), time.monotonic() < until) == (None, True)
    command.send_signal(signal.SIGSTOP)  # or it would clean up behind its data plane
    for plane in Path(f"/proc/{command.pid}/task/{command.pid}/children").read_text().split():
        os.kill(int(plane), signal.SIGKILL)
    command.kill()
    command.wait()
    assert rows[0].exists()
    assert cli.main(asked) == 0
    assert "p1" in capsys.readouterr().out
    assert [*place.iterdir()] == []
