"""The few forms of Markdown that generated pages use."""

import inspect
import json
import re
from collections.abc import Iterable, Sequence

GENERATED = (
    "<!-- Generated from the code by `python -m tests.docs.generate`; a test fails when this "
    "page is stale. -->"
)

POINTER = re.compile(r"\s\(`privacy\.md` A\d+(: [^)]*)?\)")


def page(*blocks: str) -> str:
    """A page from its blocks, an empty line between them."""
    return "\n\n".join([GENERATED, *(block for block in blocks if block)]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells may hold `code` and whatever else stands on one line."""
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join(head + [f"| {' | '.join(cell(text) for text in row)} |" for row in rows])


def cell(text: str) -> str:
    """Text for one cell: no line breaks, no bar that would end it."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """A word as it is written in a file or typed."""
    return f"`{text}`"


def codes(words: Iterable[object]) -> str:
    """Several of them."""
    return ", ".join(code(word) for word in words)


def fenced(text: str, language: str = "") -> str:
    """A block that is shown as it is."""
    return f"```{language}\n{text.strip()}\n```"


def pretty(value: object, *, deep: int = 0, width: int = 78) -> str:
    """JSON as a person writes it: what fits on a line stays on it."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + deep <= width or not isinstance(value, dict | list) or not value:
        return short
    pad = " " * (deep + 2)
    if isinstance(value, list):
        lines = [pad + pretty(each, deep=deep + 2, width=width) for each in value]
        return "[\n" + ",\n".join(lines) + "\n" + " " * deep + "]"
    lines = [
        f"{pad}{json.dumps(name)}: {pretty(each, deep=deep + 2, width=width)}"
        for name, each in value.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n" + " " * deep + "}"


def docstring(thing: object) -> tuple[str, str]:
    """The first paragraph of a docstring and the rest, each paragraph on one line.

    Pointers into the project's own papers are left out: a reader of the manual has none of them.
    """
    paragraphs = POINTER.sub("", inspect.getdoc(thing) or "").split("\n\n")
    first, *rest = (" ".join(each.split()) for each in paragraphs)
    return first, "\n\n".join(rest)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."
