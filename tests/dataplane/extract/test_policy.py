"""Method policies: read with every fault named, never loosening a direct identifier."""

import json
from pathlib import Path

import pytest

from muniment.dataplane import policy, refusals
from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane import tables
from tests.dataplane.extract import builds


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def refused(
    place: builds.Bench, variables: dict[str, list[str]], fields: dict[str, object] | None = None
) -> set[str]:
    override = fields and {"policy": "x", "edition": "1", "fields": fields}
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(variables=variables), override=override)
    assert all(str(each).endswith(".") for each in refused.value.refusals)
    return {each.code for each in refused.value.refusals}


@pytest.mark.parametrize("method", ["keep", "rare_merge", "zip3", "free_text"])
def test_a_direct_identifier_is_dropped_or_a_pseudonym(place: builds.Bench, method: str) -> None:
    params = {"rare_merge": {"minimum": 2, "into": "x"}, "zip3": {"tables": ["2020"]}}
    rule = {"method": method, **params.get(method, {})}
    found = refused(place, {"subjects": ["USUBJID"]}, {"subjects.USUBJID": rule})
    assert found == {"direct-identifier"}


def bend(place: builds.Bench, table: int, field: int, ours: dict[str, object]) -> None:
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["resources"][table]["schema"]["fields"][field]["muniment"] = ours
    path.write_text(json.dumps(shape), encoding="utf-8")


def test_the_key_of_a_person_is_direct_whatever_its_class_says(place: builds.Bench) -> None:
    bend(place, 1, 1, {"class": "none", "release": {"method": "keep"}})
    assert refused(place, {"events": ["USUBJID"]}) == {"direct-identifier"}


def test_a_field_without_a_class_cannot_leave(place: builds.Bench) -> None:
    bend(place, 0, 4, {"release": {"method": "keep"}})
    assert refused(place, {"subjects": ["BMI"]}) == {"no-class"}


def test_a_field_without_a_method_cannot_leave_until_a_policy_gives_one(
    place: builds.Bench,
) -> None:
    bend(place, 0, 4, {"class": "sensitive"})
    assert refused(place, {"subjects": ["BMI"]}) == {"no-method"}
    override = {"policy": "x", "edition": "1", "fields": {"subjects.BMI": {"method": "keep"}}}
    asked = tables.specification(variables={"subjects": ["BMI"]})
    assert builds.rows(place.build(asked, override=override), "subjects")


@pytest.mark.parametrize(
    ("where", "rule", "code"),
    [
        ("subjects.AGE", {"method": "zip3", "tables": ["2020"]}, "wrong-type-for-method"),
        ("subjects.AGE", {"method": "weekly_shift"}, "wrong-type-for-method"),
        ("subjects.SEX", {"method": "top90"}, "wrong-type-for-method"),
        ("subjects.AGE", {"method": "days_from", "anchor": "START"}, "wrong-type-for-method"),
        # Each engine writes a double in its own way, so its code would hang on the engine.
        ("subjects.BMI", {"method": "pseudonym"}, "wrong-type-for-method"),
        ("subjects.BMI", {"method": "random_code"}, "wrong-type-for-method"),
        ("subjects.START", {"method": "days_from", "anchor": "NEVER"}, "unknown-anchor"),
        ("subjects.START", {"method": "days_from", "anchor": "subjects.AGE"}, "unknown-anchor"),
        ("subjects.STATE", {"method": "zip3", "tables": ["1790"]}, "unknown-reference-table"),
        ("subjects.NEVER", {"method": "drop"}, "unknown-variable"),
    ],
)
def test_a_method_that_does_not_fit_is_refused(
    place: builds.Bench, where: str, rule: dict[str, object], code: str
) -> None:
    asked = {"subjects": ["SEX", "AGE", "BMI", "STATE", "START"]}
    assert code in refused(place, asked, {where: rule})


@pytest.mark.parametrize("rule", [{"method": "year"}, {"method": "keep"}])
def test_no_true_year_leaves_beside_a_shifted_date(
    place: builds.Bench, rule: dict[str, object]
) -> None:
    asked = {"subjects": ["START"], "events": ["ONSET"]}
    assert refused(place, asked, {"events.ONSET": rule}) == {"year-beside-shift"}


def test_nor_in_another_part_of_the_same_holding(place: builds.Bench) -> None:
    document = tables.specification(variables={"subjects": ["START"]})
    second = tables.specification(variables={"events": ["ONSET"]})["parts"][0] | {"id": "p2"}
    document["parts"].append(second)
    override = {"policy": "x", "edition": "1", "fields": {"events.ONSET": {"method": "year"}}}
    with pytest.raises(refusals.Refused) as refused:
        place.build(document, override=override)
    assert refused.value.code == "year-beside-shift"


@pytest.mark.parametrize("linked", [True, False])
def test_nor_in_a_linked_part_of_another_holding(tmp_path: Path, linked: bool) -> None:
    sources = {}
    for name in ("small", "other"):
        loaded = holding.load(builds.Bench.at(tmp_path / name, holding=name).folder)
        sources[loaded.key] = loaded
    document = tables.specification(variables={"subjects": ["START"]})
    second = tables.specification(variables={"events": ["ONSET"]}, holding="other")
    document["parts"].append(second["parts"][0] | {"id": "p2"})
    if linked:
        document["links"] = [{"parts": ["p1", "p2"], "reason": "To follow people."}]
    asked = specification.parse(document)
    years = {"events.ONSET": {"method": "year"}}
    given = {policy.ALL: policy.read({"policy": "x", "edition": "1", "fields": years})}
    if not linked:
        chosen = policy.resolve(asked, sources, parts=asked.parts, overriding=given)
        assert set(chosen.holdings) == set(sources)
        return
    with pytest.raises(refusals.Refused) as refused:
        policy.resolve(asked, sources, parts=asked.parts, overriding=given)
    assert refused.value.code == "year-beside-shift"


def test_a_field_without_a_method_beside_a_shift_has_one_reason(place: builds.Bench) -> None:
    bend(place, 1, 5, {"class": "quasi"})
    assert refused(place, {"subjects": ["START"], "events": ["ONSET"]}) == {"no-method"}


def test_a_policy_does_not_stand_in_for_a_class(place: builds.Bench) -> None:
    """The check of the specification says so first; the policy would say so too."""
    bend(place, 0, 4, {"release": {"method": "keep"}})
    asked = specification.parse(tables.specification(variables={"subjects": ["BMI"]}))
    source = holding.load(place.folder)
    with pytest.raises(refusals.Refused) as found:
        policy.resolve(asked, {source.key: source}, parts=asked.parts, overriding={})
    assert found.value.code == "no-class"


def test_every_reason_is_named_once(place: builds.Bench) -> None:
    fields = {"subjects.USUBJID": {"method": "keep"}, "events.USUBJID": {"method": "keep"}}
    override = {"policy": "x", "edition": "1", "fields": fields}
    asked = tables.specification(variables={"subjects": ["USUBJID"], "events": ["USUBJID"]})
    asked["parts"].append(json.loads(json.dumps(asked["parts"][0])) | {"id": "p2"})
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, override=override)
    assert [each.params["field"] for each in refused.value.refusals] == list(fields)


def test_a_policy_may_be_for_one_holding_but_not_for_one_that_is_not_used(
    place: builds.Bench,
) -> None:
    override = {
        "policy": "x",
        "edition": "1",
        "holding": "small",
        "fields": {"subjects.SEX": {"method": "drop"}},
    }
    asked = tables.specification(variables={"subjects": ["SEX", "BMI"]})
    assert list(builds.rows(place.build(asked, override=override), "subjects")[0]) == ["BMI"]
    with pytest.raises(refusals.Refused) as refused:
        place.build(asked, override=override | {"holding": "other"})
    assert [each.code for each in refused.value.refusals] == ["unknown-holding"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], ""),
        ({"policy": "x", "edition": "1"}, ""),
        ({"policy": "X y", "edition": "1", "fields": {}}, "/policy"),
        ({"policy": "descriptor", "edition": "1", "fields": {}}, "/policy"),
        ({"policy": "x", "edition": "1", "fields": []}, "/fields"),
        ({"policy": "x", "edition": "1", "fields": {"a": {"method": "?"}}}, "/fields/a/method"),
        ({"policy": "x", "edition": "1", "fields": {}, "holding": "A B"}, "/holding"),
        ({"policy": "x", "edition": "1", "fields": {}, "more": 1}, ""),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_read_names_the_place(document: object, path: str) -> None:
    with pytest.raises(faults.Faulty) as faulty:
        policy.read(document)
    assert faulty.value.faults[0].path == path


def test_dates_of_a_table_about_nobody_cannot_be_shifted(tmp_path: Path) -> None:
    """A table that the base points at: many people share one of its rows."""
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shift = {"class": "quasi", "release": {"method": "weekly_shift"}}
    keep = {"class": "none", "release": {"method": "keep"}}
    shape["resources"].append(
        {
            "name": "states",
            "path": "states.csv",
            "schema": {
                "primaryKey": "STATE",
                "fields": [
                    {"name": "STATE", "type": "string", "muniment": keep},
                    {"name": "OPENED", "type": "date", "muniment": shift},
                ],
            },
            "muniment": {"unit": "state"},
        }
    )
    shape["resources"][0]["schema"]["foreignKeys"] = [
        {"fields": "STATE", "reference": {"resource": "states", "fields": "STATE"}}
    ]
    path.write_text(json.dumps(shape), encoding="utf-8")
    lines = "".join(f"{state},2012-01-0{n + 1}\n" for n, state in enumerate(tables.STATES))
    (place.folder / "states.csv").write_text("STATE,OPENED\n" + lines, encoding="utf-8")
    assert refused(place, {"states": ["OPENED"]}) == {"no-person"}
    anchored = {"events.ONSET": {"method": "days_from", "anchor": "states.OPENED"}}
    assert refused(place, {"events": ["ONSET"]}, anchored) == {"unknown-anchor"}
    rare = {"states.STATE": {"method": "rare_merge", "minimum": 2, "into": "Other"}}
    override = {"policy": "x", "edition": "1", "fields": rare}
    asked = tables.specification(variables={"subjects": ["SEX"], "states": ["STATE"]})
    built = place.build(asked, override=override)
    assert {row["STATE"] for row in builds.rows(built, "states")} == {"Other"}
    alone = place.build(tables.specification(variables={"states": ["STATE"]}))
    assert len(builds.rows(alone, "states")) == 4
