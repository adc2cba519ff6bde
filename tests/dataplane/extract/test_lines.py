"""Release lines: one key, one set of pseudonyms; dates that keep their distances and no more."""

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.dataplane import links, pseudonyms, release
from muniment.dataplane.spec import specification
from tests.dataplane import tables
from tests.dataplane.extract import builds

pytestmark = pytest.mark.slow

DATED = {"subjects": ["USUBJID", "START"], "events": ["USUBJID", "ONSET"]}
SHIFT_BOTH = {
    "policy": "shift",
    "edition": "1",
    "fields": {"events.ONSET": {"method": "weekly_shift"}},
}


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def codes(rows: list[dict[str, str]]) -> set[str]:
    return {row["USUBJID"] for row in rows}


def test_two_lines_share_no_pseudonym(place: builds.Bench) -> None:
    asked = tables.specification(variables=DATED)
    first = place.build(asked)
    second = place.build(asked, line_key=builds.OTHER_LINE_KEY)
    for table in DATED:
        assert not codes(builds.rows(first, table)) & codes(builds.rows(second, table))


def test_a_rebuild_of_a_line_gives_everyone_the_same_pseudonym(place: builds.Bench) -> None:
    asked = tables.specification(variables=DATED)
    first, again = place.build(asked), place.build(asked)
    for name in ("data/subjects.csv", "data/events.csv"):
        assert (first.folder / name).read_bytes() == (again.folder / name).read_bytes()


def test_a_rebuild_with_another_cohort_keeps_the_pseudonyms_of_those_who_stay(
    place: builds.Bench,
) -> None:
    everyone = place.build(tables.specification(variables=DATED))
    women = place.build(
        tables.specification(
            variables=DATED, cohort={"variable": "SEX", "is": "equals", "value": "F"}
        )
    )
    assert codes(builds.rows(women, "subjects")) < codes(builds.rows(everyone, "subjects"))


def test_one_person_has_one_pseudonym_in_all_tables(place: builds.Bench) -> None:
    built = place.build(tables.specification(variables=DATED))
    subjects = codes(builds.rows(built, "subjects"))
    assert len(subjects) == 120
    assert codes(builds.rows(built, "events")) <= subjects


def two_parts(*, linked: bool) -> dict[str, object]:
    document = tables.specification(variables={"subjects": ["USUBJID"]})
    second = json.loads(json.dumps(document["parts"][0])) | {"id": "p2"}
    document["parts"].append(second)
    if linked:
        document["links"] = [{"parts": ["p1", "p2"], "reason": "To follow people."}]
    return document


def test_parts_that_are_not_linked_share_no_pseudonym_and_linked_ones_do(
    place: builds.Bench,
) -> None:
    apart = place.build(two_parts(linked=False))
    assert not codes(builds.rows(apart, "p1-subjects")) & codes(builds.rows(apart, "p2-subjects"))
    linked = place.build(two_parts(linked=True))
    assert codes(builds.rows(linked, "p1-subjects")) == codes(builds.rows(linked, "p2-subjects"))


def test_links_reach_over_several_parts_and_no_further() -> None:
    document = tables.specification()
    for name in ("p2", "p3", "p4", "p5"):
        document["parts"].append(json.loads(json.dumps(document["parts"][0])) | {"id": name})
    document["links"] = [
        {"parts": ["p3", "p4"], "reason": "x"},
        {"parts": ["p4", "p2"], "reason": "x"},
    ]
    asked = specification.parse(document)
    assert links.group_of(asked, "p2") == {"p2", "p3", "p4"}
    assert links.group_name(asked, "p4") == "p2"
    assert links.group_of(asked, "p5") == {"p5"}


@pytest.mark.parametrize("linked", [True, False])
def test_people_are_followed_over_two_editions_only_where_that_was_approved(
    tmp_path: Path, linked: bool
) -> None:
    first = builds.Bench.at(tmp_path / "a")
    second = builds.Bench.at(tmp_path / "b", edition="2027.1")
    for place in (first, second):
        path = place.folder / "datapackage.json"
        licence = {"name": "CC0-1.0"}
        shape = json.loads(path.read_text(encoding="utf-8")) | {"licenses": [licence]}
        path.write_text(json.dumps(shape), encoding="utf-8")
    document = two_parts(linked=linked)
    document["parts"][1]["edition"] = "2027.1"
    folders = {("small", "2026.1"): first.folder, ("small", "2027.1"): second.folder}
    order = replace(first.order(document), folders=folders)
    built = release.build(order, keys=release.Keys(builds.LINE_KEY, builds.SIGNER))
    shared = codes(builds.rows(built, "p1-subjects")) & codes(builds.rows(built, "p2-subjects"))
    assert len(shared) == (120 if linked else 0)
    described = json.loads((built.folder / "datapackage.json").read_text(encoding="utf-8"))
    assert described["licenses"] == [{"name": "CC0-1.0"}]
    assert {part["edition"] for part in built.manifest["parts"]} == {"2026.1", "2027.1"}


def test_a_foreign_key_shares_the_codes_of_what_it_points_at(tmp_path: Path) -> None:
    """Two columns of the events that name sites: one is defined by the other's table."""
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    code = {"class": "quasi", "release": {"method": "pseudonym"}}
    shape["resources"].append(
        {
            "name": "visits",
            "path": "visits.csv",
            "schema": {
                "fields": [
                    {"name": "WHO", "type": "string", "muniment": code},
                    {"name": "EVENT", "type": "string", "muniment": code},
                    {"name": "ROOM", "type": "string", "muniment": code},
                    {"name": "PARTNER", "type": "string", "muniment": code},
                ],
                "foreignKeys": [
                    {"fields": "EVENT", "reference": {"resource": "events", "fields": "EVENTID"}},
                    {"fields": "WHO", "reference": {"resource": "subjects", "fields": "USUBJID"}},
                    {
                        "fields": "PARTNER",
                        "reference": {"resource": "subjects", "fields": "USUBJID"},
                    },
                ],
            },
            "muniment": {"unit": "visit"},
        }
    )
    shape["resources"][1]["schema"]["fields"][0]["muniment"]["release"] = {"method": "pseudonym"}
    path.write_text(json.dumps(shape), encoding="utf-8")
    events = builds.held(place, "events")
    lines = [f"{row['USUBJID']},{row['EVENTID']},{row['EVENTID']},S-00001" for row in events]
    text = "\n".join(["WHO,EVENT,ROOM,PARTNER", *lines]) + "\n"
    (place.folder / "visits.csv").write_text(text, encoding="utf-8")
    built = place.build(
        tables.specification(
            variables={
                "subjects": ["USUBJID"],
                "events": ["EVENTID", "USUBJID"],
                "visits": ["WHO", "EVENT", "ROOM", "PARTNER"],
            }
        )
    )
    released = builds.rows(built, "events")
    visits = builds.rows(built, "visits")
    assert {row["EVENT"] for row in visits} == {row["EVENTID"] for row in released}
    assert {row["WHO"] for row in visits} == {row["USUBJID"] for row in released}
    [partner] = {row["PARTNER"] for row in visits}
    assert partner in codes(builds.rows(built, "subjects"))
    assert not {row["ROOM"] for row in visits} & {row["EVENTID"] for row in released}


def test_a_pseudonym_of_another_column_is_of_another_kind(place: builds.Bench) -> None:
    override = {
        "policy": "x",
        "edition": "1",
        "fields": {"events.EVENTID": {"method": "pseudonym"}},
    }
    shape = json.loads((place.folder / "datapackage.json").read_text(encoding="utf-8"))
    shape["resources"][1]["schema"]["fields"][0]["muniment"]["release"] = {"method": "pseudonym"}
    (place.folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    built = place.build(
        tables.specification(variables={"events": ["EVENTID", "USUBJID"]}), override=override
    )
    rows = builds.rows(built, "events")
    assert len({row["EVENTID"] for row in rows}) == len(rows)
    assert not {row["EVENTID"] for row in rows} & codes(rows)


def test_days_from_keeps_every_interval_exactly(place: builds.Bench) -> None:
    starts = {
        row["USUBJID"]: datetime.date.fromisoformat(row["START"])
        for row in builds.held(place, "subjects")
    }
    expected = sorted(
        (datetime.date.fromisoformat(row["ONSET"]) - starts[row["USUBJID"]]).days
        for row in builds.held(place, "events")
    )
    built = place.build(tables.specification(variables=DATED))
    assert sorted(int(row["ONSET"]) for row in builds.rows(built, "events")) == expected


def test_an_anchor_counted_from_itself_is_day_zero(place: builds.Bench) -> None:
    rule = {"method": "days_from", "anchor": "subjects.START"}
    override = {"policy": "x", "edition": "1", "fields": {"subjects.START": rule}}
    built = place.build(tables.specification(variables=DATED), override=override)
    assert {row["START"] for row in builds.rows(built, "subjects")} == {"0"}


def test_a_weekly_shift_keeps_intervals_and_weekdays_of_each_person(place: builds.Bench) -> None:
    built = place.build(tables.specification(variables=DATED), override=SHIFT_BOTH)

    def intervals(subjects: list[dict[str, str]], events: list[dict[str, str]]) -> list[object]:
        starts = {row["USUBJID"]: row["START"] for row in subjects}
        first = {who: datetime.date.fromisoformat(day) for who, day in starts.items()}
        return sorted(
            (
                (datetime.date.fromisoformat(row["ONSET"]) - first[row["USUBJID"]]).days,
                datetime.date.fromisoformat(row["ONSET"]).weekday(),
            )
            for row in events
        )

    held = intervals(builds.held(place, "subjects"), builds.held(place, "events"))
    released = intervals(builds.rows(built, "subjects"), builds.rows(built, "events"))
    assert released == held


def test_no_shifted_date_is_near_the_true_one(place: builds.Bench) -> None:
    """Order by pseudonym hides who is who, so recompute each person's code from the key."""
    key = pseudonyms.derive(builds.LINE_KEY, purpose="pseudonym", group="p1", namespace="unit")
    true = {
        pseudonyms.tag(key, row["USUBJID"].encode()).hex(): row["START"]
        for row in builds.held(place, "subjects")
    }
    built = place.build(tables.specification(variables=DATED), override=SHIFT_BOTH)
    moved = {
        row["USUBJID"]: (
            datetime.date.fromisoformat(row["START"])
            - datetime.date.fromisoformat(true[row["USUBJID"]])
        ).days
        for row in builds.rows(built, "subjects")
    }
    assert all(days % 7 == 0 and 28 <= abs(days) <= 364 for days in moved.values())
    assert len(set(moved.values())) > 20


def test_a_day_that_many_share_is_withheld_under_a_shift(place: builds.Bench) -> None:
    path = place.folder / "subjects.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    spot = tables.SUBJECT_COLUMNS.index("START")
    rows = [line.split(",") for line in lines]
    for row in rows[:30]:
        row[spot] = "2014-07-02"
    path.write_text("\n".join([header, *map(",".join, rows)]) + "\n", encoding="utf-8")
    built = place.build(tables.specification(variables={"subjects": ["USUBJID", "START"]}))
    missing = [row for row in builds.rows(built, "subjects") if row["START"] == ""]
    assert len(missing) >= 30
