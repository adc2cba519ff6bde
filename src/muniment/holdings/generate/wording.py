"""The text of an invented abstract, put together from sentences written for Muniment."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from muniment.holdings.generate.chance import Chance, Weights

LONGEST = 2000  # characters with title and spaces, as meetings ask for
QUALITY = "Quality Care Symposium"
TRIALS = ("phase III", "phase II", "pragmatic trial")
SECTIONS = ("background", "methods", "results", "conclusions")


@lru_cache(maxsize=1)
def phrases() -> dict[str, Any]:
    place = Path(__file__).parent / "phrases.json"
    read: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return read


@dataclass(frozen=True, slots=True)
class Topic:
    """What an abstract is about; `values` fill the blanks of the sentences."""

    track: str
    design: str
    family: dict[str, Any]
    values: dict[str, Any]

    @property
    def title(self) -> str:
        words = "{agent} compared with {partner} for {setting} {tumor}: {design}"
        text = words.format(**self.values)
        return text[0].upper() + text[1:]


def topic(chance: Chance, *, series: str, year: int) -> Topic:
    """A topic that fits the meeting: a tumor of its list, a treatment or a program of care."""
    families = phrases()["families"]
    weights = Weights({name: each["weight"] for name, each in families.items()})
    kind = "program" if series == QUALITY else chance.pick(weights)
    family = families[kind]
    tumor = chance.one_of(list(phrases()["meetings"][series]))
    track, cells = phrases()["meetings"][series][tumor]
    if kind == "program" and series == "Annual Meeting":
        track = phrases()["care_delivery_track"]
    design = chance.pick(Weights({name: each[0] for name, each in family["designs"].items()}))
    values = {
        "tumor": tumor,
        "setting": chance.one_of(phrases()["settings"][cells]),
        "agent": chance.one_of(family["agents"]),
        "partner": chance.one_of(family["partners"]),
        "endpoint": chance.one_of(family["endpoints"]),
        "design": family["designs"][design][1],
        **_figures(chance, year),
    }
    return Topic(track, design, family, values)


def _figures(chance: Chance, year: int) -> dict[str, Any]:
    n = max(24, round(chance.lognormal(210, 0.9)))
    hazard = 0.55 + 0.4 * chance.beta(0.5, 0.2)
    margin = 1.2 / n**0.5 + 0.08
    rate = 10 + 40 * chance.beta(0.5, 0.2)
    return {
        "n": n,
        "enrolled": round(n * chance.beta(0.5, 0.2)),
        "sites": chance.between(2, 60),
        "weeks": chance.one_of((4, 6, 8, 12)),
        "from_year": year - chance.between(4, 7),
        "to_year": year - chance.between(1, 3),
        "age": chance.between(55, 70),
        "female": chance.between(30, 75),
        "follow": chance.between(9, 48),
        "hr": f"{hazard:.2f}",
        "low": f"{hazard - margin:.2f}",
        "high": f"{hazard + margin:.2f}",
        "rate_a": round(rate),
        "rate_b": round(rate * 0.7),
        "severe": chance.between(8, 45),
        "stopped": chance.between(2, 7),
        "stable": chance.between(50, 85),
        "missed": chance.between(10, 22),
        "missed_near": chance.between(3, 9),
    }


def body(chance: Chance, about: Topic, *, in_progress: bool) -> dict[str, str | None]:
    """The four sections; a trial in progress has only the first two. Never over LONGEST."""
    words = phrases()
    parts = {
        "background": _some(chance, words["background"], 2, 4),
        "methods": _some(chance, words["methods"], 3, 5),
        "results": [
            words["results_first"],
            *about.family["results"],
            *_some(chance, words["results_last"], 1, 3),
        ],
        "conclusions": _some(chance, words["conclusions"], 1, 2),
    }
    if in_progress:
        parts |= {"results": [], "conclusions": []}
        parts["methods"].append(words["accrual"])
    filled = {name: [each.format(**about.values) for each in parts[name]] for name in SECTIONS}
    while sum(len(each) + 1 for part in filled.values() for each in part) > LONGEST - len(
        about.title
    ):
        max(filled.values(), key=len).pop()
    return {name: " ".join(filled[name]) or None for name in SECTIONS}


def _some(chance: Chance, sentences: list[str], least: int, most: int) -> list[str]:
    """The first sentence and some of the others, in their order."""
    chosen = list(sentences)
    wanted = chance.between(least, most)
    while len(chosen) > wanted:
        chosen.pop(chance.between(1, len(chosen) - 1))
    return chosen
