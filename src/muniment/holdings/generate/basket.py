"""A synthetic basket trial: cohorts of tumor, alteration and drug, most of them small.

A cohort takes 10 people; it goes on to 28 only where at least two of them had a response or stable
disease at 16 weeks (Simon 1989, as the trial that this imitates does). What has no open source is
our judgment and listed in `distributions/SOURCE.md`; do not read results out of it.
"""

import datetime
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from muniment.holdings.generate import frequencies, practices
from muniment.holdings.generate.chance import Chance, Weights
from muniment.holdings.generate.made import Made
from muniment.holdings.writing import Cell

FIRST, LAST = datetime.date(2016, 3, 14), datetime.date(2023, 12, 15)
FIRST_STAGE, BOTH_STAGES, GOOD_ENOUGH = 10, 28, 2
YOUNGEST, OLDEST = 12, 97
_WEEKS_16 = 112
PATIENCE = 100

# Share in percent, share of women, names a pathologist would write.
_TUMORS: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "non-small cell lung": (15.2, 0.52, ("adenocarcinoma", "squamous cell carcinoma")),
    "breast": (12.2, 0.99, ("ductal carcinoma", "lobular carcinoma")),
    "colorectal": (9.2, 0.46, ("adenocarcinoma", "mucinous adenocarcinoma")),
    "prostate": (6.6, 0.0, ("adenocarcinoma", "small cell carcinoma")),
    "sarcoma": (5.5, 0.48, ("leiomyosarcoma", "liposarcoma", "angiosarcoma")),
    "pancreatic": (5.0, 0.47, ("ductal adenocarcinoma", "acinar cell carcinoma")),
    "ovarian": (4.6, 1.0, ("high-grade serous", "clear cell", "endometrioid")),
    "urothelial": (4.5, 0.27, ("urothelial carcinoma",)),
    "esophagogastric": (4.2, 0.24, ("adenocarcinoma", "squamous cell carcinoma")),
    "bile duct": (4.0, 0.5, ("intrahepatic cholangiocarcinoma", "gallbladder carcinoma")),
    "endometrial": (4.0, 1.0, ("endometrioid", "serous", "carcinosarcoma")),
    "melanoma": (3.6, 0.38, ("cutaneous", "mucosal", "uveal")),
    "unknown primary": (3.4, 0.5, ("adenocarcinoma", "undifferentiated carcinoma")),
    "head and neck": (3.0, 0.25, ("squamous cell carcinoma", "salivary duct carcinoma")),
    "renal cell": (2.4, 0.34, ("clear cell", "papillary")),
    "thymic": (0.4, 0.45, ("thymoma", "thymic carcinoma")),
}
# Weight, drug, gene, kind of alteration, variants.
_ARMS: tuple[tuple[float, str, str, str, tuple[str, ...]], ...] = (
    (16.0, "palbociclib", "CDKN2A", "deletion", ("loss",)),
    (5.0, "palbociclib", "CDK4", "amplification", ("amplification",)),
    (9.0, "olaparib", "BRCA2", "mutation", ("S1982fs", "K1750fs", "R2318*", "Q3066*")),
    (6.0, "olaparib", "BRCA1", "mutation", ("E23fs", "Q1756fs", "C61G")),
    (7.0, "olaparib", "ATM", "mutation", ("R337C", "R3008H", "K2756*")),
    (8.0, "trastuzumab and pertuzumab", "ERBB2", "amplification", ("amplification",)),
    (4.0, "trastuzumab and pertuzumab", "ERBB2", "mutation", ("S310F", "V842I", "L755S")),
    (6.0, "vemurafenib and cobimetinib", "BRAF", "mutation", ("V600E", "V600K", "G469A")),
    (5.0, "temsirolimus", "PIK3CA", "mutation", ("H1047R", "E545K", "E542K")),
    (4.0, "sunitinib", "FGFR1", "amplification", ("amplification",)),
    (3.0, "sunitinib", "FGFR2", "fusion", ("FGFR2-BICC1", "FGFR2-TACC2")),
    (9.0, "pembrolizumab", "TMB", "expression", ("high",)),
    (1.0, "crizotinib", "ROS1", "fusion", ("CD74-ROS1", "EZR-ROS1")),
    (1.0, "crizotinib", "MET", "mutation", ("exon 14 skipping",)),
)
_EVENTS = Weights(
    {
        "Fatigue": 24.0,
        "Anemia": 16.0,
        "Nausea": 13.0,
        "Neutropenia": 11.0,
        "Diarrhea": 9.0,
        "Rash": 7.0,
        "Sepsis": 5.0,
        "Pneumonitis": 3.0,
        "Left ventricular dysfunction": 1.5,
        "Guillain-Barre syndrome": 0.3,
    }
)
_GRADES = Weights({3: 78.0, 4: 17.0, 5: 5.0})
_ECOG = Weights({0: 34.0, 1: 54.0, 2: 12.0})
_BEFORE = Weights({0: 3.0, 1: 14.0, 2: 24.0, 3: 23.0, 4: 16.0, 5: 10.0, 7: 7.0, 11: 3.0})


Arm = tuple[float, str, str, str, tuple[str, ...]]


@dataclass(slots=True)
class Cohort:
    """One cell of tumor, alteration and drug, while it takes people."""

    number: int
    tumor: str
    arm: Arm
    rate: float
    taken: int = 0
    good: int = 0
    closed: bool = False

    def takes(self, *, good: bool) -> None:
        self.taken += 1
        self.good += good
        enough = self.good >= GOOD_ENOUGH
        self.closed = self.taken >= BOTH_STAGES or (self.taken == FIRST_STAGE and not enough)

    def facts(self, chance: Chance) -> dict[str, Cell]:
        _, drug, gene, kind, variants = self.arm
        return {
            "tumor_type": self.tumor,
            "gene": gene,
            "alteration_type": kind,
            "variant": chance.one_of(variants),
            "drug": drug,
        }


class Cohorts:
    """All cohorts so far; a closed one takes nobody."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._tumors = Weights({name: facts[0] for name, facts in _TUMORS.items()})
        self._arms = Weights({arm: arm[0] for arm in _ARMS})
        self._known: dict[tuple[str, Arm], Cohort] = {}
        self._numbers = itertools.count(1)

    def draw(self) -> Cohort:
        """The cohort of the next person; one that is opened for them where need be."""
        for _ in range(PATIENCE):
            place = self._chance.pick(self._tumors), self._chance.pick(self._arms)
            if place not in self._known:
                rate = self._chance.beta(0.25, 0.1)
                self._known[place] = Cohort(next(self._numbers), *place, rate)
            if not self._known[place].closed:
                return self._known[place]
        # More people than the trial has room for: another round of the same cells.
        self._known.clear()
        return self.draw()


def make(*, seed: int, size: int, around: datetime.date) -> Made:
    """`size` participants; they register in fixed years, `around` has no bearing."""
    del around
    chance = Chance("basket-trial", seed=seed)
    identifiers = practices.scrambled(chance, size=size, prefix="T")
    people = list(_people(chance, identifiers, size))
    events = [row for person in people for row in _events(chance, person)]
    return Made(tables={"participants": people, "adverse_events": events}, years=(2016, 2025))


def _people(chance: Chance, identifiers: Iterator[str], size: int) -> Iterator[dict[str, Cell]]:
    races = Weights(frequencies.load("sites")["races"])
    cohorts = Cohorts(chance)
    days = (LAST - FIRST).days
    for turn, participant in enumerate(identifiers):
        registered_on = FIRST + datetime.timedelta(days=days * turn // size)
        cohort = cohorts.draw()
        course = _course(chance, cohort.rate, registered_on)
        cohort.takes(good=course["disease_control_16wk"] == "true")
        race = chance.pick(races)
        yield {
            "participant_id": participant,
            "cohort_id": f"C{cohort.number:03d}",
            "age": min(max(round(64 + 12.3 * chance.normal()), YOUNGEST), OLDEST),
            "sex": "female" if chance.happens(_TUMORS[cohort.tumor][1]) else "male",
            "race": None if race == "Unknown" else race,
            "ethnicity": "yes" if chance.happens(0.07) else "no",
            "ecog": chance.pick(_ECOG),
            "histology": chance.one_of(_TUMORS[cohort.tumor][2]),
            "stage": "IV" if chance.happens(0.9) else "III",
            "n_prior_regimens": chance.pick(_BEFORE),
            "specimen_type": "tissue" if chance.happens(0.8) else "blood",
            **cohort.facts(chance),
            **course,
        }


def _course(chance: Chance, rate: float, registered_on: datetime.date) -> dict[str, Cell]:
    """What happened from registration on, as the trial's end saw it."""
    good = chance.happens(rate)
    first_dose_on = registered_on + datetime.timedelta(days=chance.between(1, 21))
    seen = (datetime.date(2025, 3, 31) - first_dose_on).days
    if good:
        best = "SD" if chance.happens(0.55) else "CR" if chance.happens(0.08) else "PR"
        until = _WEEKS_16 + round(chance.lognormal(120, 0.9))
    else:
        best = "NE" if chance.happens(0.1) else "SD" if chance.happens(0.25) else "PD"
        until = min(max(round(chance.lognormal(56, 0.5)), 8), _WEEKS_16 - 1)
    death = until + round(chance.lognormal(180 if good else 140, 0.9))
    stopped = max(1, min(until, seen) - chance.between(0, 6))
    return {
        "registered_on": registered_on.isoformat(),
        "first_dose_on": first_dose_on.isoformat(),
        "duration_days": stopped,
        "best_response": best,
        "disease_control_16wk": "true" if good else "false",
        "pfs_days": min(until, seen),
        "pfs_event": "true" if until <= seen else "false",
        "os_days": min(death, seen),
        "os_event": "true" if death <= seen else "false",
    }


def _events(chance: Chance, person: dict[str, Cell]) -> Iterator[dict[str, Cell]]:
    """Serious events while on the drug; a third of the people have one."""
    start = datetime.date.fromisoformat(str(person["first_dose_on"]))
    number = 0
    while chance.happens(0.34 if number == 0 else 0.3):
        number += 1
        days = chance.between(0, int(str(person["duration_days"])))
        yield {
            "participant_id": person["participant_id"],
            "event_no": number,
            "term": chance.pick(_EVENTS),
            "grade": chance.pick(_GRADES),
            "related": "true" if chance.happens(0.45) else "false",
            "onset_on": (start + datetime.timedelta(days=days)).isoformat(),
        }
