"""Prints of a release: of its pseudonyms and of its rows, not the release itself.

Every print is an HMAC under a salt that stands in the file, so pseudonyms can still be told after
the keys that made them are destroyed. A pseudonym has 128 random bits and cannot be guessed from
its print. A row of few values can be, by whoever holds the file: it is as confidential as the
receipt it lies beside.

A print of a row is made of its values in any order, without pseudonyms and without names, so that
renamed, reordered and dropped pseudonym columns change nothing.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from muniment.dataplane import refusals
from muniment.dataplane.cube import earlier
from muniment.dataplane.risk import joins
from muniment.dataplane.trace import marks, prints

VERSION = 1
SALT_BYTES = 16
# A larger table is known by its first rows. They are sorted by pseudonym, which is a fair sample.
MOST_PRINTS = 200_000
SUFFIX = ".trace.json"


@dataclass(frozen=True, slots=True)
class Table:
    """Of one released table: prints of its codes and rows; of `kept` rows `singles` are alone.

    `marked` are its marked columns.
    """

    name: str
    codes: frozenset[str]
    rows: frozenset[str]
    singles: int
    kept: int
    marked: tuple[marks.Marked, ...] = ()


@dataclass(frozen=True, slots=True)
class Sketch:
    """Of one release: `release` names it, `salt` keys its prints.

    `aggregates` are its tables of numbers: which groups they show, without the numbers.
    """

    release: str
    salt: bytes
    tables: tuple[Table, ...]
    courses: tuple[Mapping[str, object], ...] = ()
    aggregates: tuple[earlier.Table, ...] = ()


def row_text(cells: Iterable[str]) -> str:
    """The values of a row in an order of their own; numbers in one form, missing ones left out."""
    return "\x1f".join(sorted(prints.plain(cell) for cell in cells if cell != ""))


def of_tables(
    found: Iterable[tuple[str, Sequence[bool], Iterable[Sequence[str]]]],
    *,
    release: str,
    salt: bytes | None = None,
    marked: Mapping[str, Mapping[int, int]] | None = None,
    known: Sequence[Mapping[str, object]] = (),
) -> dict[str, object]:
    """The document of a release's tables: name, which columns hold pseudonyms, rows as text.

    `marked` says by table what the numbers of each marked column, by its place, were rounded to.
    """
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return {
        "muniment_trace": VERSION,
        "release": release,
        "salt": salt.hex(),
        "tables": [
            _table(name, are_codes, list(islice(rows, MOST_PRINTS)), salt, (marked or {}).get(name))
            for name, are_codes, rows in found
        ],
        "courses": [dict(each) for each in known],
    }


def beside(receipt: Path) -> Path:
    """Where the prints of a build lie: beside its receipt."""
    return receipt.with_suffix(SUFFIX)


def write(document: Mapping[str, object], path: Path) -> None:
    """Write it for its owner only. Raises `OSError`."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, separators=(",", ":"))


def courses(paths: Iterable[Path]) -> tuple[joins.Sketch, ...]:
    """The prints of courses of earlier releases. Raises `Refused` (not-a-trace)."""
    return tuple(each for path in paths for each in joins.of_documents(read(path).courses))


def aggregates(paths: Iterable[Path]) -> list[earlier.Table]:
    """The tables of numbers of earlier releases. Raises `Refused` (not-a-trace)."""
    return [each for path in paths for each in read(path).aggregates]


def read(path: Path) -> Sketch:
    """Raises `Refused` (not-a-trace)."""
    try:
        document = json.loads(path.read_bytes())
        return of_document(document)
    except (OSError, ValueError, KeyError, TypeError):
        message = f"{path} holds no prints of a release; name a {SUFFIX} file or its folder."
        raise refusals.refused("not-a-trace", message) from None


def of_document(document: Mapping[str, object]) -> Sketch:
    """Raises `KeyError`, `TypeError` or `ValueError` for a document of another kind."""
    tables, known = document["tables"], document["courses"]
    if document["muniment_trace"] != VERSION or not isinstance(tables, list):
        raise ValueError("another version")
    assert isinstance(known, list)
    return Sketch(
        release=str(document["release"]),
        salt=bytes.fromhex(str(document["salt"])),
        tables=tuple(
            Table(
                each["name"], frozenset(each["codes"]), frozenset(each["rows"]),
                each["singles"], each["kept"],
                tuple(marks.of_document(one) for one in each.get("marks", [])),
            )
            for each in tables
        ),
        courses=tuple(known),
        aggregates=tuple(earlier.of_documents(_listed(document.get("aggregates", [])))),
    )  # fmt: skip


def _listed(value: object) -> list[Mapping[str, object]]:
    """Absent from prints that are older than the member."""
    if not isinstance(value, list):
        raise TypeError("A list of tables.")
    return value


def _table(
    name: str,
    are_codes: Sequence[bool],
    rows: Sequence[Sequence[str]],
    salt: bytes,
    marked: Mapping[int, int] | None,
) -> dict[str, object]:
    codes: set[str] = set()
    counted: dict[str, int] = {}
    for row in rows:
        paired = list(zip(row, are_codes, strict=True))
        codes.update(prints.of(cell, salt=salt) for cell, is_code in paired if is_code and cell)
        text = row_text(cell for cell, is_code in paired if not is_code)
        if text:
            here = prints.of(text, salt=salt)
            counted[here] = counted.get(here, 0) + 1
    return {
        "name": name,
        "codes": sorted(codes),
        "rows": sorted(counted),
        "singles": sum(many == 1 for many in counted.values()),
        "kept": len(rows),
        "marks": [
            marks.document((row[spot] for row in rows), to=to, salt=salt)
            for spot, to in (marked or {}).items()
        ],
    }
