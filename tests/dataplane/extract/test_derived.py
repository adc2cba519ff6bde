"""Derived variables leave: computed for each person, guarded like the columns they are made of."""

import datetime
import random
from collections import Counter

import pytest

from muniment.dataplane import refusals
from tests.dataplane import tables
from tests.dataplane.extract import builds

YEAR = 365.2425
DERIVED = [
    {"name": "AGE_AT_START", "is": "age_at", "born": "NOTE", "at": "START", "reason": "x"},
    {"name": "AGE_IN_2000", "is": "age_at", "born": "NOTE", "at": {"on": "2000-01-01"},
     "reason": "x"},
    {"name": "FOLLOWED", "is": "days_between", "from": "START", "to": "SEEN", "reason": "x"},
    {"name": "BEFORE", "is": "days_between", "from": "SEEN", "to": "START", "reason": "x"},
    {"name": "EVENTS", "is": "count_of", "table": "events", "where": None, "reason": "x"},
    {"name": "RASH", "is": "any_of", "table": "events", "reason": "x",
     "where": {"variable": "TERM", "is": "equals", "value": "RASH"}},
]  # fmt: skip
ANCHORED = {"method": "days_from", "anchor": "subjects.START"}
DATES = {"subjects.START": ANCHORED, "subjects.SEEN": ANCHORED}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    """People of 60 to 89 at START, seen again years later; NOTE is the birth date."""
    root = tmp_path_factory.mktemp("derived")
    shape = tables.descriptor()
    shape["muniment"]["k"] = 2
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == "NOTE":
            field["type"] = "date"
            field["muniment"] = {"class": "sensitive", "release": {"method": "drop"}}
        if field["name"] == "STATE":
            del field["constraints"]
            field |= {"name": "SEEN", "type": "date"}
            field["muniment"] = {"class": "sensitive", "release": ANCHORED}
        if field["name"] == "START":
            field["muniment"] = {"class": "sensitive", "release": ANCHORED}
    draw = random.Random(5)
    subjects, events = [], []
    for number in range(60):
        start = datetime.date(2010, 1, 1) + datetime.timedelta(days=draw.randrange(1500))
        born = start - datetime.timedelta(days=int(draw.randrange(60, 90) * YEAR) + 30)
        seen = start + datetime.timedelta(days=draw.randrange(0, 6000))
        key = f"S-{number:05d}"
        dates = [seen.isoformat(), "true", start.isoformat(), born.isoformat()]
        subjects.append([key, "x", "F", str(int((start - born).days / YEAR)), "20", *dates])
        for event in range(number % 4):
            term = "RASH" if event == 2 else "NAUSEA"
            events.append([f"E-{len(events)}", key, term, "Y", "1", start.isoformat()])
    folder = root / "holding"
    tables.write_holding(folder, shape, subjects=subjects, events=events)
    header = [("SEEN" if name == "STATE" else name) for name in tables.SUBJECT_COLUMNS]
    tables.write_csv(folder / "subjects.csv", header, subjects)
    return builds.Bench(root, folder)


def asked(*names: str) -> dict:
    shape = tables.specification(variables={"subjects": ["USUBJID", *names]})
    shape["parts"][0]["derived"] = DERIVED
    return shape


def test_they_are_computed_for_each_person_and_the_codebook_says_how(place: builds.Bench) -> None:
    built = place.build(asked("EVENTS", "RASH"))
    found = sorted((row["EVENTS"], row["RASH"]) for row in builds.rows(built, "subjects"))
    want = [(str(n % 4), "true" if n % 4 == 3 else "false") for n in range(60)]
    assert found == sorted(want)
    aged = place.build(asked("AGE_AT_START"))
    shown = [row["AGE_AT_START"] for row in builds.rows(aged, "subjects")]
    ages = Counter(row["AGE"] for row in builds.held(place, "subjects"))
    # An age is a baseline variable: nobody is alone in one.
    assert Counter(filter(None, shown)) == {age: many for age, many in ages.items() if many > 1}
    codebooks = [(each.folder / "codebook.csv").read_text() for each in (built, aged)]
    assert "Derived: EVENTS is the number of rows in events." in codebooks[0]
    assert "Derived: AGE_AT_START is the completed years from NOTE to START." in codebooks[1]
    [part] = built.manifest["parts"]
    assert {"table": "subjects", "variable": "EVENTS", "method": "keep"} in part["methods"]


def test_two_parts_of_one_holding_guard_each_other(place: builds.Bench) -> None:
    """The age is in one part and the days are in the other: a reader has both."""
    shape = asked("AGE_AT_START")
    [one] = shape["parts"]
    other = {**asked("FOLLOWED")["parts"][0], "id": "p2", "derived": [DERIVED[2]]}
    shape["parts"] = [{**one, "derived": [DERIVED[0]]}, other]
    shape["links"] = [{"parts": ["p1", "p2"], "reason": "To test."}]
    built = place.build(shape)
    ages = {row["USUBJID"]: row for row in builds.rows(built, "p1-subjects")}
    days = {row["USUBJID"]: row for row in builds.rows(built, "p2-subjects")}
    assert oldest([{**ages[key], **days[key]} for key in ages], "AGE_AT_START", "FOLLOWED") < 90


def oldest(rows: list[dict[str, str]], age: str, days: str) -> float:
    """The greatest age that an attacker proves who adds the days to the age."""
    told = [row for row in rows if row[age] and row[days]]
    assert told  # something is left to attack
    return max(int(row[age]) + max(0, int(row[days])) / YEAR for row in told)


@pytest.mark.parametrize("days", ["FOLLOWED", "BEFORE"])
def test_no_age_over_89_follows_from_days_and_does_without_the_guard(
    place: builds.Bench, days: str
) -> None:
    def attacked(age: str, **rules: dict) -> float:
        override = {"policy": "x", "edition": "1", "fields": {**DATES, **rules}}
        rows = builds.rows(place.build(asked(age, days), override=override), "subjects")
        if days == "BEFORE":
            rows = [{**row, days: row[days] and str(-int(row[days]))} for row in rows]
        return oldest(rows, age, days)

    # The control releases the same age under a rule that does not call it one.
    assert attacked("AGE", **{"subjects.AGE": {"method": "keep"}}) >= 90
    assert attacked("AGE_AT_START") < 90


def test_an_age_on_a_fixed_day_counts_on_that_day(place: builds.Bench) -> None:
    """Everybody's dates come after 2000: as an age at the first date it would be too low."""
    built = place.build(asked("AGE_IN_2000", "SEEN", "FOLLOWED"))
    held = builds.held(place, "subjects")
    since = (datetime.date(2010, 1, 1) - datetime.date(2000, 1, 1)).days
    rows = [
        {"age": row["AGE_IN_2000"], "days": str(since + int(row["FOLLOWED"]))}
        for row in builds.rows(built, "subjects")
        if row["FOLLOWED"]
    ]
    assert oldest(rows, "age", "days") < 90
    old = [row for row in held if (_date(row["SEEN"]) - _date(row["NOTE"])).days / YEAR >= 91]
    assert len(old) > 10
    gone = [row for row in builds.rows(built, "subjects") if not row["FOLLOWED"]]
    assert len(gone) >= len(old)


def _date(written: str) -> datetime.date:
    return datetime.date.fromisoformat(written)


def test_days_that_would_tell_a_shift_are_refused(place: builds.Bench) -> None:
    shift = {"method": "weekly_shift"}
    fields = {"subjects.START": shift, "subjects.SEEN": shift,
              "subjects.FOLLOWED": {"method": "round", "to": 30}}  # fmt: skip
    override = {"policy": "x", "edition": "1", "fields": fields}
    with pytest.raises(refusals.Refused) as stopped:
        place.build(asked("FOLLOWED"), override=override)
    assert stopped.value.code == "derived-tells"
