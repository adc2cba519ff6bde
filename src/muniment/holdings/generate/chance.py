"""Seeded draws for the generators.

Everything goes through `random.random()`: the one method whose sequence Python promises to keep
between versions, so that a seed keeps its bytes.
"""

import bisect
import itertools
import math
import random
import statistics
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

Choice = TypeVar("Choice")
_NORMAL = statistics.NormalDist()


class Weights(Generic[Choice]):
    """Choices with weights that need not add up to anything, ready for many draws."""

    def __init__(self, weights: Mapping[Choice, float]) -> None:
        self._choices = list(weights)
        self._sums = list(itertools.accumulate(weights.values()))

    def at(self, share: float) -> Choice:
        """The choice that lies at this share (0 to 1) of the whole weight."""
        place = bisect.bisect_right(self._sums, share * self._sums[-1])
        return self._choices[min(place, len(self._choices) - 1)]


class Chance:
    """One stream of draws; streams with different names or seeds are unrelated."""

    def __init__(self, name: str, *, seed: int) -> None:
        self._random = random.Random(f"{name}:{seed}").random

    def happens(self, probability: float) -> bool:
        return self._random() < probability

    def pick(self, weights: Weights[Choice]) -> Choice:
        return weights.at(self._random())

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self._random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included, all equally likely."""
        return low + int(self._random() * (high - low + 1))

    def lognormal(self, median: float, sigma: float) -> float:
        return median * math.exp(sigma * self.normal())

    def normal(self) -> float:
        return _NORMAL.inv_cdf(min(max(self._random(), 1e-12), 1 - 1e-12))

    def binomial(self, tries: int, probability: float) -> int:
        return sum(self._random() < probability for _ in range(tries))

    def beta(self, mean: float, deviation: float) -> float:
        """A rate between 0 and 1 with this mean and, where a beta can have it, this deviation.

        A deviation so large that most mass would sit on 0 and 1 is reduced (concentration at
        least 1), since a beta with two spikes no longer looks like practices.
        """
        if not 0 < mean < 1:
            return mean
        concentration = max(mean * (1 - mean) / max(deviation, 1e-6) ** 2 - 1, 1.0)
        first = self._gamma(mean * concentration)
        second = self._gamma((1 - mean) * concentration)
        return first / (first + second) if first + second else mean

    def _gamma(self, shape: float) -> float:
        """Marsaglia and Tsang (2000), ACM TOMS 26(3); shapes under 1 by their boost (section 6)."""
        if shape < 1:
            boost = self._random() ** (1 / shape)
            return self._gamma(shape + 1) * float(boost)
        d = shape - 1 / 3
        c = 1 / math.sqrt(9 * d)
        while True:
            x = self.normal()
            v = (1 + c * x) ** 3
            u = max(self._random(), 1e-300)
            if v > 0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v
