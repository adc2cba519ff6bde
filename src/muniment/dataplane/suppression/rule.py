"""When a number may stand in a table, and what a reader learns from the number that does.

Source of the rules: the privacy document of this project, parts A1 and A4. A number under the
threshold is hidden, zero included; what a shown number tells is an interval, since it is rounded.
"""

from dataclasses import dataclass

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """`threshold` is the smallest number that may be shown, `rounding` the base of what is.

    `exact` says that readers must be taken to know shown numbers exactly, as where a mean stands
    beside a rounded count: the count is then no secret within its rounding.
    """

    threshold: int
    rounding: int
    exact: bool = False

    def shown(self, number: int) -> int:
        """The number as it is printed: rounded half up, never to less than the threshold."""
        lowest = -(-self.threshold // self.rounding) * self.rounding
        rounded = (2 * number + self.rounding) // (2 * self.rounding) * self.rounding
        return max(rounded, lowest)

    def interval(self, number: int) -> Interval:
        """The least and the greatest number that would be printed as this one is."""
        if self.exact:
            return number, number
        return self.behind(self.shown(number))

    def behind(self, printed: int) -> Interval:
        """The least and the greatest number that is printed as `printed`."""
        low = -(-(2 * printed - self.rounding) // 2)
        high = -(-(2 * printed + self.rounding) // 2) - 1
        lowest = -(-self.threshold // self.rounding) * self.rounding
        return (self.threshold if printed == lowest else low), high

    @property
    def secret(self) -> Interval:
        """What a reader may at most learn about a small number: that it is small."""
        return 0, self.threshold - 1
