"""The data manager's manual runs as it stands: its commands, in order, print what it shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "manual/data-manager.md").read_text(encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[console.Shell]:
    """A shell in an empty folder that holds nothing but the files the page has one save."""
    for name, text in console.files(PAGE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    opened = console.Shell(tmp_path)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_data_manager_s_day_runs_as_it_is_written(shell: console.Shell) -> None:
    commands = console.typed(PAGE)
    assert len(commands) > 10
    for typed in commands:
        printed, code = shell.run(typed.command)
        assert console.fits(typed.shown, printed), (
            f"$ {typed.command}\nthe page shows:\n{typed.shown}\nit printed:\n{printed}"
        )
        assert (code != 0) == typed.fails, f"$ {typed.command}\nexit code {code}\n{printed}"
