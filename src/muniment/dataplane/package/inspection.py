"""What a machine can find wrong with a finished package before a person checks it.

It reads what leaves and nothing else: the files against the codebook beside them, text against
patterns that look like a direct identifier, and numbers of groups against the threshold. A pattern
that is found stops a release; that none is found does not prove that no identifier is in the text.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.dataplane import verify
from muniment.dataplane.package import codebook, leaving, shape

PATTERNS: Mapping[str, str] = {
    "e-mail address": r"[\w.+'-]+@[\w-]+(\.[\w-]+)+",
    "web address": r"(?i)\bhttps?://|\bwww\.",
    "social security number": r"\b\d{3}-\d{2}-\d{4}\b",
    "telephone number": r"(\b|\()\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
    "network address": r"\b\d{1,3}(\.\d{1,3}){3}\b",
    "record number": r"(?i)\b(mrn|medical record|patient id)\W{0,3}\d{3,}\b",
}
"""RE2 syntax; kinds of 45 CFR 164.514(b)(2)(i) that have a shape of their own."""
Found = dict[str, object]


def of(folder: Path, *, key: Ed25519PublicKey) -> Found:
    """The checks by name, yes or no, and what stands behind each no; counts of cells are exact.

    Raises what `verify.folder` raises.
    """
    document = verify.folder(folder, key=key).document
    parts: Any = document["parts"]
    listed = leaving.tables(folder)
    patterns, strange = _look(listed, _codes(folder))
    thresholds = _thresholds(parts)
    small = [found for table in listed for found in _small(table, thresholds)]
    differs = [*_columns(folder, listed), *strange]
    return {
        "checks": {
            "no_identifier_patterns": not patterns,
            "codebook_matches": not differs,
            "no_small_cells": not small,
        },
        "found": [*patterns, *differs, *small],
    }


def _look(
    listed: list[leaving.Table], codes: Mapping[tuple[str, str], frozenset[str]]
) -> tuple[list[Found], list[Found]]:
    """Cells of text that match a pattern, and values that the codebook does not list."""
    patterns: Counter[tuple[str, str, str]] = Counter()
    strange: Counter[tuple[str, str]] = Counter()
    for table in listed:
        for batch in leaving.batches(table):
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if _is_text(column):
                    patterns.update(
                        {(table.name, name, kind): n for kind, n in _matching(column) if n}
                    )
                declared = codes.get((table.name, name))
                if declared:
                    strange[table.name, name] += _undeclared(column, declared)
    return (
        [
            {"check": "no_identifier_patterns", "table": table, "variable": name, "what": kind,
             "cells": cells}
            for (table, name, kind), cells in sorted(patterns.items())
        ],
        [
            {"check": "codebook_matches", "table": table, "variable": name,
             "what": "a value that the codebook does not list", "cells": cells}
            for (table, name), cells in sorted(strange.items()) if cells
        ],
    )  # fmt: skip


def _is_text(column: Any) -> bool:
    import pyarrow.types as kinds

    return bool(kinds.is_string(column.type) or kinds.is_large_string(column.type))


def _matching(column: Any) -> list[tuple[str, int]]:
    import pyarrow.compute as pc

    return [
        (kind, pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0)
        for kind, pattern in PATTERNS.items()
    ]


def _undeclared(column: Any, declared: frozenset[str]) -> int:
    import pyarrow.compute as pc

    counted = pc.value_counts(column.cast("string")).to_pylist()
    return sum(
        each["counts"]
        for each in counted
        if each["values"] is not None and each["values"] not in declared
    )


def _codes(folder: Path) -> dict[tuple[str, str], frozenset[str]]:
    """Declared values of each variable that has any, as the codebook lists them."""
    return {
        (row["table"], row["variable"]): frozenset(row["codes"].split("; "))
        for row in _codebook(folder)
        if row["codes"]
    }


def _columns(folder: Path, listed: list[leaving.Table]) -> list[Found]:
    """Columns of a file that the codebook does not have, and the other way round."""
    booked = {(row["table"], row["variable"]) for row in _codebook(folder) if row["type"]}
    there = {
        (table.name, codebook.defused(name)) for table in listed for name in leaving.columns(table)
    }
    return [
        {"check": "codebook_matches", "table": table, "variable": name,
         "what": "a column that only one of codebook and file has", "cells": 0}
        for table, name in sorted(booked ^ there)
    ]  # fmt: skip


def _codebook(folder: Path) -> list[dict[str, str]]:
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _thresholds(parts: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Threshold and rounding of the tables of groups, by their name in the package.

    A part of an aggregate has one table, called `counts`, after its part where there are several.
    """
    alone = len(parts) == 1
    return {
        shape.slug("counts" if alone else f"{part['part']}-counts"): (
            part["figures"]["threshold"], part["figures"]["rounding"],
        )
        for part in parts
        if part["level"] == "aggregate"
    }  # fmt: skip


def _small(table: leaving.Table, thresholds: Mapping[str, tuple[int, int]]) -> list[Found]:
    """Numbers of groups that are smaller than the smallest that may show, rounded."""
    if table.name not in thresholds:
        return []
    threshold, rounding = thresholds[table.name]
    least = threshold - rounding // 2
    name = next(each for each in table.fields if each.startswith("number"))
    cells = sum(
        1
        for batch in leaving.batches(table)
        for number in batch.column(name).to_pylist()
        if number is not None and int(number) < least
    )
    what = f"a number under {threshold}"
    found: Found = {"check": "no_small_cells", "table": table.name, "variable": name, "what": what}
    return [{**found, "cells": cells}] if cells else []
