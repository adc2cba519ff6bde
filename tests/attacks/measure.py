"""How much an attacker gains over guessing, with an honest error.

Worlds are independent and people within one are not, so the error is taken over the worlds.
"""

import math
import statistics
from dataclasses import dataclass

from muniment.dataplane.counts import protection
from muniment.dataplane.spec import budget
from tests.attacks import oracles, worlds
from tests.attacks.attackers import Attacker

ONE_SIDED_99 = 2.3263478740408408
# What the upper end of a gain may be at the default budget: privacy document, part A1.
LIMIT = 0.05


@dataclass(frozen=True)
class Gain:
    """`mean`: share of right guesses above one half. `upper`: its one-sided 99 % bound."""

    mean: float
    upper: float
    worlds: int
    guesses: int

    def __str__(self) -> str:
        told = f"{self.worlds} worlds, {self.guesses} guesses"
        return f"{self.mean:+.4f}, at most {self.upper:.4f} (one-sided 99 %; {told})"


def gain(by_world: list[list[bool]]) -> Gain:
    """From whether each guess was right, world by world; a fair coin is right half of the time."""
    means = [sum(each) / len(each) - 0.5 for each in by_world if each]
    mean = statistics.fmean(means)
    error = statistics.stdev(means) / math.sqrt(len(means)) if len(means) > 1 else math.inf
    return Gain(mean, mean + ONE_SIDED_99 * error, len(means), sum(map(len, by_world)))


def attribute(
    attacker: Attacker,
    protect: oracles.Protection,
    *,
    number: int,
    targets: int,
    rule: protection.Rule,
    limits: budget.Limits | None,
    accounts: list[tuple[str, str]] = oracles.INSTITUTION,
) -> Gain:
    """An attacker on `targets` people in each of so many worlds, the whole pool on each of them."""
    guesses = []
    for seed in range(number):
        world = worlds.drawn(seed, rule=rule)
        oracle = oracles.Oracle(
            world, protect, key=oracles.key_for(seed), accounts=accounts, limits=limits
        )
        guesses.append(
            [
                attacker(oracle.anew(), target) == world.people[target].positive
                for target in worlds.alone(world)[:targets]
            ]
        )
    return gain(guesses)
