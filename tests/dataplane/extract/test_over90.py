"""Nobody can be shown to be over 89 from all columns of a person together, and who could, without.

The control of each attack is the same release without the guard.
"""

from pathlib import Path

import pytest

from muniment.dataplane import refusals
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import ninetieth
from muniment.dataplane.spec import holding
from tests.dataplane import tables
from tests.dataplane.extract import builds, old_people
from tests.dataplane.extract.old_people import (
    BORN,
    DROP,
    EVENT,
    FROM_START,
    OTHERS,
    SHIFT,
    SUBJECT,
    Row,
)

ASKED = {
    "subjects": ["USUBJID", "AGE", "NOTE", "START"],
    "events": ["USUBJID", "ONSET", "GRADE"],
}
KEPT = {"release": {"method": "keep"}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    """People of 60 to 89 at START, with events decades before and after; NOTE is the birth date,
    and GRADE the age at the event."""
    root = tmp_path_factory.mktemp("old")
    return builds.Bench(root, old_people.write(root / "holding"))


def oldest(place: builds.Bench, rules: dict, attack: old_people.Attack) -> float:
    """The greatest age of anybody that the attacker can prove."""
    override = {"policy": "x", "edition": "1", "fields": OTHERS | rules}
    built = place.build(tables.specification(variables=ASKED), override=override)
    events: dict[str, list[Row]] = {}
    for row in builds.rows(built, "events"):
        events.setdefault(row["USUBJID"], []).append(row)
    people = builds.rows(built, "subjects")
    assert len(people) == 80
    told = [name for name in rules if any(r.get(name.split(".")[1]) for r in people)]
    assert told or events  # something is left to attack
    return max(attack(person, events.get(person["USUBJID"], [])) for person in people)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(old_people.ATTACKS))
def test_no_age_over_89_follows_from_the_release_and_does_without_the_guard(
    place: builds.Bench, name: str
) -> None:
    attack, guarded, control = old_people.ATTACKS[name]
    assert oldest(place, control, attack) >= 90
    assert oldest(place, guarded, attack) < 90


def test_the_codebook_says_which_columns_are_guarded_and_others_stay_whole(
    place: builds.Bench,
) -> None:
    rules = {"subjects.AGE": {"method": "top90", "at": "START"}, "events.ONSET": FROM_START}
    rules["subjects.NOTE"] = {"method": "year", **BORN}
    override = {"policy": "x", "edition": "1", "fields": OTHERS | rules}
    built = place.build(tables.specification(variables=ASKED), override=override)
    said = b"".join(builds.everything(built).values())
    assert b"it would show an age over 89" in said
    assert b"Missing for people who would be over 89 now" in said
    young = [row for row in builds.rows(built, "subjects") if int(row["AGE"]) < 70]
    assert young
    assert all(row["AGE"] for row in builds.rows(built, "subjects"))


def test_a_birth_year_alone_is_guarded_against_the_day_of_the_build(place: builds.Bench) -> None:
    rules = {"subjects.NOTE": {"method": "year", **BORN}}
    asked = tables.specification(variables={"subjects": ["USUBJID", "AGE", "NOTE"]})
    fields = rules | {"subjects.AGE": {"method": "top90"}}
    override = {"policy": "x", "edition": "1", "fields": fields}
    years = [row["NOTE"] for row in builds.rows(place.build(asked, override=override), "subjects")]
    assert "" in years
    assert all(builds.NOW.year - int(year) <= 90 for year in years if year)
    later = builds.NOW.replace(year=2126)
    built = place.build(asked, override=override, now=later)
    assert {row["NOTE"] for row in builds.rows(built, "subjects")} == {""}


def test_the_day_worked_out_in_a_row_is_the_one_that_is_looked_up(place: builds.Bench) -> None:
    """An age in another table tells of it too: then it comes from a table of all that tell."""
    rules = OTHERS | {"subjects.NOTE": {"method": "year", **BORN}, "events.ONSET": DROP}
    rules |= {name: {"method": "top90"} for name in ("subjects.AGE", "events.GRADE")}
    override = {"policy": "x", "edition": "1", "fields": rules}
    alone = {"subjects": ["USUBJID", "AGE", "NOTE"]}
    found, looked_up = [], []
    for asked in (alone, alone | {"events": ["USUBJID", "GRADE"]}):
        built = place.build(tables.specification(variables=asked), override=override)
        found.append(builds.rows(built, "subjects"))
        said = [each["sql"] for each in built.receipt["statements"]]
        looked_up.append(any('AS "o"' in each for each in said))
    assert looked_up == [False, True]
    assert found[0] == found[1]
    years = {row["NOTE"] for row in found[0]}
    assert "" in years
    assert len(years) > 1


def test_rows_of_one_person_tell_an_age_together(tmp_path: Path) -> None:
    """Each row alone shows 85 and one day; both show who was 85 six years before the other."""
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["muniment"]["class"] == "quasi":
            field["muniment"]["class"] = "sensitive"
        if field["name"] == "NOTE":
            field["type"] = "date"
    subjects = []
    for number in range(40):
        row = dict.fromkeys(SUBJECT, "") | {"USUBJID": f"S-{number:05d}", "AGE": "85"}
        for year in (2001, 2007):
            row["NOTE"] = f"{year}-03-{1 + number % 28:02d}"
            subjects.append([row[name] for name in SUBJECT])
    once = [row for row in subjects if row[SUBJECT.index("NOTE")].startswith("2007")]
    rules = OTHERS | {"subjects.AGE": {"method": "top90"}, "subjects.NOTE": SHIFT}
    override = {"policy": "x", "edition": "1", "fields": rules | {"events.ONSET": DROP}}
    asked = tables.specification(variables={"subjects": ["USUBJID", "AGE", "NOTE"]})
    left = []
    for name, people in (("both", subjects), ("once", once)):
        (tmp_path / name).mkdir()
        folder = tables.write_holding(tmp_path / name / "holding", shape, subjects=people)
        built = builds.Bench(tmp_path / name, folder).build(asked, override=override)
        left.append(sum(bool(row["NOTE"]) for row in builds.rows(built, "subjects")))
    assert left == [40, 40]


@pytest.mark.parametrize("tells", ["USUBJID", "START"])
def test_a_year_in_a_table_about_nobody_tells_no_age(tells: str, tmp_path: Path) -> None:
    """A person's age beside it, and not one date of anybody, or one of a person's own."""
    shape = tables.descriptor()
    release = {"class": "none", "release": {"method": "year"}}
    fields = [
        {"name": "PLACE", "type": "string", "muniment": {"class": "none", **KEPT}},
        {"name": "OPENED", "type": "date", "muniment": release},
    ]
    shape["resources"].append(
        {"name": "places", "path": "places.csv", "format": "csv", "encoding": "utf-8",
         "schema": {"primaryKey": ["PLACE"], "fields": fields}, "muniment": {"unit": "place"}}
    )  # fmt: skip
    key = {"fields": "STATE", "reference": {"resource": "places", "fields": "PLACE"}}
    shape["resources"][0]["schema"]["foreignKeys"] = [key]
    here = tables.STATES[0]
    row = dict.fromkeys(SUBJECT, "") | {"SEX": "F", "AGE": "95", "STATE": here}
    subjects = [[*(row | {"USUBJID": f"S-{n:05d}"}).values()] for n in range(40)]
    folder = tables.write_holding(tmp_path / "holding", shape, subjects=subjects)
    tables.write_csv(folder / "places.csv", ["PLACE", "OPENED"], [[here, "1901-05-01"]])
    rules = {"subjects.AGE": {"method": "top90"}, "subjects.START": {"method": "year"}}
    override = {"policy": "x", "edition": "1", "fields": rules}
    asked = tables.specification(
        variables={"subjects": ["AGE", tells], "places": ["PLACE", "OPENED"]}
    )
    built = builds.Bench(tmp_path, folder).build(asked, override=override)
    assert {row["AGE"] for row in builds.rows(built, "subjects")} == {"90"}
    assert [row["OPENED"] for row in builds.rows(built, "places")] == ["1901"]


@pytest.mark.parametrize("told", [{}, {"subjects.AGE": {"method": "top90"}}], ids=["", "age"])
def test_dates_of_a_row_that_belongs_to_somebody_unnamed_do_not_leave_beside_an_age(
    told: dict, tmp_path: Path
) -> None:
    """Events name the record of a person, and the record's code leads a reader to the person."""
    shape = tables.descriptor()
    subjects, events = shape["resources"]
    for resource in (subjects, events):
        for field in resource["schema"]["fields"]:
            if field["name"] in ("NOTE", "USUBJID"):
                pseudonym = {"class": "direct", "release": {"method": "pseudonym"}}
                field["muniment"] = pseudonym
            elif field["muniment"]["class"] == "quasi":
                field["muniment"]["class"] = "sensitive"
    subjects["schema"]["primaryKey"] = ["NOTE"]
    del events["muniment"]["person_key"]
    record = {"resource": "subjects", "fields": "NOTE"}
    events["schema"]["foreignKeys"] = [{"fields": "USUBJID", "reference": record}]
    row = dict.fromkeys(SUBJECT, "") | {"AGE": "85"}
    people = [[*(row | {"USUBJID": f"S-{n:05d}", "NOTE": f"N-{n}"}).values()] for n in range(40)]
    event = dict.fromkeys(EVENT, "")
    happened = [
        [*(event | {"EVENTID": f"E-{n}", "USUBJID": f"N-{n % 40}",
                    "ONSET": f"{2001 + n // 40 * 12}-02-03"}).values()]
        for n in range(80)
    ]  # fmt: skip
    folder = tables.write_holding(tmp_path / "h", shape, subjects=people, events=happened)
    place = builds.Bench(tmp_path, folder)
    rules = OTHERS | {"events.ONSET": {"method": "year"}} | told
    override = {"policy": "x", "edition": "1", "fields": rules}
    asked = tables.specification(
        variables={"subjects": ["NOTE", "AGE"], "events": ["USUBJID", "ONSET"]}
    )
    if told:
        with pytest.raises(refusals.Refused, match="ONSET names no single person") as refused:
            place.build(asked, override=override)
        assert refused.value.code == "no-person"
    else:
        years = {
            row["ONSET"] for row in builds.rows(place.build(asked, override=override), "events")
        }
        assert years == {"2001", "2013"}


def test_the_day_in_a_row_takes_no_column_s_name() -> None:
    told = ninetieth.Told(holding.parse(tables.descriptor()).base, ["x"], nodes.column("r", "x"))
    names = ["x", "Ninetieth", "ninetieth~"]
    rows, day = ninetieth.beside(nodes.star("t"), told, names)
    assert day.name == "ninetieth~~"
    assert rows.named_selects == [*names, day.name]


def test_a_person_s_first_day_is_the_first_that_is_known(tmp_path: Path) -> None:
    """One date of a row is missing: the other still tells when the age counted."""
    shape = tables.descriptor()
    for field in shape["resources"][0]["schema"]["fields"]:
        if field["name"] == "NOTE":
            field["type"] = "date"
    subjects, events = [], []
    for number in range(40):
        row = dict.fromkeys(SUBJECT, "") | {"USUBJID": f"S-{number:05d}", "SEX": "F", "AGE": "80"}
        row["BMI"] = "85"  # a second age of the same person; the larger decides
        row["NOTE"] = f"2001-01-{1 + number % 28:02d}"
        subjects.append([row[name] for name in SUBJECT])
        for year in (2003, 2007):
            event = dict.fromkeys(EVENT, "") | {"EVENTID": f"E-{len(events)}"}
            event |= {"USUBJID": row["USUBJID"], "ONSET": f"{year}-03-{1 + number % 28:02d}"}
            events.append([event[name] for name in EVENT])
    folder = tables.write_holding(tmp_path / "holding", shape, subjects=subjects, events=events)
    rules = {f"subjects.{name}": {"method": "top90"} for name in ("AGE", "BMI")}
    rules |= dict.fromkeys(("subjects.NOTE", "subjects.START", "events.ONSET"), SHIFT)
    override = {"policy": "x", "edition": "1", "fields": {"events.GRADE": DROP} | rules}
    variables = ASKED | {"subjects": [*ASKED["subjects"], "BMI"]}
    asked = tables.specification(variables=variables)
    built = builds.Bench(tmp_path, folder).build(asked, override=override)
    onsets = [row["ONSET"] for row in builds.rows(built, "events")]
    assert len(onsets) == 80
    # Six years after the day on which they were 85, in 2001, they are over 89.
    assert sum(bool(onset) for onset in onsets) == 40
    assert all(row["NOTE"] for row in builds.rows(built, "subjects"))
