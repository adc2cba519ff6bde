"""Marked numbers of a release, and how well the numbers of a file found somewhere bear its mark.

A mark moves every rounded value by its own secret offset (`methods.mark`). Kept are prints of the
rounded values and of the marked ones, not the key. A foreign number that lies at one of the rounded
values bears the mark by chance, once in as many as there are offsets. Repeats of a value are no
further evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from muniment.dataplane.methods import mark
from muniment.dataplane.trace import chances, prints

# Of one column of a file; more values add nothing to what so many tell.
MOST_VALUES = 2000


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked column: what its numbers were rounded to, prints of rounded and marked values."""

    to: int
    rounded: frozenset[str]
    values: frozenset[str]

    @property
    def chance(self) -> float:
        """That a number of another origin bears the mark."""
        return 1 / (2 * mark.reach(self.to) + 1)


@dataclass(frozen=True, slots=True)
class Borne:
    """Of a column of a file: how many of `of` values bear the mark, and the chance for one."""

    fits: int = 0
    of: int = 0
    chance: float = 1.0

    @property
    def by_chance(self) -> float:
        """That a foreign column bears the mark as often."""
        return chances.of_as_many(self.fits, draws=self.of, each=self.chance)


def document(column: Iterable[str], *, to: int, salt: bytes) -> dict[str, object]:
    """What is kept of a marked column, for JSON."""
    found = numbers(column)
    return {
        "to": to,
        "rounded": sorted({_rounded(value, to, salt) for value in found}),
        "values": sorted({_value(value, salt) for value in found}),
    }


def of_document(kept: Mapping[str, object]) -> Marked:
    """Raises `KeyError`, `TypeError` or `ValueError` for a document of another kind."""
    to, rounded, values = kept["to"], kept["rounded"], kept["values"]
    if not (isinstance(to, int) and isinstance(rounded, list) and isinstance(values, list)):
        raise TypeError("A marked column.")
    return Marked(to, frozenset(rounded), frozenset(values))


def best(columns: Sequence[Sequence[int]], among: Sequence[Marked], *, salt: bytes) -> Borne:
    """The column of the file and the marked column that fit together least by chance."""
    found = [_borne(column, one, salt) for column in columns for one in among]
    return min(found, key=lambda each: each.by_chance, default=Borne())


def numbers(column: Iterable[str]) -> list[int]:
    """The different whole numbers of a column, as programs write them; in order."""
    read = {prints.plain(cell) for cell in column}
    return sorted(int(text) for text in read if text.removeprefix("-").isdecimal())


def _borne(column: Sequence[int], one: Marked, salt: bytes) -> Borne:
    there = [v for v in column[:MOST_VALUES] if _rounded(v, one.to, salt) in one.rounded]
    return Borne(sum(_value(v, salt) in one.values for v in there), len(there), one.chance)


def _rounded(value: int, to: int, salt: bytes) -> str:
    return prints.of(f"rounded {mark.rounded(value, to=to)}", salt=salt)


def _value(value: int, salt: bytes) -> str:
    return prints.of(f"marked {value}", salt=salt)
