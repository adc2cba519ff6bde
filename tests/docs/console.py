"""A page's `console` blocks as one session: what is typed, and what the page shows after it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
PROMPT = "$ "
END = "END-OF-COMMAND"
ASKS_CODE = "echo $?"
# What a kernel without Landlock adds; the page says so.
UNCONFINED = "WARNING: the data plane is not fully confined."


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, the output the page shows, and whether the page then shows its exit code."""

    command: str
    shown: str
    fails: bool


def files(page: str) -> dict[str, str]:
    """The files a page asks its reader to save, by name."""
    return {title: body for _, title, body in BLOCK.findall(page) if title}


def typed(page: str) -> list[Typed]:
    """Every command of every `console` block, in order."""
    return [
        each
        for language, _, body in BLOCK.findall(page)
        if language == "console"
        for each in _in_block(body)
    ]


def _in_block(body: str) -> Iterator[Typed]:
    pieces = [piece for piece in re.split(r"^\$ ", body, flags=re.MULTILINE) if piece]
    pairs = [piece.partition("\n")[::2] for piece in pieces]
    nexts = [command for command, _ in pairs[1:]] + [""]
    for (command, shown), then in zip(pairs, nexts, strict=True):
        yield Typed(command, shown, fails=then == ASKS_CODE)


def fits(shown: str, printed: str) -> bool:
    """Whether output is what the page shows; `…` stands for any text within a line."""
    pattern = ".*".join(re.escape(piece) for piece in shown.split("…"))
    return re.fullmatch(pattern, printed) is not None


class Shell:
    """One bash in one folder, so that exports and files last from command to command."""

    def __init__(self, folder: Path) -> None:
        binaries = Path(sys.executable).parent
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, command: str) -> tuple[str, int]:
        """What a command printed, on both streams, and its exit code."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{command}\nlast=$?; echo {END} $last; (exit $last)\n")
        self._process.stdin.flush()
        printed = []
        for line in self._process.stdout:
            before, end, code = line.partition(END)
            if end:
                return "".join([*printed, before]), int(code)
            if not line.startswith(UNCONFINED):
                printed.append(line)
        raise EOFError(f"The shell ended in: {command}")

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def opened(page: str, folder: Path) -> Iterator[Shell]:
    """A shell in a folder that holds nothing but the files the page has its reader save."""
    for name, text in files(page).items():
        (folder / name).write_text(text, encoding="utf-8")
    shell = Shell(folder)
    try:
        yield shell
    finally:
        shell.close()


def walk(page: str, shell: Shell) -> int:
    """Type every command of a page, and hold what it prints against the page; how many there were.

    Raises `AssertionError` at the first that prints or ends otherwise.
    """
    commands = typed(page)
    for each in commands:
        printed, code = shell.run(each.command)
        assert fits(each.shown, printed), (
            f"$ {each.command}\nthe page shows:\n{each.shown}\nit printed:\n{printed}"
        )
        assert (code != 0) == each.fails, f"$ {each.command}\nexit code {code}\n{printed}"
    return len(commands)
