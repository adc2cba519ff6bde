"""What a protected count says: the only form in which a number about people leaves the engine."""

import math
from dataclasses import asdict, dataclass

NINETEEN_IN_TWENTY = 1.96
"""Standard deviations of a normal distribution; the noise is one, on whole numbers."""
_PLURALS = {"person": "people"}


@dataclass(frozen=True, slots=True)
class Count:
    """`shown` is the protected number, or None when it is too small to show.

    A function of the protected answer alone: two holdings with the same protected answer give
    the same bytes, whatever their exact counts are.
    """

    shown: int | None
    says: str
    rounding: int
    threshold: int
    sigma: int

    def document(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a breakdown: a label per grouping variable, in the order asked."""

    labels: tuple[str, ...]
    count: Count

    def document(self) -> dict[str, object]:
        return {"labels": list(self.labels), "count": self.count.document()}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Every cell that the declared values allow, in their order, whether or not anyone is in it."""

    group_by: tuple[str, ...]
    cells: tuple[Cell, ...]

    def document(self) -> dict[str, object]:
        return {
            "group_by": list(self.group_by),
            "cells": [cell.document() for cell in self.cells],
        }


def of(protected: int, *, unit: str, rounding: int, threshold: int, sigma: int) -> Count:
    """The answer for a number that already carries its noise: threshold first, then rounding.

    Rounded half up, but never to a number below the threshold.
    """
    if protected < threshold:
        says = f"Too few {plural(unit)} match to show a number."
        return Count(None, says, rounding, threshold, sigma)
    lowest = -(-threshold // rounding) * rounding
    shown = max((2 * protected + rounding) // (2 * rounding) * rounding, lowest)
    says = f"About {shown:,} {plural(unit)} match."
    return Count(shown, says, rounding, threshold, sigma)


def within(*, sigma: int, rounding: int) -> int:
    """How far a shown number lies from the true one at most, 19 times in 20."""
    return math.ceil(NINETEEN_IN_TWENTY * sigma + rounding / 2)


def plural(unit: str) -> str:
    """The unit of a holding as a page says it for many."""
    return _PLURALS.get(unit) or (f"{unit[:-1]}ies" if unit.endswith("y") else f"{unit}s")
