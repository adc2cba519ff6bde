"""Small holdings that tests make: a real descriptor, subjects with dates, and their events.

`small_holding` draws everything from its seed. `write_holding` takes rows as they are, for tests
that need one odd cell; `descriptor` gives the plain dictionary to bend first.
"""

import csv
import datetime
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

SUBJECT_COLUMNS = ["USUBJID", "NAME", "SEX", "AGE", "BMI", "STATE", "CONSENTED", "START", "NOTE"]
EVENT_COLUMNS = ["EVENTID", "USUBJID", "TERM", "SERIOUS", "GRADE", "ONSET"]
STATES = ["CA", "NY", "TX", "WY"]
GRADES = ["1", "2", "3", "4", "5"]
TERMS = ["NAUSEA", "FATIGUE", "RASH", "SYNCOPE"]


def small_holding(
    folder: Path,
    *,
    persons: int = 120,
    seed: int = 1,
    holding: str = "small",
    edition: str = "2026.1",
    level: str = "record",
    settings: Mapping[str, object] | None = None,
) -> Path:
    """Write a holding of `persons` subjects and up to four events each; return its folder.

    About one AGE in fifteen is missing. `settings` overrides members of the package's `muniment`.
    """
    draw = random.Random(f"{seed}-{persons}")
    subjects = [_subject(draw, number) for number in range(1, persons + 1)]
    events: list[list[str]] = []
    for subject in subjects:
        for _ in range(draw.choice([0, 1, 1, 2, 4])):
            events.append(_event(draw, len(events) + 1, subject))
    shape = descriptor(holding=holding, edition=edition)
    shape["muniment"] |= {"level": level, **(settings or {})}
    return write_holding(folder, shape, subjects=subjects, events=events)


def _subject(draw: random.Random, number: int) -> list[str]:
    start = datetime.date(2012, 1, 2) + datetime.timedelta(days=draw.randrange(900))
    return [
        f"S-{number:05d}",
        f"Person {number}",
        draw.choice(["F", "M"]),
        "" if draw.randrange(15) == 0 else str(draw.randrange(18, 96)),
        f"{draw.randrange(1700, 4200) / 100:.2f}",
        draw.choices(STATES, weights=[50, 30, 19, 1])[0],
        draw.choice(["true", "false"]),
        start.isoformat(),
        draw.choice(["", "seen twice", "moved, then came back"]),
    ]


def _event(draw: random.Random, number: int, subject: Sequence[str]) -> list[str]:
    onset = datetime.date.fromisoformat(subject[7]) + datetime.timedelta(days=draw.randrange(300))
    return [
        f"E-{number:06d}",
        subject[0],
        draw.choices(TERMS, weights=[40, 40, 18, 2])[0],
        draw.choice(["Y", "N", "N", ""]),
        str(draw.randrange(1, 6)),
        onset.isoformat(),
    ]


def write_holding(
    folder: Path,
    shape: Mapping[str, object],
    *,
    subjects: Iterable[Sequence[str]],
    events: Iterable[Sequence[str]] = (),
) -> Path:
    """Write a descriptor and the two CSV files that `descriptor` names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps(shape, indent=1), encoding="utf-8")
    write_csv(folder / "subjects.csv", SUBJECT_COLUMNS, subjects)
    write_csv(folder / "events.csv", EVENT_COLUMNS, events)
    return folder


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def descriptor(*, holding: str = "small", edition: str = "2026.1") -> dict[str, object]:
    """A fresh descriptor that passes every check."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": holding,
        "title": "A small holding made for tests",
        "muniment": {
            "descriptor": 1,
            "holding": holding,
            "edition": edition,
            "unit": "person",
            "base_table": "subjects",
            "years": [2012, 2015],
            "synthetic": True,
            "kind": "loaded",
            "threshold": 11,
            "noise_sigma": 10,
            "rounding": 5,
            "minimum_size": 100,
            "level": "record",
            "duo": {"permission": "DUO:0000042", "modifiers": []},
            "k": 11,
        },
        "resources": [_subjects(), _events()],
    }


def _subjects() -> dict[str, object]:
    return {
        "name": "subjects",
        "path": "subjects.csv",
        "schema": {
            "primaryKey": "USUBJID",
            "fields": [
                _field("USUBJID", "string", "direct", {"method": "pseudonym"}),
                _field("NAME", "string", "direct", {"method": "drop"}),
                _field("SEX", "string", "quasi", {"method": "keep"}, codes=["F", "M"]),
                _field("AGE", "integer", "quasi", {"method": "top90"}, banded=BANDS),
                _field("BMI", "number", "sensitive", {"method": "keep"}),
                _field(
                    "STATE", "string", "quasi",
                    {"method": "rare_merge", "minimum": 11, "into": "Other"}, codes=STATES,
                ),
                _field("CONSENTED", "boolean", "none", {"method": "keep"}),
                _field("START", "date", "quasi", {"method": "weekly_shift"}),
                _field("NOTE", "string", "sensitive", {"method": "free_text"}),
            ],
        },
        "muniment": {"unit": "person", "person_key": "USUBJID"},
    }  # fmt: skip


BANDS = [[18, 39], [40, 64], [65, 74], [75, None]]


def _events() -> dict[str, object]:
    return {
        "name": "events",
        "path": "events.csv",
        "schema": {
            "primaryKey": "EVENTID",
            "foreignKeys": [
                {
                    "fields": "USUBJID",
                    "reference": {"resource": "subjects", "fields": "USUBJID"},
                }
            ],
            "fields": [
                _field("EVENTID", "string", "direct", {"method": "drop"}),
                _field("USUBJID", "string", "direct", {"method": "pseudonym"}),
                _field("TERM", "string", "sensitive", {"method": "keep"}),
                _field("SERIOUS", "string", "sensitive", {"method": "keep"}, codes=["Y", "N"]),
                _field("GRADE", "integer", "sensitive", {"method": "keep"}, codes=GRADES),
                _field(
                    "ONSET", "date", "quasi", {"method": "days_from", "anchor": "subjects.START"}
                ),
            ],
        },
        "muniment": {"unit": "event", "person_key": "USUBJID"},
    }


def _field(
    name: str,
    kind: str,
    sensitivity: str,
    release: Mapping[str, object],
    *,
    codes: Sequence[str] | None = None,
    banded: Sequence[Sequence[int | None]] | None = None,
) -> dict[str, object]:
    ours: dict[str, object] = {"class": sensitivity, "release": dict(release)}
    shape: dict[str, object] = {"name": name, "type": kind, "muniment": ours}
    if codes is not None:
        shape["constraints"] = {"enum": list(codes)}
    if banded is not None:
        ours["banded"] = [list(band) for band in banded]
    return shape


def specification(
    *,
    cohort: Mapping[str, object] | None = None,
    variables: Mapping[str, Sequence[str]] | None = None,
    level: str = "record",
    group_by: Sequence[str] | None = None,
    holding: str = "small",
    edition: str = "2026.1",
) -> dict[str, object]:
    """One part over a small holding; `variables` maps a table to the columns asked for."""
    asked = {"subjects": ["SEX", "AGE"]} if variables is None else variables
    part: dict[str, object] = {
        "id": "p1",
        "holding": holding,
        "edition": edition,
        "level": level,
        "tables": [
            {
                "name": table,
                "variables": [{"name": name, "reason": "To test."} for name in names],
            }
            for table, names in asked.items()
        ],
        "cohort": None if cohort is None else dict(cohort),
    }
    if level == "aggregate":
        part["group_by"] = list(group_by or [])
    return {"muniment_specification": 1, "parts": [part], "links": []}
