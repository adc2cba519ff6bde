"""The tutorial does what it says: its commands run, in order, and print what it shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "tutorial.md").read_text(encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[console.Shell]:
    """A shell in an empty folder that holds nothing but the files the tutorial has one save."""
    for name, text in console.files(PAGE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    opened = console.Shell(tmp_path)
    yield opened
    opened.close()


def test_the_tutorial_runs_as_it_is_written(shell: console.Shell) -> None:
    commands = console.typed(PAGE)
    assert len(commands) > 20
    for typed in commands:
        printed, code = shell.run(typed.command)
        assert console.fits(typed.shown, printed), (
            f"$ {typed.command}\nthe tutorial shows:\n{typed.shown}\nit printed:\n{printed}"
        )
        assert (code != 0) == typed.fails, f"$ {typed.command}\nexit code {code}\n{printed}"


def test_the_tutorial_shows_every_refusal_the_demo_must_show() -> None:
    codes = {
        "release-before-payment", "check-own-build", "vote-while-recused", "planned-edition",
        "held-elsewhere", "aggregate-only", "under-embargo", "plan-changed",
    }  # fmt: skip
    assert {code for code in codes if f"| `{code}` |" not in PAGE} == set()


@pytest.mark.parametrize(
    ("shown", "printed", "fit"),
    [
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b d\n", False),
        ("a …\n", "a\nb\n", False),
        ("", "something\n", False),
        ("1 (of 2)\n", "1 (of 2)\n", True),
    ],
)
def test_an_ellipsis_stands_for_text_within_a_line(shown: str, printed: str, fit: bool) -> None:
    assert console.fits(shown, printed) is fit


def test_a_command_and_its_exit_code_are_read_off_a_block() -> None:
    page = "```console\n$ false\n$ echo $?\n1\n$ true\n```\n```text\n$ not this\n```\n"
    false, asked, true = console.typed(page)
    assert (false.command, false.shown, false.fails) == ("false", "", True)
    assert (asked.shown, asked.fails) == ("1\n", False)
    assert (true.command, true.fails) == ("true", False)
