"""Invented patients: site by sex and age by site as in the frequency tables, the rest by judgment.

What has no open source (stage mix, performance status, survival) is listed as our judgment in
`distributions/SOURCE.md`; do not read results out of it.
"""

import datetime
from dataclasses import dataclass
from functools import cached_property

from muniment.holdings.generate import frequencies
from muniment.holdings.generate.chance import Chance, Weights
from muniment.holdings.generate.practices import Practice
from muniment.holdings.writing import Cell

FIRST, LAST = datetime.date(2021, 1, 4), datetime.date(2024, 6, 28)
FOLLOWED_UNTIL = datetime.date(2025, 6, 30)
YOUNGEST = 18
RARE_PREFIX = 20_000  # 45 CFR 164.514(b)(2)(i)(B): areas of at most 20,000 persons

_RARE_SHARE = 0.015
_ODD_ZIP_SHARE = 0.006
_ODD_ZIPS = ("09012", "96372", "K1A 0B1", "0210", "SW1A 1AA")  # military, foreign, too short
_ELSEWHERE = 0.06
_UNSTAGED = {"C81", "C85", "C90", "C91", "C92", "D47", "C80"}
_STAGES = Weights({"I": 26.0, "II": 22.0, "III": 20.0, "IV": 32.0})
_DIES = {"I": 0.03, "II": 0.06, "III": 0.14, "IV": 0.42, None: 0.18}
_ECOG = Weights({0: 38.0, 1: 40.0, 2: 14.0, 3: 6.0, 4: 2.0})
_SMOKING = Weights({"never": 52.0, "former": 31.0, "current": 17.0})
_REGIMENS = Weights(
    {
        "chemotherapy": 44.0,
        "hormone therapy": 17.0,
        "immunotherapy": 16.0,
        "targeted therapy": 14.0,
        "none": 9.0,
    }
)


@dataclass(frozen=True, slots=True)
class Patient:
    chart_id: str
    record_number: str
    practice_id: str
    birth_on: datetime.date
    age: int
    age_at_diagnosis: int
    sex: str
    race: str | None
    hispanic: str
    zip: str | None
    site: str
    stage: str | None
    diagnosed_on: datetime.date
    first_visit_on: datetime.date
    ecog: int | None
    smoking: str | None
    intent: str
    regimen: str
    trial: str
    died_on: datetime.date | None
    hospice: str | None

    def row(self) -> dict[str, Cell]:
        """The patient as the columns of the descriptor."""
        half = 1 if self.first_visit_on.month <= 6 else 2
        return {
            "chart_id": self.chart_id,
            "record_number": self.record_number,
            "practice_id": self.practice_id,
            "round": f"{self.first_visit_on.year}-{half}",
            "birth_on": self.birth_on.isoformat(),
            "age_at_first_visit": self.age,
            "age_at_diagnosis": self.age_at_diagnosis,
            "sex": self.sex,
            "race": self.race,
            "hispanic": self.hispanic,
            "zip": self.zip,
            "site": self.site,
            "stage": self.stage,
            "diagnosed_on": self.diagnosed_on.isoformat(),
            "first_visit_on": self.first_visit_on.isoformat(),
            "ecog": self.ecog,
            "smoking": self.smoking,
            "intent": self.intent,
            "regimen_class": self.regimen,
            "on_trial": self.trial,
            "died_on": None if self.died_on is None else self.died_on.isoformat(),
            "hospice": self.hospice,
        }


class Patients:
    """Draws patients one after another; holds the prepared weights."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._table = frequencies.load("sites")

    def draw(self, chart_id: str, record_number: str, practice: Practice) -> Patient:
        chance = self._chance
        sex = "female" if chance.happens(self._table["female_share"]) else "male"
        site = chance.pick(self._sites[sex])
        age = self._age(site)
        days = chance.between(0, (LAST - FIRST).days)
        first_visit_on = _workday(FIRST + datetime.timedelta(days=days))
        stage = None if site in _UNSTAGED or chance.happens(0.06) else chance.pick(_STAGES)
        died_on = self._death(stage, first_visit_on)
        late = stage == "IV"
        birth_on = born(first_visit_on, age, chance.between(0, 364))
        since = datetime.timedelta(days=min(round(chance.lognormal(21, 0.8)), 700))
        return Patient(
            chart_id=chart_id,
            record_number=record_number,
            practice_id=practice.practice_id,
            birth_on=birth_on,
            age=age,
            age_at_diagnosis=calendar_age(birth_on, first_visit_on - since),
            sex=sex,
            race=self._race(),
            hispanic="yes" if chance.happens(self._table["hispanic_share"]) else "no",
            zip=self._zip(practice.state),
            site=site,
            stage=stage,
            diagnosed_on=first_visit_on - since,
            first_visit_on=first_visit_on,
            ecog=None if chance.happens(0.08) else chance.pick(_ECOG),
            smoking=None if chance.happens(0.05) else chance.pick(_SMOKING),
            intent="palliative" if chance.happens(0.85 if late else 0.12) else "curative",
            regimen=chance.pick(_REGIMENS),
            trial="yes" if chance.happens(0.07) else "no",
            died_on=died_on,
            hospice=None if died_on is None else "yes" if chance.happens(0.57) else "no",
        )

    @cached_property
    def _sites(self) -> dict[str, Weights[str]]:
        return {
            sex: Weights({code: facts[sex] for code, facts in self._table["sites"].items()})
            for sex in ("female", "male")
        }

    @cached_property
    def _decades(self) -> dict[str, Weights[int]]:
        return {
            code: Weights(dict(enumerate(facts["decades"])))
            for code, facts in self._table["sites"].items()
        }

    @cached_property
    def _races(self) -> Weights[str]:
        return Weights(self._table["races"])

    @cached_property
    def _zips(self) -> tuple[dict[str, Weights[str]], Weights[str], Weights[str]]:
        """ZIPs by state, by country, and those of thinly settled prefixes."""
        by_state: dict[str, dict[str, float]] = {}
        rare: dict[str, float] = {}
        for state, prefixes in frequencies.load("zips")["states"].items():
            own = by_state.setdefault(state, {})
            for persons, *codes in prefixes.values():
                own |= {code: persons / len(codes) for code in codes}
                if persons <= RARE_PREFIX:
                    rare |= dict.fromkeys(codes, 1 / len(codes))
        whole = {code: share for own in by_state.values() for code, share in own.items()}
        return (
            {state: Weights(own) for state, own in by_state.items()},
            Weights(whole),
            Weights(rare),
        )

    def _age(self, site: str) -> int:
        while True:
            age = 10 * self._chance.pick(self._decades[site]) + self._chance.between(0, 9)
            if age >= YOUNGEST:
                return min(age, 104)

    def _race(self) -> str | None:
        race = self._chance.pick(self._races)
        return None if race == "Unknown" else race

    def _zip(self, state: str) -> str | None:
        by_state, anywhere, rare = self._zips
        share = self._chance.between(0, 9999) / 10000
        if share < _ODD_ZIP_SHARE:
            return self._chance.one_of(_ODD_ZIPS)
        if share < _ODD_ZIP_SHARE + _RARE_SHARE:
            return self._chance.pick(rare)
        if share > 0.995:
            return None
        return self._chance.pick(anywhere if self._chance.happens(_ELSEWHERE) else by_state[state])

    def _death(self, stage: str | None, first_visit_on: datetime.date) -> datetime.date | None:
        if not self._chance.happens(_DIES[stage]):
            return None
        days = max(3, round(self._chance.lognormal(260, 0.7)))
        day = first_visit_on + datetime.timedelta(days=days)
        return day if day <= FOLLOWED_UNTIL else None


def born(on: datetime.date, age: int, days_past_birthday: int) -> datetime.date:
    """A birth date that makes someone `age` years old, by the calendar, on the day `on`."""
    year = on.year - age
    leap = on.month == 2 and on.day == 29
    birthday = datetime.date(year, 2, 28) if leap else on.replace(year=year)
    return birthday - datetime.timedelta(days=days_past_birthday)


def calendar_age(birth_on: datetime.date, on: datetime.date) -> int:
    """Birthdays reached; days divided by 365.25 would be wrong around every birthday."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _workday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=max(day.weekday() - 4, 0))
