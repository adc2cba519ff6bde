"""The one road from an exact count to a number that may be shown.

The engine's counts and the worlds of the attack suite both take it, so that what is attacked is
what answers. Nothing here looks at who the members are: their number, the XOR of their keyed
hashes and the normal form of the question are all that it gets.
"""

from dataclasses import dataclass

from muniment.dataplane import noise
from muniment.dataplane.spec import answer
from muniment.dataplane.spec.holding import Holding


@dataclass(frozen=True, slots=True)
class Rule:
    """How a holding protects its numbers: noise first, then the threshold, then rounding."""

    sigma: int
    threshold: int
    rounding: int
    unit: str = "person"


def rule_of(holding: Holding) -> Rule:
    """The rule that a descriptor declares; every cell of every answer of the holding follows it."""
    return Rule(holding.noise_sigma, holding.threshold, holding.rounding, holding.unit)


def said(
    members: int,
    members_xor: int,
    *,
    question: bytes,
    rule: Rule,
    keys: noise.EditionKeys,
) -> answer.Count:
    """The protected count of a question, given how many distinct units fit and their XOR.

    Nobody and everybody are counts like any other: an exception for them would tell that they
    are nobody or everybody.
    """
    draw = noise.drawn(question, members_xor, keys=keys, sigma=rule.sigma)
    return answer.of(
        members + draw,
        unit=rule.unit,
        rounding=rule.rounding,
        threshold=rule.threshold,
        sigma=rule.sigma,
    )
