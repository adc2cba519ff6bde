"""A problem found across files, by its place in the bundle."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
Sections = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place such as ("fees", "classes", 0, "id")."""

    place: Place
    message: str


def twice(entries: Sequence[Mapping[str, Any]], place: Place, *, key: str) -> Iterator[Problem]:
    """Entries of a list that share what must be unique."""
    seen: set[Any] = set()
    for number, entry in enumerate(entries):
        if entry[key] in seen:
            yield Problem((*place, number, key), f"the {key} {entry[key]!r} is given twice.")
        seen.add(entry[key])


def keys(entries: Sequence[Mapping[str, Any]], *, key: str = "id") -> set[str]:
    """The ids of a list of entries."""
    return {entry[key] for entry in entries}
