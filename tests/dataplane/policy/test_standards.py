"""Standards as files: what meets Safe Harbor builds, what does not names the field and the rule."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from muniment.dataplane import policy, refusals
from muniment.dataplane.policy import standards
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.fields import Method
from tests.dataplane import tables
from tests.dataplane.extract import builds

SAFE = {
    "subjects.USUBJID": {"method": "random_code"},
    "subjects.START": {"method": "year"},
    "events.USUBJID": {"method": "random_code"},
    "events.ONSET": {"method": "days_from", "anchor": "subjects.START"},
}
KINDS = {
    "subjects.NAME": "name",
    "subjects.SEX": "none",
    "subjects.AGE": "age",
    "subjects.STATE": "state",
    "subjects.NOTE": "text",
    "events.TERM": "none",
}
ASKED = builds.WHOLE

NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv",
            "xv", "xvi")  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> builds.Bench:
    return builds.Bench.at(tmp_path)


def override(standard: str = "safe-harbor", **more: object) -> dict[str, object]:
    document = {"policy": "safe", "edition": "1", "standard": standard, "kinds": KINDS}
    return {**document, "fields": SAFE, **more}


def reasons(place: builds.Bench, document: dict[str, object]) -> dict[str, str]:
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(variables=ASKED), override=document)
    return {str(each.params["field"]): each.code for each in refused.value.refusals}


def test_the_three_standards_are_shipped_and_name_only_our_methods() -> None:
    assert list(standards.shipped()) == ["limited-data-set", "programme", "safe-harbor"]
    for standard in standards.shipped().values():
        for kind in standard.kinds.values():
            assert set(kind.methods) <= {method.value for method in Method}


def test_safe_harbor_has_all_eighteen_identifiers_and_neither_shifts_nor_keyed_codes() -> None:
    kinds = standards.shipped()["safe-harbor"].kinds
    letters = {kind.rule.removeprefix("(b)(2)(i)")[1:2] for kind in kinds.values()}
    assert letters >= set("ABCDEFGHIJKLMNOPQR")
    used = {method for kind in kinds.values() for method in kind.methods}
    assert not used & {"weekly_shift", "pseudonym"}


def test_the_limited_data_set_has_its_sixteen_identifiers() -> None:
    rules = {kind.rule for kind in standards.shipped()["limited-data-set"].kinds.values()}
    assert {f"(e)(2)({numeral})" for numeral in NUMERALS} <= rules


def test_a_policy_that_meets_safe_harbor_builds_and_the_terms_say_which(
    place: builds.Bench,
) -> None:
    built = place.build(tables.specification(variables=ASKED), override=override())
    assert set(builds.rows(built, "subjects")[0]) == {
        "USUBJID", "SEX", "AGE", "BMI", "STATE", "CONSENTED", "START",
    }  # fmt: skip
    paper = place.approved(tables.specification(variables=ASKED), override=override())
    said = paper.terms.document()["method_policy"]["small@2026.1"]["standard"]
    assert said == standards.shipped()["safe-harbor"].document()


UNMET = [
    ("subjects.USUBJID", {"method": "pseudonym"}, "standard-unmet"),
    ("subjects.START", {"method": "weekly_shift"}, "standard-unmet"),
    ("subjects.START", {"method": "keep"}, "standard-unmet"),
    ("subjects.AGE", {"method": "keep"}, "standard-unmet"),
    ("subjects.AGE", {"method": "bands", "edges": [50, 95], "of": "age"}, "standard-unmet"),
    ("subjects.AGE", {"method": "bands", "edges": [50, 90]}, "standard-unmet"),
]


@pytest.mark.parametrize(("where", "rule", "code"), UNMET)
def test_a_rule_that_is_unmet_stops_the_build_with_its_field(
    place: builds.Bench, where: str, rule: dict[str, object], code: str
) -> None:
    assert reasons(place, override(fields=SAFE | {where: rule}))[where] == code


def test_bands_of_ages_up_to_90_meet_safe_harbor(place: builds.Bench) -> None:
    rule = {"method": "bands", "edges": [50, 90], "of": "age"}
    document = override(fields=SAFE | {"subjects.AGE": rule})
    assert place.build(tables.specification(variables=ASKED), override=document)


def zip3(*censuses: str) -> dict[str, object]:
    """STATE taken for a ZIP code, by the areas of these censuses."""
    rule = {"method": "zip3", "tables": list(censuses)}
    kinds = KINDS | {"subjects.STATE": "zip"}
    return override(fields=SAFE | {"subjects.STATE": rule}, kinds=kinds)


def test_zip_codes_need_all_three_censuses(place: builds.Bench) -> None:
    assert reasons(place, zip3("2020")) == {"subjects.STATE": "standard-unmet"}
    whole = zip3("2000", "2010", "2020")
    assert place.build(tables.specification(variables=ASKED), override=whole)


def test_the_refusal_names_the_rule_and_what_would_meet_it(place: builds.Bench) -> None:
    with pytest.raises(refusals.Refused) as refused:
        place.build(
            tables.specification(variables={"subjects": ["STATE"]}),
            override=override(kinds=KINDS | {"subjects.STATE": "zip"}),
        )
    assert str(refused.value) == (
        "subjects.STATE uses rare_merge, but Safe Harbor (b)(2)(i)(B) asks of ZIP codes: "
        "drop, zip3 (tables with 2000, 2010, 2020)."
    )


def test_fields_of_no_stated_kind_and_kinds_against_the_type_stop_the_build(
    place: builds.Bench,
) -> None:
    kinds = {**KINDS, "subjects.START": "none", "subjects.USUBJID": "name"}
    del kinds["subjects.SEX"]
    found = reasons(place, override(kinds=kinds | {"subjects.STATE": "galaxy"}))
    assert found == {
        "subjects.SEX": "no-kind",
        "subjects.START": "wrong-kind",
        "subjects.USUBJID": "wrong-kind",
        "subjects.STATE": "no-kind",
    }


def test_a_kind_of_a_field_that_no_holding_has_is_refused(place: builds.Bench) -> None:
    kinds = KINDS | {"subjects.NEVER": "name"}
    assert reasons(place, override(kinds=kinds)) == {"subjects.NEVER": "unknown-variable"}


def test_a_limited_data_set_may_keep_dates(place: builds.Bench) -> None:
    fields = {"subjects.START": {"method": "keep"}}
    document = override("limited-data-set", fields=fields)
    built = place.build(tables.specification(variables=ASKED), override=document)
    [part] = built.manifest["parts"]
    assert {"table": "subjects", "variable": "START", "method": "keep"} in part["methods"]


@pytest.mark.parametrize("fields", [{}, {"events.ONSET": {"method": "weekly_shift"}}])
def test_no_package_with_shifted_dates_is_called_safe_harbor(
    place: builds.Bench, fields: dict[str, object]
) -> None:
    document = {"policy": "safe-harbor-like", "edition": "1", "fields": fields}
    built = place.build(tables.specification(variables=builds.WHOLE), override=document)
    for name, data in builds.everything(built).items():
        assert b"safe harbor" not in data.lower(), name


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"standard": "best-effort"}, "/standard"),
        ({"standard": 7}, "/standard"),
        ({"kinds": []}, "/kinds"),
        ({"kinds": {"a.b": 1}}, "/kinds/a.b"),
    ],
)
def test_a_policy_with_a_standard_that_cannot_be_read_names_the_place(
    more: dict[str, object], path: str
) -> None:
    with pytest.raises(faults.Faulty) as faulty:
        policy.read(override(**more))
    assert faulty.value.faults[0].path == path


def test_a_file_that_is_no_standard_is_refused_by_its_schema() -> None:
    folder = resources.files("muniment.dataplane.policies")
    document = json.loads(folder.joinpath("safe-harbor.json").read_bytes())
    assert standards.parse(document) == standards.shipped()["safe-harbor"]
    document["kinds"]["name"]["methods"]["wish"] = {}
    with pytest.raises(jsonschema.ValidationError):
        standards.parse(document)


def test_groups_of_an_aggregate_are_not_held_to_a_standard_of_rows(place: builds.Bench) -> None:
    asked = tables.specification(level="aggregate", group_by=["SEX"], variables={})
    document = {"policy": "s", "edition": "1", "standard": "safe-harbor", "fields": {}}
    assert builds.rows(place.build(asked, override=document), "counts")
