"""What the members' scores say together. Advice for the vote, never the decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from .bundle import Bundle


@dataclass(frozen=True, slots=True)
class Summary:
    """One criterion over all scorers.

    `mean` has two decimals. `differ` says that the highest and the lowest score lie further apart
    than the edition's limit; `outliers` are the members whose score lies further than that from
    the mean of the others, in order.
    """

    criterion: str
    count: int
    mean: Decimal
    lowest: int
    highest: int
    differ: bool
    outliers: tuple[str, ...]

    @property
    def spread(self) -> int:
        """Highest score less lowest."""
        return self.highest - self.lowest


def summarize(edition: Bundle, scores: Mapping[str, Mapping[str, int]]) -> dict[str, Summary]:
    """Criterion -> summary, from member -> criterion -> score.

    A criterion that nobody scored has no summary. Whoever may not see a score must be left out
    of `scores` by the caller: a mean of two gives away the second.
    """
    limit = edition["criteria"]["scale"]["differs_by"]
    by_criterion: dict[str, dict[str, int]] = {}
    for member, given in sorted(scores.items()):
        for criterion, score in given.items():
            by_criterion.setdefault(criterion, {})[member] = score
    return {name: _summary(name, given, limit) for name, given in by_criterion.items()}


def overall(edition: Bundle, summaries: Mapping[str, Summary]) -> Decimal | None:
    """The mean of the criteria's means by their weights (1 where the edition gives none), with two
    decimals; None while nothing is scored.
    """
    weights = {each["id"]: each.get("weight", 1) for each in edition["criteria"]["criteria"]}
    scored = [(weights.get(name, 1), Fraction(one.mean)) for name, one in summaries.items()]
    if not scored:
        return None
    weighed = sum((weight * mean for weight, mean in scored), Fraction(0))
    return _two_decimals(weighed / sum(weight for weight, _ in scored))


def _summary(criterion: str, given: Mapping[str, int], limit: int) -> Summary:
    values = list(given.values())
    lowest, highest = min(values), max(values)
    outliers = tuple(member for member in given if _is_outlier(given, member, limit))
    return Summary(
        criterion,
        len(values),
        _two_decimals(_mean(values)),
        lowest,
        highest,
        highest - lowest > limit,
        outliers,
    )


def _is_outlier(given: Mapping[str, int], member: str, limit: int) -> bool:
    others = [score for other, score in given.items() if other != member]
    return bool(others) and abs(given[member] - _mean(others)) > limit


def _mean(values: Iterable[int]) -> Fraction:
    counted = list(values)
    return Fraction(sum(counted), len(counted))


def _two_decimals(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
