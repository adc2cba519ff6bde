"""A synthetic practice census: one answer per practice, skewed sizes, unanswered questions."""

import datetime
from collections.abc import Iterator

from muniment.holdings.generate import practices
from muniment.holdings.generate.chance import Chance, Weights
from muniment.holdings.generate.made import Made
from muniment.holdings.generate.practices import Practice
from muniment.holdings.writing import Cell

YEAR = 2017
_FIRST_GAP, _LAST_GAP = 0.05, 0.10  # unanswered items: more of them towards the end of the form
_WITH_COMMENT = 0.07
_NEVER_MISSING = {"practice_id", "survey_year", "state", "weight", "comments"}

_PAYERS = {"medicare": 47.0, "private": 33.0, "medicaid": 11.0, "self_pay": 4.0, "other": 5.0}
_SERVICES = {
    "chemotherapy infusion": (0.94, 0.99),
    "oral drug dispensing": (0.42, 0.78),
    "radiation therapy": (0.16, 0.71),
    "diagnostic imaging": (0.22, 0.74),
    "genetic counseling": (0.18, 0.80),
    "palliative care": (0.31, 0.82),
    "survivorship program": (0.27, 0.76),
    "financial navigation": (0.55, 0.93),
}
_CHANGES = Weights({"added staff": 34.0, "no change": 48.0, "reduced staff": 18.0})
_EHR = Weights({"full": 88.0, "partial": 9.0, "none": 3.0})
_PRESSURES = Weights(
    {
        "payer requirements": 27.0,
        "staffing": 23.0,
        "drug prices": 18.0,
        "electronic records": 17.0,
        "competition": 9.0,
        "other": 6.0,
    }
)
_OPENINGS = ("We spend", "Our office needs", "Small teams like ours lose", "Please ask about")
_MIDDLES = (
    "more hours each month on prior authorization",
    "another nurse for the infusion room",
    "time to entering the same data twice",
    "the cost of keeping drugs in stock",
    "patients who travel two hours to reach us",
)
_ENDINGS = ("and it grows every year", "and nobody pays for it", "this should be on the form", "")


def make(*, seed: int, size: int, around: datetime.date) -> Made:
    """`size` practices that answered; the survey year is fixed, `around` has no bearing."""
    del around
    chance = Chance("practice-census", seed=seed)
    answered = list(practices.draw(chance, size=size))
    return Made(
        tables={
            "practices": [_answer(chance, practice) for practice in answered],
            "services": list(_services(chance, answered)),
        },
        years=(YEAR, YEAR),
    )


def _answer(chance: Chance, practice: Practice) -> dict[str, Cell]:
    answer: dict[str, Cell] = {
        "practice_id": practice.practice_id,
        "survey_year": YEAR,
        "state": practice.state,
        "setting": practice.setting,
        "ownership": practice.ownership,
        "n_oncologists": practice.oncologists,
        "n_advanced_practice": round(practice.oncologists * chance.lognormal(0.6, 0.5)),
        "new_patients_12m": _tens(practice.oncologists * chance.lognormal(230, 0.4)),
        **_payer_mix(chance),
        "ehr": chance.pick(_EHR),
        "trials": _yes(chance.happens(0.45 if practice.oncologists < 15 else 0.86)),
        "accredited": _yes(chance.happens(0.38 if practice.oncologists < 15 else 0.72)),
        "staffing_change": chance.pick(_CHANGES),
        "greatest_pressure": chance.pick(_PRESSURES),
        "merger_next_12m": _yes(chance.happens(0.11)),
        "weight": f"{chance.lognormal(3.1, 0.3):.3f}",
    }
    _leave_gaps(chance, answer)
    answer["comments"] = _comment(chance) if chance.happens(_WITH_COMMENT) else None
    return answer


def _payer_mix(chance: Chance) -> dict[str, Cell]:
    """Whole percentages that add up to 100; the largest part takes what rounding leaves."""
    raw = {payer: share * chance.lognormal(1, 0.35) for payer, share in _PAYERS.items()}
    whole = sum(raw.values())
    parts = {payer: round(100 * share / whole) for payer, share in raw.items()}
    largest = max(parts, key=lambda payer: parts[payer])
    parts[largest] += 100 - sum(parts.values())
    return {f"pct_{payer}": part for payer, part in parts.items()}


def _leave_gaps(chance: Chance, answer: dict[str, Cell]) -> None:
    items = [name for name in answer if name not in _NEVER_MISSING]
    for place, name in enumerate(items):
        gap = _FIRST_GAP + (_LAST_GAP - _FIRST_GAP) * place / (len(items) - 1)
        if chance.happens(gap):
            answer[name] = None


def _services(chance: Chance, answered: list[Practice]) -> Iterator[dict[str, Cell]]:
    for practice in answered:
        for service, (small, large) in _SERVICES.items():
            if chance.happens(small if practice.oncologists < 15 else large):
                yield {"practice_id": practice.practice_id, "service": service}


def _comment(chance: Chance) -> str:
    words = (chance.one_of(_OPENINGS), chance.one_of(_MIDDLES), chance.one_of(_ENDINGS))
    return " ".join(word for word in words if word) + "."


def _tens(number: float) -> int:
    return max(10, round(number / 10) * 10)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
