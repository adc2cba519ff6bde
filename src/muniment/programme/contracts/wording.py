"""What two wordings of a clause have in common, word by word."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand together and share their fate."""

    kind: Kind
    words: str


def difference(before: str, after: str) -> list[Run]:
    """The runs of words that lead from one wording to the other; line breaks do not count."""
    old, new = re.findall(r"\S+", before), re.findall(r"\S+", after)
    runs: list[Run] = []
    matching = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, i1, i2, j1, j2 in matching.get_opcodes():
        if tag == "equal":
            runs.append(Run(Kind.KEPT, " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            runs.append(Run(Kind.GONE, " ".join(old[i1:i2])))
        if j2 > j1:
            runs.append(Run(Kind.NEW, " ".join(new[j1:j2])))
    return runs


def same(before: str, after: str) -> bool:
    """Whether both say the same, however they are broken into lines."""
    return before.split() == after.split()
