"""The few marks that the agreement's text uses: headings, list items, paragraphs, bold openings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPENING = re.compile(r"\*\*(.+?)\*\*\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is title, heading, item or paragraph; `bold` opens the paragraph."""

    kind: str
    text: str
    bold: str = ""


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text in order; lines of one paragraph are joined."""
    for part in text.strip().split("\n\n"):
        lines = part.strip().splitlines()
        if not lines:
            continue
        if lines[0].startswith("# "):
            yield Block("title", lines[0][2:])
        elif lines[0].startswith("## "):
            yield Block("heading", lines[0][3:])
        elif all(line.startswith("- ") for line in lines):
            yield from (Block("item", line[2:]) for line in lines)
        else:
            yield _paragraph(" ".join(line.strip() for line in lines))


def _paragraph(text: str) -> Block:
    opening = OPENING.match(text)
    if opening is None:
        return Block("paragraph", text)
    return Block("paragraph", text[opening.end() :], bold=opening.group(1))
