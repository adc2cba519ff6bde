"""The tutorial does what it says: its commands run, in order, and print what it shows."""

from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "tutorial.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_tutorial_runs_as_it_is_written(tmp_path: Path) -> None:
    with console.opened(PAGE, tmp_path) as shell:
        assert console.walk(PAGE, shell) > 20


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
