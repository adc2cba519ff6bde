"""What takes long says how far it is: on the error stream, to a terminal or to whoever asks."""

import argparse
import contextlib
import io
import json
import shutil
import time
from pathlib import Path

import pytest

from muniment import cli
from muniment.cli import progress
from tests.dataplane import tables


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tables.small_holding(tmp_path_factory.mktemp("here") / "small", persons=20)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], ["compare the hashes of the files", "check subjects (0 of 2)",
                     "check events (1 of 2)", "check the keys"]),
        (["profile"], ["profile subjects (0 of 2)", "profile events (1 of 2)"]),
        (["diff", "later"], ["compare subjects (0 of 2)", "compare events (1 of 2)",
                             "count each person"]),
    ],
    ids=["check", "profile", "diff"],
)  # fmt: skip
def test_each_step_is_told_to_whoever_asks_and_never_on_the_output(
    words: list[str], said: list[str], small: Path, tmp_path: Path, capsys
) -> None:
    word, *more = words
    others = [str(shutil.copytree(small, tmp_path / name)) for name in more]
    asked = ["holding", word, str(small), *others, "--format", "json"]
    assert cli.main([*asked, "--progress"]) == 0
    out, err = capsys.readouterr()
    assert err.splitlines() == said
    json.loads(out)
    assert cli.main(asked) == 0
    assert capsys.readouterr() == (out, "")


@pytest.mark.parametrize(("patience", "is_told"), [(0.0, True), (60.0, False)])
def test_a_terminal_is_told_when_it_takes_long(patience: float, is_told: bool) -> None:
    screen = Terminal()
    args = argparse.Namespace(progress=False)
    with contextlib.redirect_stderr(screen), progress.shown(args, patience=patience) as watch:
        watch.step("one long step", 3, 4)
        until = time.monotonic() + 5
        while is_told and "one long step" not in screen.getvalue() and time.monotonic() < until:
            time.sleep(0.05)
    assert ("one long step (3 of 4)" in screen.getvalue()) is is_told
