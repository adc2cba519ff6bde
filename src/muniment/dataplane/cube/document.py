"""The published form of a cube: canonical JSON, the same bytes for the same protected answers.

A cell holds a printed number or null. Null never says whether the number itself is small or only
protects another: were it said, each word would be a bound on the number, and the bounds together
would give hidden numbers away that are safe without them (docs/decisions/0015).
"""

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from muniment.dataplane.cube import axes as axis_room
from muniment.dataplane.spec import faults, specification

if TYPE_CHECKING:
    from muniment.dataplane.cube import Counted

VERSION = 1
METHOD = (
    "Every unit is counted once. Numbers under the threshold, zero included, are hidden, and as "
    "many others as it takes that no hidden number can be worked out; the rest is rounded to the "
    "base. A hidden cell does not say for which of the two reasons."
)


def of(
    counted: "Counted",
    hidden: Set[int],
    *,
    printed: Mapping[int, int | None],
    earlier: Sequence[str] = (),
) -> dict[str, object]:
    """Plain JSON values. `printed` are numbers that stay as they were.

    `earlier` are the editions it was compared with, named so that none is forgotten later.
    """
    holding, frame = counted.holding, counted.frame
    tables = []
    for margin in frame.margins[: frame.counted]:
        cells = [
            {
                "labels": list(labels),
                "value": None if cell in hidden else _value(counted, cell, printed),
            }
            for cell, labels in axis_room.labeled(frame, counted.axes, margin)
        ]
        names = [counted.axes[axis].name for axis in margin]
        tables.append({"variables": names, "cells": cells})
    return {
        "muniment_cube": VERSION,
        "holding": holding.holding,
        "edition": holding.edition,
        "earlier": [edition for edition in earlier if edition != holding.edition],
        "synthetic": holding.synthetic,
        "unit": holding.unit,
        "threshold": holding.threshold,
        "rounding": holding.rounding,
        "method": METHOD,
        "variables": [{"name": axis.name, "labels": list(axis.labels)} for axis in counted.axes],
        "tables": tables,
    }


def written(document: Mapping[str, object]) -> bytes:
    """RFC 8785 bytes."""
    return specification.canonical(dict(document))


def cells(document: Mapping[str, object]) -> dict[tuple[tuple[str, str], ...], int | None]:
    """Printed number or None by cell, a cell named by its (variable, label) pairs.

    Raises `faults.Faulty` for something that is no cube document.
    """
    try:
        if document["muniment_cube"] != VERSION:
            raise KeyError
        return {
            tuple(zip(table["variables"], cell["labels"], strict=True)): _number(cell["value"])
            for table in document["tables"]  # type: ignore[attr-defined]
            for cell in table["cells"]
        }
    except (KeyError, TypeError, ValueError):
        message = "This is no public cube of version 1; give the file that was published."
        raise faults.Faulty([faults.Fault("", "not-a-cube", message)]) from None


def earlier(document: Mapping[str, object]) -> list[str]:
    """The editions that a cube was compared with; none where the document does not say."""
    named = document.get("earlier", [])
    if isinstance(named, list) and all(isinstance(edition, str) for edition in named):
        return named
    message = "This is no public cube of version 1; give the file that was published."
    raise faults.Faulty([faults.Fault("/earlier", "not-a-cube", message)])


def _number(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError


def _value(counted: "Counted", cell: int, printed: Mapping[int, int | None]) -> int | None:
    return printed[cell] if cell in printed else counted.rule.shown(counted.values[cell])
