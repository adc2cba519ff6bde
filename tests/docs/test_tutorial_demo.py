"""The second half of the tutorial says what the demonstration really shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs import console, generate

PAGE = (generate.DOCS / "tutorial.md").read_text(encoding="utf-8")
TRIED = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
REFUSED = re.compile(r"^refused: ([a-z-]+): \S", re.MULTILINE)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[console.Shell]:
    opened = console.Shell(tmp_path)
    opened.run("export MUNIMENT_HOME=$PWD/home")
    yield opened
    opened.close()


@pytest.mark.slow
def test_the_demonstration_ends_and_refuses_as_the_tutorial_says(shell: console.Shell) -> None:
    printed, code = shell.run("muniment demo")
    assert code == 0, printed
    assert set(TRIED.findall(PAGE)) == set(REFUSED.findall(printed))
    ending = last_lines()
    shown = "".join(printed.splitlines(keepends=True)[-ending.count("\n") :])
    assert console.fits(ending, shown), shown
    release, key = re.search(
        r"^release: (.+)\ndelivery: .+\nkey: (.+)$", shown, re.MULTILINE
    ).groups()  # type: ignore[union-attr]
    said, code = shell.run(f"muniment release verify '{release}' --key '{key}'")
    assert (said.startswith("Verified: "), code) == (True, 0)


def last_lines() -> str:
    """The block of the page that shows how the demonstration ends."""
    blocks = [body for language, _, body in console.BLOCK.findall(PAGE) if language == "text"]
    [ending] = [body for body in blocks if body.startswith("case: ")]
    return ending
