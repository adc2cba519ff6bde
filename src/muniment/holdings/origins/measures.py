"""Makes the tables of `qopi-measures` from the CMS Quality Payment Program's public measure files.

Facts only: identifier, title, kind, steward, benchmark figures. The long descriptions may carry a
steward's copyright and stay behind.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muniment.holdings import writing

YEARS = (2024, 2025)
_SETS = {"oncology", "radiationOncology"}
_TITLE = re.compile(
    r"cancer|oncolog|melanoma|lymphoma|leukemia|tumor resection|chemotherap|antineoplastic", re.I
)
_DECILES = (10, 20, 30, 40, 50, 60, 70, 80, 90)

MEASURE_COLUMNS = (
    "measure_id",
    "title",
    "measure_type",
    "inverse",
    "high_priority",
    "steward",
    "first_year",
    *(f"listed_{year}" for year in YEARS),
)
BENCHMARK_COLUMNS = (
    "measure_id",
    "year",
    "submission_method",
    "benchmark_year",
    "topped_out",
    "mean",
    *(f"decile_{each}" for each in _DECILES),
)

Listed = dict[int, dict[str, dict[str, Any]]]


def write(source: Path, folder: Path) -> None:
    """Write both tables into `folder/data`; `source` holds the four JSON files of two years."""
    listed = {year: _oncology(source / f"measures-data-{year}.json") for year in YEARS}
    writing.write_table(
        folder / "data" / "measures.csv", columns=MEASURE_COLUMNS, rows=_measures(listed)
    )
    writing.write_table(
        folder / "data" / "benchmarks.csv",
        columns=BENCHMARK_COLUMNS,
        rows=_benchmarks(source, listed),
    )


def _oncology(path: Path) -> dict[str, dict[str, Any]]:
    """Quality measures of an oncology set, or with a cancer word in the title."""
    return {
        each["measureId"]: each
        for each in json.loads(path.read_text(encoding="utf-8"))
        if each["category"] == "quality"
        and (_SETS & set(each.get("measureSets", ())) or _TITLE.search(each["title"]))
    }


def _measures(listed: Listed) -> Iterator[dict[str, writing.Cell]]:
    for measure_id in sorted({name for year in listed.values() for name in year}):
        newest = next(
            listed[year][measure_id] for year in reversed(YEARS) if measure_id in listed[year]
        )
        yield {
            "measure_id": measure_id,
            "title": _tidy(newest["title"]),
            "measure_type": newest["measureType"],
            "inverse": _yes(newest["isInverse"]),
            "high_priority": _yes(newest["isHighPriority"]),
            "steward": _tidy(newest["primarySteward"]),
            "first_year": newest["firstPerformanceYear"],
            **{f"listed_{year}": _yes(measure_id in listed[year]) for year in YEARS},
        }


def _benchmarks(source: Path, listed: Listed) -> Iterator[dict[str, writing.Cell]]:
    known = {name for year in listed.values() for name in year}
    for year in YEARS:
        text = (source / f"benchmarks-{year}.json").read_text(encoding="utf-8")
        found = [
            each
            for each in json.loads(text, parse_float=str)  # the figure as printed, not as a float
            if each["measureId"] in known and each.get("averagePerformanceRate") is not None
        ]
        for each in sorted(found, key=lambda each: (each["measureId"], each["submissionMethod"])):
            yield {
                "measure_id": each["measureId"],
                "year": year,
                "submission_method": each["submissionMethod"],
                "benchmark_year": each["benchmarkYear"],
                "topped_out": _yes(each["isToppedOut"]),
                "mean": each["averagePerformanceRate"],
                **{f"decile_{at}": each["percentiles"].get(str(at)) for at in _DECILES},
            }


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _tidy(text: str) -> str:
    return " ".join(text.split())
