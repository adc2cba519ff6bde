"""People of whom a release must not tell that they are over 89, and who adds up what it tells.

The attacker has all columns of a person together: an age and later dates, a birth year and later
years, intervals either side of an anchor.
"""

import datetime
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.dataplane import tables
from tests.dataplane.extract import builds

Row = Mapping[str, str]
Attack = Callable[[Row, list[Row]], float]
SUBJECT, EVENT = tables.SUBJECT_COLUMNS, tables.EVENT_COLUMNS
YEAR = datetime.timedelta(days=365.2425)
SHIFT, DROP = {"method": "weekly_shift"}, {"method": "drop"}


def write(folder: Path, *, holding: str = "small", onset: str = "date", **settings: object) -> Path:
    """People of 60 to 89 at START, with events decades before and after; NOTE is the birth date,
    and GRADE the age at the event. `onset` is the type that the dates of events are declared as."""
    shape = tables.descriptor(holding=holding, **settings)
    for resource in shape["resources"]:
        for field in resource["schema"]["fields"]:
            if field["muniment"]["class"] == "quasi":
                field["muniment"]["class"] = "sensitive"
            if field["name"] == "NOTE":
                field["type"] = "date"
            if field["name"] == "ONSET":
                field["type"] = onset
            if field["name"] == "GRADE":
                del field["constraints"]
    draw = random.Random(9)
    subjects, events = [], []
    for number in range(80):
        age, start = draw.randrange(60, 90), datetime.date(2010, 1, 1)
        start += datetime.timedelta(days=draw.randrange(1500))
        born = start - datetime.timedelta(days=int(age * 365.2425) + draw.randrange(1, 364))
        row = dict.fromkeys(SUBJECT, "") | {"USUBJID": f"S-{number:05d}", "SEX": "F"}
        row |= {"AGE": str(age), "NOTE": born.isoformat(), "START": start.isoformat()}
        subjects.append([row[name] for name in SUBJECT])
        for _ in range(4):
            onset = start + datetime.timedelta(days=draw.randrange(-9000, 5000))
            at = int((onset - born) / YEAR)
            event = dict.fromkeys(EVENT, "") | {"EVENTID": f"E-{len(events)}", "GRADE": str(at)}
            event |= {"USUBJID": row["USUBJID"], "ONSET": onset.isoformat()}
            events.append([event[name] for name in EVENT])
    return tables.write_holding(folder, shape, subjects=subjects, events=events)


def days(events: list[Row]) -> list[int]:
    return [int(row["ONSET"]) for row in events if row["ONSET"]]


def age_and_days(person: Row, events: list[Row]) -> float:
    """The age at START and the days after it."""
    if not person["AGE"]:
        return 0
    return int(person["AGE"]) + max([0, *days(events)]) / 365.2425


def age_and_dates(person: Row, events: list[Row]) -> float:
    """The age at START and shifted dates."""
    if not person["START"]:
        return 0
    start = datetime.date.fromisoformat(person["START"])
    later = [datetime.date.fromisoformat(row["ONSET"]) for row in events if row["ONSET"]]
    return int(person["AGE"]) + max([0.0, *((day - start) / YEAR for day in later)])


def birth_and_years(person: Row, events: list[Row]) -> float:
    """The birth year, and the latest year anything happened or the data were released."""
    if not person["NOTE"]:
        return 0
    return builds.NOW.year - int(person["NOTE"])


def ages_at_events(person: Row, events: list[Row]) -> float:
    """Every event's age is an age at its day; the pair that proves the most wins."""
    known = [(int(r["ONSET"]), int(r["GRADE"])) for r in events if r["ONSET"] and r["GRADE"]]
    return max((age + (b - a) / 365.2425 for a, age in known for b, _ in known), default=0)


def age_of_start_in_events(person: Row, events: list[Row]) -> float:
    """An age that counts at START stands in every row about an event.

    Without a later day it proves no more than it says: 90 stands for all who are older.
    """
    ages, latest = [int(row["GRADE"]) for row in events if row["GRADE"]], max([0, *days(events)])
    return max([0, *ages]) + latest / 365.2425 if latest else 0


def born_as_days(person: Row, events: list[Row]) -> float:
    """The birth date counted in days from START."""
    if not person["NOTE"]:
        return 0
    return (max([0, *days(events)]) - int(person["NOTE"])) / 365.2425


FROM_START = {"method": "days_from", "anchor": "subjects.START"}
PLAIN, TOP90, BORN = {"method": "keep"}, {"method": "top90"}, {"of": "birth"}
# By name: the attack, the rules it meets, and the rules without which it succeeds.
ATTACKS: dict[str, tuple[Attack, dict, dict]] = {
    "an age and days after it": (
        age_and_days,
        {"subjects.AGE": TOP90 | {"at": "START"}, "events.ONSET": FROM_START},
        {"subjects.AGE": PLAIN, "events.ONSET": FROM_START},
    ),
    "an age and shifted dates": (
        age_and_dates,
        {"subjects.AGE": TOP90, "subjects.START": SHIFT, "events.ONSET": SHIFT},
        {"subjects.AGE": PLAIN, "subjects.START": SHIFT, "events.ONSET": SHIFT},
    ),
    "an age and true dates": (
        age_and_dates,
        {"subjects.AGE": TOP90, "subjects.START": PLAIN, "events.ONSET": PLAIN},
        {"subjects.AGE": PLAIN, "subjects.START": PLAIN, "events.ONSET": PLAIN},
    ),
    "a birth year and years": (
        birth_and_years,
        {"subjects.NOTE": {"method": "year", **BORN}, "events.ONSET": {"method": "year"}},
        {"subjects.NOTE": {"method": "year"}, "events.ONSET": {"method": "year"}},
    ),
    "ages at events": (
        ages_at_events,
        {"events.GRADE": TOP90, "events.ONSET": FROM_START},
        {"events.GRADE": PLAIN, "events.ONSET": FROM_START},
    ),
    "an age at the start beside events": (
        age_of_start_in_events,
        {"events.GRADE": TOP90 | {"at": "START"}, "events.ONSET": FROM_START},
        {"events.GRADE": PLAIN, "events.ONSET": FROM_START},
    ),
    "a birth in days": (
        born_as_days,
        {"subjects.NOTE": {**FROM_START, **BORN}, "events.ONSET": FROM_START},
        {"subjects.NOTE": FROM_START, "events.ONSET": FROM_START},
    ),
}
OTHERS = dict.fromkeys(("subjects.AGE", "subjects.NOTE", "subjects.START", "events.GRADE"), DROP)
