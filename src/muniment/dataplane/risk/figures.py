"""Group sizes as risks: prosecutor, journalist and marketer (El Emam 2013, chapters 16 and 17).

The prosecutor knows that someone is in the release and tries that one person: 1 over the size of
their group. The journalist looks for anyone, through a register of a population: 1 over the size of
the group *there*. The marketer matches all: the expected share of right matches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from muniment.dataplane.risk.lattice import Groups, Whole, merged

# The upper ends of the classes in which group sizes are told.
SIZES = (1, 2, 4, 10, 19, 49, 99, 999)
LARGEST_SUBSET = 3


@dataclass(frozen=True, slots=True)
class Rates:
    """Risks as exact fractions; `journalist` is None where no population is known."""

    prosecutor_most: Fraction
    prosecutor_mean: Fraction
    journalist_most: Fraction | None
    marketer: Fraction

    def document(self) -> dict[str, object]:
        return {
            "prosecutor_most": millionths(self.prosecutor_most),
            "prosecutor_mean": millionths(self.prosecutor_mean),
            "journalist_most": (
                None if self.journalist_most is None else millionths(self.journalist_most)
            ),
            "marketer": millionths(self.marketer),
        }


def millionths(share: Fraction) -> int:
    """A share in whole numbers, rounded up: a risk is never told smaller than it is."""
    return -(-share.numerator * 1_000_000 // share.denominator)


def rates(sizes: Sequence[int], population: Sequence[int] | None = None) -> Rates:
    """`sizes` of the groups of a release; `population` how large each is there, never smaller."""
    units = sum(sizes)
    matches = Fraction(len(sizes))
    if population is not None:
        pairs = zip(sizes, population, strict=True)
        matches = sum((Fraction(here, there) for here, there in pairs), Fraction(0))
    return Rates(
        prosecutor_most=Fraction(1, min(sizes)),
        prosecutor_mean=Fraction(len(sizes), units),
        journalist_most=None if population is None else Fraction(1, min(population)),
        marketer=matches / units,
    )


def histogram(groups: Mapping[int, int]) -> list[dict[str, object]]:
    """Groups and units by size of group, from how many groups there are of each size.

    `most` is the upper end of a class, None for no end.
    """
    told: list[dict[str, object]] = []
    least = 1
    for most in (*SIZES, None):
        inside = {n: many for n, many in groups.items() if least <= n and n <= (most or n)}
        units = sum(size * many for size, many in inside.items())
        told.append({"least": least, "most": most, "groups": sum(inside.values()), "units": units})
        least = (most or 0) + 1
    return told


@dataclass(frozen=True, slots=True)
class Uniques:
    """Units alone in all columns, and how many of them are alone in few already (special)."""

    unique: int
    special: int
    by_size: Mapping[int, int]

    def document(self) -> dict[str, object]:
        return {
            "unique": self.unique,
            "special": self.special,
            "minimal_by_size": {str(size): many for size, many in self.by_size.items()},
        }


def uniques(groups: Groups) -> Uniques:
    """Minimal sample uniques of up to three columns (Elliot, Manning and Ford 2002, SUDA).

    A unit that two columns single out is at more risk than one it takes six to find. `by_size` is
    the number of minimal unique sets of one, two and three columns.
    """
    width = groups.keys.shape[1]
    found: dict[tuple[int, ...], Whole] = {}
    by_size: dict[int, int] = {}
    special = np.zeros(len(groups.sizes), dtype=bool)
    for size in range(1, min(LARGEST_SUBSET, width) + 1):
        by_size[size] = 0
        for subset in combinations(range(width), size):
            alone = _alone(groups, subset)
            for part in combinations(subset, size - 1):
                alone = alone & ~found.get(part, np.zeros_like(special))
            by_size[size] += int(alone.sum())
            within = [found[part] for part in combinations(subset, size - 1) if part in found]
            found[subset] = np.logical_or.reduce([alone, *within])
            special |= alone if size < width else False
    return Uniques(int((groups.sizes == 1).sum()), int(special.sum()), by_size)


def _alone(groups: Groups, subset: tuple[int, ...]) -> Whole:
    """Which combinations are a single unit already in these columns."""
    keys = groups.keys[:, list(subset)]
    _, inverse = np.unique(keys, axis=0, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), weights=groups.sizes)
    return np.asarray(total[inverse.reshape(-1)] == 1)


def sizes_of(groups: Groups) -> list[int]:
    """The sizes of the groups as plain numbers."""
    return [int(size) for size in merged(groups.keys, groups.sizes).sizes]
