"""When the sum of a group says too much about one of its members.

Source of the rules: Hundepool and others, Statistical Disclosure Control (2012), section 4.2; the
privacy document of this project, part A4. Contributions count by their absolute size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Dominance:
    """The largest `largest` may hold at most `share` percent of a sum; nobody may come within
    `percent` percent of another's contribution by subtracting their own."""

    largest: int = 2
    share: int = 85
    percent: int = 15

    def dominated(self, contributions: Sequence[int | Fraction]) -> bool:
        """Whether the sum of these must be hidden. An empty group has no sum to hide."""
        sizes = sorted((abs(Fraction(each)) for each in contributions), reverse=True)
        whole = sum(sizes)
        if whole == 0:
            return False
        if 100 * sum(sizes[: self.largest]) > self.share * whole:
            return True
        return 100 * sum(sizes[2:]) < self.percent * sizes[0]

    def reach(self, contributions: Sequence[int | Fraction]) -> Fraction:
        """How far from the sum a reader must hold values possible, above and below.

        So far that the largest is not known within `percent`, and that with the highest sum still
        possible the `largest` would not hold more than their share.
        """
        sizes = sorted((abs(Fraction(each)) for each in contributions), reverse=True)
        near = sizes[0] * self.percent / 100 if sizes else Fraction(0)
        return max(near, sum(sizes[: self.largest]) * Fraction(100, self.share) - sum(sizes))
