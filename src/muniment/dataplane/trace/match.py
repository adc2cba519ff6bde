"""A file found somewhere against the prints of releases: whose is it?

Each release answers how many of the file's values are its pseudonyms, how many of its different
rows are its rows, and how many of its different numbers bear its mark.
A foreign file may hold such a row by chance. The chance for one row is estimated from the release
itself, as the share of its rows that are not the only ones of their kind (Good 1953: what a next
draw from the same population has been seen before), with what the estimate may be off. The error
rate is the chance that any of the comparisons made finds as much in a foreign file: that of the
best one, times their number. Above one in twenty the answer is *cannot tell*.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from math import sqrt

from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.trace import chances, marks, prints, sketch

LARGEST_ERROR = 0.05
# Prints are 64 bits and the estimate rests on assumptions: nothing smaller is claimed.
LEAST_ERROR = 1e-9
# A release explains a file as well as the best one does when it has this share of its hits.
AS_GOOD = 0.9
# Standard deviations by which the chance of one row may be above its estimate (99.5 %, one side).
SURE = 2.58


class Answer(StrEnum):
    EXACT = "exact release"
    CANDIDATES = "candidate set"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Hits:
    """Of one release: cells that are its pseudonyms, rows that are its rows, of `rows` tried.

    `borne` is what bears its mark. `by_rows` and `by_marks` are the chances of a foreign file.
    """

    release: str
    codes: int
    matched: int
    rows: int
    by_rows: float
    borne: marks.Borne
    by_marks: float

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
                 "of": each.rows, "marked": each.borne.fits, "of_numbers": each.borne.of}
                for each in self.hits
            ],
        }  # fmt: skip


def verdict(
    rows: Sequence[Sequence[str]],
    among: Sequence[sketch.Sketch],
    *,
    watch: Watch | None = None,
) -> Verdict:
    """Where the rows come from, among these releases. `among` must not be empty.

    Pseudonyms settle it; then rows; then marks, where rows do not name one release.
    """
    watch = watch or Watch()
    found = _File.of(rows)
    tried = sum(len(one.tables) for one in among)
    fitted = len(found.numbers) * sum(len(t.marked) for one in among for t in one.tables)
    hits = []
    for done, one in enumerate(among):
        watch.step(f"compare with {one.release}", done, len(among))
        hits.append(_hits(found, one, tried=tried, fitted=fitted))
    hits.sort(key=lambda each: (-each.weight, -each.matched))
    if any(each.codes for each in hits):
        return _by_codes(hits, found, among)
    said = _by_rows(hits)
    marked = _by_marks(hits) if said.answer is not Answer.EXACT else None
    return marked or said


@dataclass(frozen=True, slots=True)
class _File:
    """What was found: its different cells, its different rows without codes, its whole numbers."""

    cells: frozenset[str]
    rows: tuple[str, ...]
    numbers: tuple[list[int], ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> "_File":
        cells = frozenset(cell.strip() for row in rows for cell in row)
        told = dict.fromkeys(sketch.row_text(_without_codes(row)) for row in rows)
        columns = zip_longest(*rows, fillvalue="")
        numbers = tuple(found for each in columns if (found := marks.numbers(each)))
        return cls(cells, tuple(text for text in told if text), numbers)


def _hits(found: _File, one: sketch.Sketch, *, tried: int, fitted: int) -> Hits:
    codes = frozenset[str]().union(*(table.codes for table in one.tables))
    own = sum(prints.of(cell, salt=one.salt) in codes for cell in found.cells)
    told = [prints.of(text, salt=one.salt) for text in found.rows]
    table = max(one.tables, key=lambda each: sum(t in each.rows for t in told), default=None)
    matched = sum(each in table.rows for each in told) if table else 0
    by_rows = tried * chances.of_as_many(matched, draws=len(told), each=_chance(table))
    known = [each for table in one.tables for each in table.marked]
    borne = marks.best(found.numbers, known, salt=one.salt)
    by_marks = fitted * borne.by_chance
    return Hits(one.release, own, matched, len(told), by_rows, borne, by_marks)


def _by_codes(hits: Sequence[Hits], found: _File, among: Sequence[sketch.Sketch]) -> Verdict:
    """Builds of one line share pseudonyms; their rows may still tell one from the other."""
    listed = sum(len(table.codes) for one in among for table in one.tables)
    good = _as_good([each for each in hits if each.codes], key=lambda each: each.codes)
    good = _as_good(good, key=lambda each: each.matched)
    collision = len(found.cells) * listed / 2 ** (8 * prints.PRINT_BYTES)
    return _said(good, max(LEAST_ERROR, collision), "pseudonyms", hits)


def _by_rows(hits: Sequence[Hits]) -> Verdict:
    good = _as_good([each for each in hits if each.matched], key=lambda each: each.matched)
    if not good:
        return Verdict(Answer.CANNOT_TELL, (), None, "nothing", tuple(hits))
    return _said(good, max(each.by_rows for each in good), "rows", hits)


def _by_marks(hits: Sequence[Hits]) -> Verdict | None:
    """None where no release's mark tells more than chance."""
    telling = [each for each in hits if each.borne.fits and each.by_marks <= LARGEST_ERROR]
    good = _as_good(telling, key=lambda each: each.borne.fits)
    if not good:
        return None
    return _said(good, max(each.by_marks for each in good), "marks", hits)


def _as_good(pool: Sequence[Hits], *, key: Callable[[Hits], int]) -> list[Hits]:
    """Those that explain the file as well as the best one does."""
    best = max(map(key, pool), default=0)
    return [each for each in pool if key(each) >= AS_GOOD * best]


def _said(good: Sequence[Hits], chance: float, by: str, hits: Sequence[Hits]) -> Verdict:
    error = min(1.0, max(LEAST_ERROR, chance))
    if error > LARGEST_ERROR:
        return Verdict(Answer.CANNOT_TELL, (), error, by, tuple(hits))
    answer = Answer.EXACT if len(good) == 1 else Answer.CANDIDATES
    return Verdict(answer, tuple(each.release for each in good), error, by, tuple(hits))


def _without_codes(row: Iterable[str]) -> list[str]:
    """A row without what looks like one of our pseudonyms: 32 hex digits."""
    return [cell for cell in row if not (len(cell) == 32 and _is_hex(cell))]


def _is_hex(cell: str) -> bool:
    return all(sign in "0123456789abcdef" for sign in cell)


def _chance(table: sketch.Table | None) -> float:
    """That a row from elsewhere is in the release, taken at the upper end of what may be.

    Rows that are alike come in pairs at least, so that their number has twice the spread of a
    count.
    """
    if table is None or not table.kept:
        return 1.0
    alike = table.kept - table.singles + 1
    return min(1.0, (alike + SURE * sqrt(2 * alike)) / (table.kept + 1))
