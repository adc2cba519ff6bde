"""Dates that a column of text holds show no age over 89, nor years that only a name tells.

The attacker reads text as a date where it is one. The control is the same release by rules that
call the age a number.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from muniment.dataplane import policy, refusals, release
from muniment.dataplane.release import gather
from muniment.dataplane.spec import specification
from tests.dataplane import tables
from tests.dataplane.extract import builds, linked_people, old_people
from tests.dataplane.extract.old_people import OTHERS, PLAIN, TOP90

ASKED = {"subjects": ["USUBJID", "AGE", "START"], "events": ["USUBJID", "ONSET"]}
AGED = {"subjects.AGE": TOP90, "subjects.START": PLAIN, "events.ONSET": PLAIN}
CONTROL = AGED | {"subjects.AGE": PLAIN}
MERGED = {"method": "rare_merge", "minimum": 2, "into": "Other"}


def placed(root: Path, *, change: Any = None, onset: str = "string") -> builds.Bench:
    """Old people, with dates of events as text; `change` is made of the descriptor."""
    place = builds.Bench(root, old_people.write(root / "holding", onset=onset))
    if change is not None:
        path = place.folder / "datapackage.json"
        shape = json.loads(path.read_text(encoding="utf-8"))
        change(shape)
        path.write_text(json.dumps(shape), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> builds.Bench:
    return placed(tmp_path_factory.mktemp("texts"))


def built(place: builds.Bench, rules: dict, asked: dict = ASKED) -> release.Built:
    override = {"policy": "x", "edition": "1", "fields": OTHERS | rules}
    return place.build(tables.specification(variables=asked), override=override)


def oldest(made: release.Built, people: str = "subjects", events: str = "events") -> float:
    """The greatest age of anybody that the attacker can prove by a date in a text."""
    days: dict[str, list[old_people.Row]] = {}
    for row in builds.rows(made, events):
        days.setdefault(row["USUBJID"], []).append(row)
    whole = [row | {"START": row.get("START") or "2010-01-01"} for row in builds.rows(made, people)]
    return max(old_people.age_and_dates(row, days.get(row["USUBJID"], [])) for row in whole)


def test_dates_in_text_show_no_age_over_89_and_do_without_the_guard(place: builds.Bench) -> None:
    assert oldest(built(place, CONTROL)) >= 90
    made = built(place, AGED)
    assert oldest(made) < 90
    assert not any(row["ONSET"] for row in builds.rows(made, "events"))
    cells = {name: each for part in made.receipt["parts"] for name, each in part["cells"].items()}
    assert cells["events.ONSET"] == {"method": "keep", "held": 320, "changed": 320}
    said = "As held. Missing where it names a date, which could show an age over 89."
    assert said in b"".join(builds.everything(made).values()).decode(errors="replace")


def test_values_that_many_have_are_no_way_round(tmp_path: Path) -> None:
    place = placed(tmp_path)
    table = place.folder / "events.csv"
    # Twice the same people, on the same days.
    again = [line.replace("E-", "F-") for line in table.read_text("utf-8").splitlines()[1:]]
    table.write_text(table.read_text("utf-8") + "\n".join(again) + "\n", "utf-8")
    merged = {"events.ONSET": MERGED}
    assert {row["ONSET"] for row in builds.rows(built(place, AGED | merged), "events")} <= {
        "Other", "",
    }  # fmt: skip


NEARLY = [
    PLAIN,
    {"method": "top_bottom", "most": 20991231},
    {"method": "round", "to": 100},
    {"method": "mark", "to": 100},
]


@pytest.mark.parametrize("rule", NEARLY, ids=[str(each["method"]) for each in NEARLY])
def test_dates_as_numbers_show_no_age_over_89_and_do_without_the_guard(
    tmp_path: Path, rule: dict
) -> None:
    place = placed(tmp_path, onset="integer")
    file = place.folder / "events.csv"
    header, *rows = [line.split(",") for line in file.read_text("utf-8").splitlines()]
    spot = header.index("ONSET")
    for row in rows:
        row[spot] = row[spot].replace("-", "")
    tables.write_csv(file, header, rows)

    def latest(rules: dict) -> float:
        """Who reads a number as a year and a month adds the age at START to it."""
        made = built(place, rules | {"events.ONSET": rule})
        people = {row["USUBJID"]: row for row in builds.rows(made, "subjects")}
        events = [row for row in builds.rows(made, "events") if row["ONSET"]]
        start = {name: row["START"] or "2014-12" for name, row in people.items()}
        years = [(int(row["ONSET"]) // 10_000, row["USUBJID"]) for row in events]
        return max((int(people[who]["AGE"]) + year - int(start[who][:4]) - 2
                    for year, who in years), default=0)  # fmt: skip

    assert latest(CONTROL) >= 90
    assert latest(AGED) < 90


def test_text_that_names_no_date_stays(place: builds.Bench, tmp_path: Path) -> None:
    table = place.folder / "events.csv"
    other = placed(tmp_path)
    text = table.read_text("utf-8").splitlines()
    spot = text[0].split(",").index("ONSET")
    lines = [line.split(",") for line in text[1:]]
    for number, line in enumerate(lines):
        line[spot] = "stage 3" if number % 2 else line[spot]
    (other.folder / "events.csv").write_text(
        "\n".join([text[0], *(",".join(line) for line in lines)]) + "\n", "utf-8"
    )
    left = [row["ONSET"] for row in builds.rows(built(other, AGED), "events")]
    assert sorted(left) == [""] * 160 + ["stage 3"] * 160


def test_without_an_age_beside_it_text_leaves_as_it_is(place: builds.Bench) -> None:
    made = built(place, AGED, {"events": ["USUBJID", "ONSET"]})
    assert all(row["ONSET"] for row in builds.rows(made, "events"))


def test_rows_that_name_no_person_are_somebodys_and_rows_of_nobody_are_not(tmp_path: Path) -> None:
    def unnamed(shape: dict) -> None:
        subjects, events = shape["resources"]
        del events["muniment"]["person_key"]
        sites = {"name": "sites", "path": "sites.csv", "muniment": {"unit": "site"}}
        kept = {"class": "none", "release": {"method": "keep"}}
        fields = [{"name": name, "type": "string", "muniment": kept} for name in ("FOR", "OPENED")]
        sites["schema"] = {"primaryKey": "FOR", "fields": fields}
        shape["resources"].append(sites)
        reference = {"resource": "sites", "fields": "FOR"}
        subjects["schema"]["foreignKeys"] = [{"fields": "SEX", "reference": reference}]

    place = placed(tmp_path, change=unnamed)
    tables.write_csv(place.folder / "sites.csv", ["FOR", "OPENED"], [["F", "2012-03-01"]])
    rules = {"subjects.AGE": TOP90, "subjects.START": {"method": "drop"}, "events.ONSET": PLAIN}
    made = built(place, rules, ASKED | {"events": ["ONSET"], "sites": ["OPENED"]})
    assert not any(row["ONSET"] for row in builds.rows(made, "events"))
    assert [row["OPENED"] for row in builds.rows(made, "sites")] == ["2012-03-01"]


@pytest.mark.parametrize("key", ["USUBJID", "NOTE"])
def test_an_age_in_a_linked_holding_counts_whatever_the_link_is_by(
    tmp_path: Path, key: str
) -> None:
    place = linked_people.written(tmp_path, onset="string")
    link = linked_people.PEOPLE | {"field": key, "their_field": key}
    place.change("small", links=[link])
    ages = {"subjects": ["USUBJID", "AGE"]}
    asked = place.document(ages, linked_people.DATED)
    rules = {"subjects.AGE": TOP90, "events.ONSET": PLAIN}
    made = place.build(asked, rules)
    assert not any(row["ONSET"] for row in builds.rows(made, "p2-events"))
    control = place.build(asked, rules | {"subjects.AGE": PLAIN})
    assert all(row["ONSET"] for row in builds.rows(control, "p2-events"))
    apart = place.build(place.document(ages, linked_people.DATED, linked=False), rules)
    assert all(row["ONSET"] for row in builds.rows(apart, "p2-events"))


def refused(place: builds.Bench, asked: dict, rules: dict) -> list[refusals.Refusal]:
    override = policy.read({"policy": "x", "edition": "1", "fields": OTHERS | rules})
    folders = {("small", "2026.1"): place.folder}
    given = gather.Given(specification.parse(asked), folders, {policy.ALL: override})
    with pytest.raises(refusals.Refused) as found:
        gather.terms_of(given)
    return list(found.value.refusals)


def called(name: str, kind: str) -> Any:
    def change(shape: dict) -> None:
        for field in shape["resources"][1]["schema"]["fields"]:
            if field["name"] == "TERM":
                field |= {"name": name, "type": kind}

    return change


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [
        ("dx_year", "integer", PLAIN),
        ("BRTHYR", "integer", {"method": "round", "to": 2}),
        ("YearOfEvent", "number", {"method": "bands", "edges": [2000]}),
        ("year", "string", MERGED),
    ],
)
def test_a_year_that_only_a_name_tells_is_refused_beside_ages(
    tmp_path: Path, name: str, kind: str, rule: dict
) -> None:
    place = placed(tmp_path, change=called(name, kind))
    asked = tables.specification(variables=ASKED | {"events": ["USUBJID", name]})
    [reason] = refused(place, asked, {"subjects.AGE": TOP90, f"events.{name}": rule})
    assert (reason.code, reason.params) == ("year-beside-age", {"field": f"events.{name}"})
    offered = 'its rule may say "calendar": false' in str(reason)
    assert offered is (rule is PLAIN)
    assert "declare its type as year" in str(reason)


@pytest.mark.parametrize(
    ("name", "kind", "rules"),
    [
        ("dx_year", "integer", {"events.dx_year": PLAIN | {"calendar": False}}),
        ("dx_year", "integer", {"events.dx_year": {"method": "drop"}}),
        ("dx_year", "integer", {"events.dx_year": PLAIN, "subjects.AGE": {"method": "drop"}}),
        ("dx_year", "year", {"events.dx_year": PLAIN}),
        ("age_year", "integer", {"events.age_year": TOP90}),
        ("years_educated", "integer", {"events.years_educated": PLAIN}),
        ("five_years", "integer", {"events.five_years": PLAIN}),
        ("alive_5yr", "boolean", {"events.alive_5yr": PLAIN}),
    ],
)
def test_each_way_out_leads_to_terms(
    tmp_path: Path, name: str, kind: str, rules: dict[str, dict]
) -> None:
    place = placed(tmp_path, change=called(name, kind))
    asked = tables.specification(variables=ASKED | {"events": ["USUBJID", name]})
    override = policy.read({"policy": "x", "edition": "1", "fields": OTHERS | AGED | rules})
    folders = {("small", "2026.1"): place.folder}
    given = gather.Given(specification.parse(asked), folders, {policy.ALL: override})
    assert gather.terms_of(given).hash


@pytest.mark.parametrize("value", ["2012-03-01", "01MAR2012"])
def test_a_yes_that_asks_for_a_date_in_text_is_refused_beside_ages(
    place: builds.Bench, value: str
) -> None:
    asked = tables.specification(variables=ASKED | {"subjects": ["USUBJID", "AGE", "THAT_DAY"]})
    condition = {"variable": "ONSET", "is": "in", "value": ["stage 3", value]}
    code = {"variable": "TERM", "is": "under", "value": ["C50"], "of": "icd-10-cm"}
    asked["parts"][0]["derived"] = [
        {
            "name": "THAT_DAY",
            "is": "any_of",
            "table": "events",
            "reason": "x",
            "where": {"any": [code, condition]},
        }
    ]
    [reason] = refused(place, asked, AGED)
    assert (reason.code, reason.params) == ("derived-tells", {"field": "subjects.THAT_DAY"})
    condition["value"] = ["stage 3"]
    override = policy.read({"policy": "x", "edition": "1", "fields": OTHERS | AGED})
    folders = {("small", "2026.1"): place.folder}
    given = gather.Given(specification.parse(asked), folders, {policy.ALL: override})
    assert gather.terms_of(given).hash
