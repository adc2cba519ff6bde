"""Synthetic quality rounds: practice by round by measure, rates around the real CMS benchmarks."""

import datetime
from collections.abc import Iterator

from muniment.holdings.generate import frequencies, practices
from muniment.holdings.generate.chance import Chance
from muniment.holdings.generate.made import Made
from muniment.holdings.generate.practices import Practice
from muniment.holdings.writing import Cell

ROUNDS = ("2023-1", "2023-2", "2024-1", "2024-2")
SMALLEST_DENOMINATOR = 20  # a rate over fewer charts is not reported
_CHARTS = (80, 150)
_DRIFT = 0.02
_TAKES_PART = 0.92
_PASS_MARK = 0.75

# Which part of the abstracted charts a measure looks at; our judgment, by who can be in it.
_ELIGIBLE = {
    "144": 0.45, "250": 0.12, "450": 0.10, "453": 0.18, "457": 0.18, "PIMSH1": 0.35,
    "PIMSH9": 0.18, "PIMSH10": 0.15, "PIMSH15": 0.40, "PIMSH16": 0.50, "PIMSH17": 0.45,
}  # fmt: skip
_EVERYONE = 0.97


def make(*, seed: int, size: int, around: datetime.date) -> Made:
    """`size` practices over four rounds; the rounds are fixed, `around` has no bearing."""
    del around
    chance = Chance("qopi-rounds", seed=seed)
    members: list[dict[str, Cell]] = []
    results: list[dict[str, Cell]] = []
    for practice in practices.draw(chance, size=size):
        own = list(_results(chance, practice))
        results.extend(own)
        members.append(
            {
                "practice_id": practice.practice_id,
                "region": practice.region,
                "setting": practice.setting,
                "ownership": practice.ownership,
                "n_oncologists": practice.oncologists,
                "certified": "yes" if _passes(own) and chance.happens(0.5) else "no",
            }
        )
    return Made(tables={"practices": members, "results": results}, years=(2023, 2024))


def _results(chance: Chance, practice: Practice) -> Iterator[dict[str, Cell]]:
    measures = frequencies.load("measure_rates")
    usual = {
        measure: chance.beta(facts["mean"], facts["deviation"])
        for measure, facts in measures.items()
    }
    for each in ROUNDS:
        if not chance.happens(_TAKES_PART):
            continue
        charts = chance.between(*_CHARTS)
        for measure in measures:
            eligible = chance.binomial(charts, _ELIGIBLE.get(measure, _EVERYONE))
            excluded = chance.binomial(eligible, 0.03)
            spread = 4 * usual[measure] * (1 - usual[measure])  # none at 0 and 1: the mean stays
            rate = min(max(usual[measure] + _DRIFT * spread * chance.normal(), 0.0), 1.0)
            yield _row(
                practice,
                each,
                measure,
                eligible - excluded,
                excluded,
                chance.binomial(eligible - excluded, rate),
            )


def _row(
    practice: Practice, each: str, measure: str, denominator: int, excluded: int, numerator: int
) -> dict[str, Cell]:
    reported = denominator >= SMALLEST_DENOMINATOR
    return {
        "practice_id": practice.practice_id,
        "round": each,
        "measure_id": measure,
        "n_denominator": denominator,
        "n_excluded": excluded,
        "n_numerator": numerator if reported else None,
        "rate": f"{100 * numerator / denominator:.1f}" if reported else None,
    }


def _passes(results: list[dict[str, Cell]]) -> bool:
    """The mean over all reported results, with inverse measures turned round."""
    measures = frequencies.load("measure_rates")
    scores = [
        1 - float(row["rate"]) / 100
        if measures[str(row["measure_id"])]["inverse"]
        else float(row["rate"]) / 100
        for row in results
        if row["rate"] is not None
    ]
    return bool(scores) and sum(scores) / len(scores) >= _PASS_MARK
