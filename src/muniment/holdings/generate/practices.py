"""Invented practices: the frame that census and quality rounds are drawn over.

Sizes, ownership and settings have no open source; the figures here are the judgment recorded in
`distributions/SOURCE.md`. States follow the 2020 census.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from muniment.holdings.generate import frequencies
from muniment.holdings.generate.chance import Chance, Weights

_MEDIAN_SIZE = 6  # oncologists; the long tail passes 100
_SIZE_SIGMA = 1.2
_LARGEST = 400
_SETTING = Weights({"metropolitan": 82.0, "micropolitan": 11.0, "rural": 7.0})
_OWNERSHIP = {
    "small": Weights(
        {"physician-owned": 58.0, "hospital or system": 33.0, "academic": 3.0, "other": 6.0}
    ),
    "large": Weights(
        {"physician-owned": 28.0, "hospital or system": 42.0, "academic": 26.0, "other": 4.0}
    ),
}
_SMALL = 15
REGIONS = {
    "Northeast": "CT ME MA NH RI VT NJ NY PA",
    "Midwest": "IL IN MI OH WI IA KS MN MO NE ND SD",
    "South": "DE DC FL GA MD NC SC VA WV AL KY MS TN AR LA OK TX",
    "West": "AZ CO ID MT NV NM UT WY AK CA HI OR WA",
}
_REGION_OF = {state: region for region, states in REGIONS.items() for state in states.split()}


@dataclass(frozen=True, slots=True)
class Practice:
    practice_id: str
    state: str
    setting: str
    ownership: str
    oncologists: int

    @property
    def region(self) -> str:
        """Census Bureau region of the state."""
        return _REGION_OF[self.state]


def draw(chance: Chance, *, size: int) -> Iterator[Practice]:
    """`size` practices with identifiers that tell nothing about their order or place."""
    states = Weights(frequencies.state_weights())
    for practice_id in scrambled(chance, size=size, prefix="P"):
        oncologists = min(max(round(chance.lognormal(_MEDIAN_SIZE, _SIZE_SIGMA)), 1), _LARGEST)
        ownership = _OWNERSHIP["small" if oncologists < _SMALL else "large"]
        yield Practice(
            practice_id=practice_id,
            state=chance.pick(states),
            setting=chance.pick(_SETTING),
            ownership=chance.pick(ownership),
            oncologists=oncologists,
        )


def scrambled(chance: Chance, *, size: int, prefix: str) -> Iterator[str]:
    """Distinct identifiers in an order that looks like none: a random full cycle through all."""
    space = 10 ** max(5, len(str(size)) + 1)
    start = chance.between(0, space - 1)
    step = 2 * chance.between(space // 5, space // 3) + 1
    while step % 5 == 0:  # odd and no multiple of 5: it shares no factor with a power of ten
        step += 2
    digits = len(str(space)) - 1
    for turn in range(size):
        yield f"{prefix}{(start + turn * step) % space:0{digits}d}"
