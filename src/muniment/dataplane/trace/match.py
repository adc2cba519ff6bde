"""A file found somewhere against the prints of releases: whose is it?

Each release answers how many of the file's values are its pseudonyms and how many of its rows are
its rows. A foreign file may hold such a row by chance. The chance for one row is estimated from the
release itself, as the share of its rows that are not the only ones of their kind (Good 1953: what a
next draw from the same population has been seen before). The error rate is the chance of as many
hits as were found, row by row; above one in twenty the answer is *cannot tell*.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb

from muniment.dataplane.trace import sketch

LARGEST_ERROR = 0.05
# Prints are 64 bits and the estimate rests on assumptions: nothing smaller is claimed.
LEAST_ERROR = 1e-9
# A release explains a file as well as the best one does when it has this share of its hits.
AS_GOOD = 0.9
# Chances are reckoned exactly up to so many rows; the rest of a long file adds nothing.
MOST_RECKONED = 1000


class Answer(StrEnum):
    EXACT = "exact release"
    CANDIDATES = "candidate set"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Hits:
    """Of one release: cells that are its pseudonyms, rows that are its rows, of `rows` tried."""

    release: str
    codes: int
    matched: int
    rows: int
    chance: float

    @property
    def weight(self) -> int:
        return self.codes or self.matched


@dataclass(frozen=True, slots=True)
class Verdict:
    """`releases` are named best first; `error` is the chance of a foreign file doing as well."""

    answer: Answer
    releases: tuple[str, ...]
    error: float | None
    by: str
    hits: tuple[Hits, ...]

    def document(self) -> dict[str, object]:
        return {
            "answer": self.answer.value,
            "releases": list(self.releases),
            "error_rate": None if self.error is None else f"{self.error:.1e}",
            "by": self.by,
            "evidence": [
                {"release": each.release, "pseudonyms": each.codes, "rows": each.matched,
                 "of": each.rows}
                for each in self.hits
            ],
        }  # fmt: skip


def verdict(rows: Sequence[Sequence[str]], among: Sequence[sketch.Sketch]) -> Verdict:
    """Where the rows come from, among these releases. `among` must not be empty."""
    hits = sorted(
        (_hits(rows, each) for each in among), key=lambda each: (-each.weight, -each.matched)
    )
    with_codes = [each for each in hits if each.codes]
    pool = with_codes or [each for each in hits if each.matched]
    by = "pseudonyms" if with_codes else "rows"
    if not pool:
        return Verdict(Answer.CANNOT_TELL, (), None, "nothing", tuple(hits))
    best = max(each.weight for each in pool)
    good = [each for each in pool if each.weight >= AS_GOOD * best]
    # Builds of one line share pseudonyms; their rows may still tell one from the other.
    most = max(each.matched for each in good)
    good = [each for each in good if each.matched >= AS_GOOD * most]
    error = max(LEAST_ERROR if with_codes else _error(each) for each in good)
    if error > LARGEST_ERROR:
        return Verdict(Answer.CANNOT_TELL, (), error, by, tuple(hits))
    answer = Answer.EXACT if len(good) == 1 else Answer.CANDIDATES
    return Verdict(answer, tuple(each.release for each in good), error, by, tuple(hits))


def _hits(rows: Sequence[Sequence[str]], one: sketch.Sketch) -> Hits:
    codes = frozenset[str]().union(*(table.codes for table in one.tables))
    cells = {cell.strip() for row in rows for cell in row}
    found = {cell for cell in cells if sketch.print_of(cell, salt=one.salt) in codes}
    told = [sketch.print_of(sketch.row_text(_without_codes(row)), salt=one.salt) for row in rows]
    table = max(one.tables, key=lambda each: sum(t in each.rows for t in told), default=None)
    matched = sum(each in table.rows for each in told) if table else 0
    return Hits(one.release, len(found), matched, len(rows), _chance(table))


def _without_codes(row: Iterable[str]) -> list[str]:
    """A row without what looks like one of our pseudonyms: 32 hex digits."""
    return [cell for cell in row if not (len(cell) == 32 and _is_hex(cell))]


def _is_hex(cell: str) -> bool:
    return all(sign in "0123456789abcdef" for sign in cell)


def _chance(table: sketch.Table | None) -> float:
    """That a row from elsewhere is in the release: seen before, or nearly as likely."""
    if table is None or not table.kept:
        return 1.0
    return (table.kept - table.singles + 1) / (table.kept + 1)


def _error(hits: Hits) -> float:
    """The chance of at least so many hits (binomial)."""
    rows = min(hits.rows, MOST_RECKONED)
    matched = hits.matched * rows // hits.rows
    miss = 1 - hits.chance
    tail = sum(
        comb(rows, n) * hits.chance**n * miss ** (rows - n) for n in range(matched, rows + 1)
    )
    return min(1.0, max(LEAST_ERROR, tail))
