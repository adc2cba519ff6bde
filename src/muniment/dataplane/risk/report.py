"""What may be told of the risk of a release, to whom: exact to staff, protected to all others.

The exact report is in the receipt; this makes the outward one from it, so that nothing gets out
that was not put here (`privacy.md` A2, A7).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from muniment.dataplane.cube.document import cells

Document = Mapping[str, object]


def outward(part: Document, *, threshold: int, rounding: int) -> dict[str, object]:
    """A part of a receipt as a recipient may read it: limits, names, rounded numbers.

    Counts of units under `threshold` are null, others a multiple of `rounding`. What is left out
    (risk before treatment, uniques, joins, utility by cell) stays inside.
    """
    risk = _members(part, "risk")
    after = _members(risk, "after")
    told: dict[str, object] = {
        "part": part["part"],
        "scope": risk["scope"],
        "limit": risk["limit"],
        "baseline": risk["baseline"],
        "untreated": risk["untreated"],
        "blanked": sorted(_members(risk, "blanked")),
        "units": _protected(after["units"], threshold, rounding),
        "highest_risk": f"at most 1 in {risk['limit']}" if risk["baseline"] else "not measured",
    }
    return told


def revealed(
    cubes: Iterable[Document], *, leaving: Sequence[str], is_whole: bool
) -> list[dict[str, object]]:
    """Published tables whose hidden cells a release would show (`privacy.md` A5).

    `cubes` are documents of the public cube; null stands for a hidden number. A release without a
    cohort in which all variables of a table leave as they are gives every one of its hidden cells
    away, by counting rows. `leaving` are variables released without a change.
    """
    told = []
    for cube in cubes:
        # Raises for a document that is no cube.
        hidden = Counter(_variables(cell) for cell, value in cells(cube).items() if value is None)
        for by, many in hidden.items():
            if is_whole and set(by) <= set(leaving):
                told.append({"by": list(by), "cells_revealed": many})
    return told


def _variables(cell: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(variable for variable, _ in cell)


def _protected(units: object, threshold: int, rounding: int) -> int | None:
    count = int(str(units))
    return None if count < threshold else (count + rounding // 2) // rounding * rounding


def _members(document: Document, name: str) -> Mapping[str, object]:
    found = document[name]
    assert isinstance(found, Mapping)
    return found
