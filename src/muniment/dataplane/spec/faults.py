"""What is wrong with an input, said so that its author can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `path` is a JSON Pointer (RFC 6901) into the input, "" is the whole of it.

    `code` is stable and machine-readable; `message` is one plain sentence.
    """

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Faulty(ValueError):
    """An input is refused whole; `faults` lists why and is never empty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def at(path: str, *steps: str | int) -> str:
    """Extend a JSON Pointer by members or positions, escaped as RFC 6901 section 3 says."""
    for step in steps:
        path += "/" + shortened(str(step)).replace("~", "~0").replace("/", "~1")
    return path


def quoted(value: object) -> str:
    """Show a value of the input inside a sentence: short, on one line, whatever it holds."""
    return f'"{shortened(value)}"' if isinstance(value, str) else shortened(repr_short(value))


def shortened(text: str) -> str:
    """Cut long text and replace what a terminal or a log could not show."""
    cut = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in cut
    )


def repr_short(value: object) -> str:
    """Name a value that is not text: containers by kind, since their repr may be endless."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else "a very large number"
    return str(value) if isinstance(value, float) else f"a {type(value).__name__}"
