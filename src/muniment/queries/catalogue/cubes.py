"""Published counts: the document of a public cube, read strictly, and the one in force.

The data plane makes and audits the document; here only its shape is read. A document that is not
exactly of that shape, or that shows a number its own rules forbid, is none.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment import models

VERSION_MEMBER = "muniment_cube"
# The editions that the numbers were compared with; documents published at first do not name them.
EARLIER = "earlier"
MEMBERS = frozenset(
    {
        VERSION_MEMBER, "holding", "edition", "synthetic", "unit", "threshold", "rounding",
        "method", "variables", "tables",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """`cells` holds a printed number or None (hidden) for each combination of labels, in order."""

    variables: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    """One row of labels for each variable."""
    cells: Mapping[tuple[str, ...], int | None]


@dataclass(frozen=True, slots=True)
class Cube:
    """The public tables of one holding. `unit` is what is counted: a person, an abstract …"""

    holding: str
    edition: str
    unit: str
    threshold: int
    rounding: int
    synthetic: bool
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The cube in force and the SHA-256 of its document."""

    cube: Cube
    sha256: str


def find_published(dataset: str, *, programme: models.Programme) -> Published | None:
    """The counts in force of a dataset's newest edition that was not recalled; None without."""
    found = models.PublishedCounts.objects.filter(
        holding__programme=programme,
        holding__dataset_edition__dataset__slug=dataset,
        holding__dataset_edition__withdrawn_at__isnull=True,
        superseded_at__isnull=True,
    )
    row = found.order_by("-holding__dataset_edition__pk", "-pk").first()
    cube = find_cube(json.loads(row.document)) if row else None
    return Published(cube, row.sha256) if row and cube else None


def find_cube(document: Mapping[str, Any]) -> Cube | None:
    """A document of version 1 as a cube; None for anything else, whatever is wrong with it."""
    try:
        return _cube(document)
    except (KeyError, TypeError, ValueError):
        return None


def _cube(document: Mapping[str, Any]) -> Cube:
    if set(document) - {EARLIER} != MEMBERS or document[VERSION_MEMBER] != 1:
        raise ValueError
    if not isinstance(document.get(EARLIER, []), list):
        raise ValueError
    _texts(document.get(EARLIER, []))
    threshold, rounding = _whole(document["threshold"]), _whole(document["rounding"])
    labels = {_text(each["name"]): _texts(each["labels"]) for each in document["variables"]}
    tables = [_table(each, labels) for each in document["tables"]]
    shown = [value for table in tables for value in table.cells.values() if value is not None]
    if threshold < 1 or rounding < 1 or not tables:
        raise ValueError
    if any(value < threshold or value % rounding for value in shown):
        raise ValueError
    return Cube(
        _text(document["holding"]),
        _text(document["edition"]),
        _text(document["unit"]),
        threshold,
        rounding,
        bool(document["synthetic"]),
        tuple(tables),
    )


def _table(table: Mapping[str, Any], labels: Mapping[str, tuple[str, ...]]) -> Table:
    """A table with every cell that its labels name, each once."""
    names = _texts(table["variables"])
    rows = tuple(labels[name] for name in names)
    cells = {_texts(cell["labels"]): _number(cell["value"]) for cell in table["cells"]}
    every = list(itertools.product(*rows))
    if set(table) != {"variables", "cells"} or len(table["cells"]) != len(every):
        raise ValueError
    return Table(names, rows, {place: cells[place] for place in every})


def _number(value: object) -> int | None:
    return None if value is None else _whole(value)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(_text(value) for value in values)
