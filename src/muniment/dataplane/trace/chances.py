"""How likely a foreign file holds as much of a release as one that was found."""

from math import exp, lgamma, log, log1p

# Reckoned exactly up to so many draws; the rest of a long file adds nothing.
MOST_DRAWS = 1000


def of_as_many(hits: int, *, draws: int, each: float) -> float:
    """The chance of at least so many hits in so many draws (binomial); 1 where none was made."""
    if not draws or each >= 1:
        return 1.0
    many = min(draws, MOST_DRAWS)
    hit, miss = log(each), log1p(-each)
    logs = (
        lgamma(many + 1) - lgamma(n + 1) - lgamma(many - n + 1) + n * hit + (many - n) * miss
        for n in range(hits * many // draws, many + 1)
    )
    return min(1.0, sum(map(exp, logs)))
