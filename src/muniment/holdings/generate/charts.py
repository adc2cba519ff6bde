"""Synthetic quality charts: patients with site, stage, ages past 90, rare ZIP codes, and visits."""

import datetime
from collections.abc import Iterator

from muniment.holdings.generate import frequencies, practices
from muniment.holdings.generate.chance import Chance, Weights
from muniment.holdings.generate.made import Made
from muniment.holdings.generate.patients import Patient, Patients
from muniment.holdings.generate.practices import Practice
from muniment.holdings.writing import Cell

_CHARTS_PER_PRACTICE = 100
_MOST_VISITS = 14
_GOES_ON = 0.82
_NOTE = 0.35

_OPENINGS = (
    "Tolerated treatment well",
    "Reports tiredness since the last cycle",
    "Nausea controlled with tablets at home",
    "Came with a family member",
    "Appetite is better",
    "Numbness in both hands, no worse",
)
_ENDINGS = (
    "continue as planned.",
    "dose lowered by one step.",
    "next scan before the next visit.",
    "lab call back to 555-0{number}.",  # 555-0100 to 555-0199: numbers kept for fiction
    "see chart {record} for outside records.",
    "nurse to phone on Friday.",
)


def make(*, seed: int, size: int, around: datetime.date) -> Made:
    """`size` charts; first visits lie in fixed years, `around` has no bearing."""
    del around
    chance = Chance("qopi-charts", seed=seed)
    frame = list(practices.draw(chance, size=max(5, size // _CHARTS_PER_PRACTICE)))
    by_size = Weights({practice: practice.oncologists**0.5 for practice in frame})
    drawn = Patients(chance)
    identifiers = practices.scrambled(chance, size=size, prefix="CH")
    records = practices.scrambled(chance, size=size, prefix="MRN")
    patients = [
        drawn.draw(chart_id, record, chance.pick(by_size))
        for chart_id, record in zip(identifiers, records, strict=True)
    ]
    rates = _pain_rates(chance, frame)
    return Made(
        tables={
            "patients": [patient.row() for patient in patients],
            "visits": (row for each in patients for row in _visits(chance, each, rates)),
        },
        years=(2021, 2025),
    )


def _pain_rates(chance: Chance, frame: list[Practice]) -> dict[str, float]:
    """How often each practice writes down a pain score: the real benchmark of measure 143."""
    facts = frequencies.load("measure_rates")["143"]
    return {each.practice_id: chance.beta(facts["mean"], facts["deviation"]) for each in frame}


def _visits(chance: Chance, patient: Patient, rates: dict[str, float]) -> Iterator[dict[str, Cell]]:
    day = patient.first_visit_on
    for number in range(1, _MOST_VISITS + 1):
        if number > 1:
            if not chance.happens(_GOES_ON):
                return
            day = weekday(day + datetime.timedelta(days=chance.between(12, 30)))
        if patient.died_on is not None and day >= patient.died_on:
            return
        assessed = chance.happens(rates[patient.practice_id])
        score = min(int(chance.lognormal(1.6, 0.9)), 10) if assessed else None
        planned = score is not None and score >= 4 and chance.happens(0.8867)  # benchmark of 144
        yield {
            "chart_id": patient.chart_id,
            "visit_no": number,
            "visit_on": day.isoformat(),
            "pain_score": score,
            "pain_plan": None if score is None or score < 4 else "yes" if planned else "no",
            "systemic_therapy": "yes" if chance.happens(0.61) else "no",
            "note": _note(chance, patient) if chance.happens(_NOTE) else None,
        }


def _note(chance: Chance, patient: Patient) -> str:
    """Some notes name a phone or a chart, as real ones do: free text must never leave."""
    ending = chance.one_of(_ENDINGS).format(
        number=chance.between(100, 199), record=patient.record_number
    )
    return f"{chance.one_of(_OPENINGS)}; {ending}"


def weekday(day: datetime.date) -> datetime.date:
    """The day itself, or the Monday after a weekend."""
    return day + datetime.timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
