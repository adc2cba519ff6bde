"""Makes the small frequency tables that the synthetic holdings are drawn from.

Sites, ages, race and ZIP codes come from the frequency files of IMS' data-generator (BSD 3-Clause),
populations from the 2020 census (public domain, by way of phileas, Apache-2.0), practice rates from
the CMS benchmarks (CC0). `generate/distributions/SOURCE.md` carries the notices.
"""

import csv
import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from muniment.holdings import writing

_SITES_KEPT = 40
_ZIPS_PER_PREFIX = 3
_MEASURES = (
    *("047", "130", "134", "143", "144", "226", "250", "450", "453", "457"),
    *("PIMSH1", "PIMSH9", "PIMSH10", "PIMSH15", "PIMSH16", "PIMSH17"),
)
# ICD-O-3 histology ranges that ICD-10 files by kind of cell and not by organ.
_BLOOD = (
    (9650, 9667, "C81"),
    (9590, 9729, "C85"),
    (9731, 9734, "C90"),
    (9735, 9738, "C85"),
    (9740, 9769, "C96"),
    (9811, 9839, "C91"),
    (9840, 9931, "C92"),
    (9940, 9948, "C91"),
    (9950, 9993, "D47"),
)

# Prefixes of government offices and companies, which IMS' list of residential ZIPs leaves out.
_OFFICE_PREFIXES = {"202": "DC", "203": "DC", "204": "DC", "205": "DC", "753": "TX", "772": "TX"}


def write(shared: Path, folder: Path) -> None:
    """Write `sites.json`, `zips.json` and `measure_rates.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    seer = shared / "seer_like_frequencies"
    tables = {
        "sites.json": sites(seer),
        "zips.json": zips(seer, shared / "zip_population" / "zip-code-population.csv"),
        "measure_rates.json": measure_rates(shared / "qpp_measures"),
    }
    for name, table in tables.items():
        (folder / name).write_text(writing.dumps(table) + "\n", encoding="utf-8")


def sites(seer: Path) -> dict[str, Any]:
    """Weights of invasive tumors by ICD-10 category and sex, and of ages by decade (0-9 … 100+)."""
    weights: dict[str, dict[str, float]] = defaultdict(lambda: {"female": 0.0, "male": 0.0})
    ages: dict[str, list[float]] = defaultdict(lambda: [0.0] * 11)
    for sex in ("female", "male"):
        for share, site, histology, behavior, *_ in _rows(seer / f"sites_sex_{sex}.csv"):
            if behavior != "3":
                continue
            code = _icd10(site, int(histology))
            weights[code][sex] += float(share)
            for decade, part in _decades(seer / "sites" / f"{site}.csv").items():
                ages[code][decade] += float(share) * part
    ranked = sorted(weights, key=lambda code: -sum(weights[code].values()))[:_SITES_KEPT]
    whole = sum(sum(each.values()) for each in weights.values())
    kept = sum(sum(weights[code].values()) for code in ranked)
    return {
        "share_of_all_tumors": round(kept / whole, 4),
        "female_share": _female_share(seer),
        "races": _races(seer),
        "hispanic_share": _hispanic_share(seer),
        "sites": {
            code: {
                "female": round(weights[code]["female"], 3),
                "male": round(weights[code]["male"], 3),
                "decades": _shares(ages[code]),
            }
            for code in sorted(ranked)
        },
    }


def _icd10(site: str, histology: int) -> str:
    for first, last, code in _BLOOD:
        if first <= histology <= last:
            return code
    return site[:3]


def _decades(path: Path) -> dict[int, float]:
    return {int(decade): float(share) for share, decade in _rows(path)} if path.exists() else {}


def _shares(parts: list[float]) -> list[float]:
    whole = sum(parts)
    return [round(100 * part / whole, 2) for part in parts]


def _female_share(seer: Path) -> float:
    by_code = {code: float(share) for share, code in _rows(seer / "sex.csv")}
    return round(by_code["2"] / (by_code["1"] + by_code["2"]), 4)


def _races(seer: Path) -> dict[str, float]:
    """NAACCR item 160 in five groups; every other code is one of the Asian or Pacific groups."""
    groups: dict[str, float] = defaultdict(float)
    names = {
        "01": "White",
        "02": "Black",
        "03": "American Indian or Alaska Native",
        "98": "Other",
        "99": "Unknown",
    }
    for share, code in _rows(seer / "race.csv"):
        groups[names.get(code, "Asian or Pacific Islander")] += float(share)
    return {name: round(share, 2) for name, share in groups.items()}


def _hispanic_share(seer: Path) -> float:
    rows = [(float(share), code) for share, code in _rows(seer / "hispanic_origin.csv")]
    known = [each for each in rows if each[1] != "9"]
    return round(sum(share for share, code in known if code != "0") / sum(s for s, _ in known), 4)


def zips(seer: Path, population_file: Path) -> dict[str, Any]:
    """Census 2020 population of each ZIP prefix by state, with its three most populous ZIPs."""
    population = _population(population_file)
    state_of = {
        code.zfill(5): path.stem.upper()
        for path in sorted((seer / "zip_codes").glob("*.csv"))
        for _, code, *_ in _rows(path)
    }
    prefixes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for code, persons in population.items():
        prefixes[code[:3]].append((persons, code))
    states: dict[str, dict[str, Any]] = defaultdict(dict)
    for prefix, members in sorted(prefixes.items()):
        members.sort(key=lambda each: (-each[0], each[1]))
        known = (state_of[code] for _, code in members if code in state_of)
        state = next(known, _OFFICE_PREFIXES.get(prefix))
        if state:
            top = [code for _, code in members[:_ZIPS_PER_PREFIX]]
            states[state][prefix] = [sum(persons for persons, _ in members), *top]
    return {"states": dict(sorted(states.items()))}


def _population(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        return {code: int(persons) for code, persons in rows}


def measure_rates(source: Path) -> dict[str, Any]:
    """Mean and spread of practice rates per measure, as fractions, registry submissions only.

    The mean is that of 2025. The spread is fitted to the deciles of 2024 where there are any: from
    2025 on CMS prints one fixed scale instead of deciles for measures that are topped out.
    """
    titles: dict[str, dict[str, Any]] = {}
    newest: dict[str, float] = {}
    spread: dict[str, float] = {}
    for year in (2024, 2025):
        for each in json.loads((source / f"measures-data-{year}.json").read_text("utf-8")):
            titles[each["measureId"]] = each
        for each in json.loads((source / f"benchmarks-{year}.json").read_text("utf-8")):
            if each["submissionMethod"] == "registry" and each["measureId"] in _MEASURES:
                newest[each["measureId"]] = each["averagePerformanceRate"] / 100
                spread.setdefault(each["measureId"], _deviation(each["percentiles"]))
    return {
        measure: {
            "inverse": titles[measure]["isInverse"],
            "mean": round(newest[measure], 4),
            "deviation": round(spread[measure], 4),
        }
        for measure in _MEASURES
    }


def _deviation(percentiles: dict[str, float]) -> float:
    """Standard deviation of the distribution that runs straight between the printed percentiles."""
    points = sorted((int(at) / 100, value / 100) for at, value in percentiles.items())
    points = [(0.0, points[0][1]), *points, (1.0, points[-1][1])]
    first = second = 0.0
    for (low, a), (high, b) in itertools.pairwise(points):
        first += (high - low) * (a + b) / 2
        second += (high - low) * (a * a + a * b + b * b) / 3
    return float(max(second - first * first, 0.0) ** 0.5)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row]
