"""A specification held against a holding: what cannot be given is refused, with its place."""

import pytest

from muniment.dataplane.spec import check, countable, holding, specification
from tests.dataplane import tables

COHORT = "/parts/0/cohort"


def small(**settings: object) -> holding.Holding:
    shape = tables.descriptor()
    shape["muniment"] |= settings
    return holding.parse(shape)


def found(source: holding.Holding | None = None, **asked: object) -> list[tuple[str, str]]:
    source = source or small()
    read = specification.parse(tables.specification(**asked))
    return [(f.path, f.code) for f in check.against(read, {source.key: source})]


def compared(variable: str, op: str, *value: object) -> dict:
    node = {"variable": variable, "is": op}
    return node | {"value": value[0]} if value else node


def test_a_good_specification_has_no_faults() -> None:
    cohort = {
        "all": [
            compared("AGE", "between", [18, 64]),
            compared("BMI", "less_than", "30.5"),
            compared("START", "at_least", "2012-06-01"),
            compared("CONSENTED", "equals", "true"),
            compared("STATE", "in", ["CA", "NY"]),
            {"exists": {"table": "events", "where": compared("GRADE", "more_than", 2)}},
            {"exists": {"table": "events", "where": None}},
        ]
    }
    assert (
        found(cohort=cohort, variables={"subjects": ["USUBJID", "AGE"], "events": ["TERM"]}) == []
    )
    assert found(level="aggregate", group_by=["SEX", "AGE", "CONSENTED"], variables={}) == []


def test_an_unknown_holding_or_edition_is_refused() -> None:
    assert found(holding="nothing") == [("/parts/0/holding", "unknown-holding")]
    assert found(edition="1999") == [("/parts/0/edition", "unknown-edition")]


def test_an_unknown_edition_names_those_there_are() -> None:
    read = specification.parse(tables.specification(edition="1999"))
    [fault] = check.against(read, {("small", "2026.1"): small()})
    assert "2026.1" in fault.message


def test_unknown_tables_and_variables_are_refused_with_a_hint() -> None:
    path = "/parts/0/tables/0"
    assert found(variables={"subject": ["AGE"]}) == [(f"{path}/name", "unknown-table")]
    unknown = [(f"{path}/variables/0/name", "unknown-variable")]
    assert found(variables={"subjects": ["age"]}) == unknown
    read = specification.parse(tables.specification(variables={"subjects": ["age"]}))
    [fault] = check.against(read, {("small", "2026.1"): small()})
    assert fault.message.endswith("Did you mean AGE?")


def test_a_variable_without_a_class_can_neither_leave_nor_be_asked_about() -> None:
    shape = tables.descriptor()
    del shape["resources"][0]["schema"]["fields"][3]["muniment"]["class"]
    source = holding.parse(shape)
    assert found(source, variables={"subjects": ["AGE"]}, cohort=compared("AGE", "missing")) == [
        ("/parts/0/tables/0/variables/0/name", "no-class"),
        (f"{COHORT}/variable", "no-class"),
    ]


def test_direct_identifiers_leave_as_pseudonyms_or_not_at_all() -> None:
    refused = [("/parts/0/tables/0/variables/0/name", "direct-identifier")]
    assert found(variables={"subjects": ["NAME"]}) == refused
    assert found(variables={"subjects": ["USUBJID"]}) == []
    assert found(variables={"subjects": ["USUBJID"]}, level="aggregate") == refused


def test_record_level_of_an_aggregate_only_holding_is_refused() -> None:
    source = small(level="aggregate")
    assert found(source) == [("/parts/0/level", "aggregate-only")]
    assert found(source, level="aggregate", group_by=["SEX"]) == []


@pytest.mark.parametrize(
    ("node", "place", "code"),
    [
        (compared("SEX", "more_than", "F"), "/is", "impossible-comparison"),
        (compared("CONSENTED", "between", ["0", "1"]), "/is", "impossible-comparison"),
        (compared("AGE", "at_least", "old"), "/value", "impossible-comparison"),
        (compared("AGE", "in", [1, "x"]), "/value", "impossible-comparison"),
        (compared("SEX", "equals", 1), "/value", "impossible-comparison"),
        (compared("START", "less_than", "2012-02-30"), "/value", "impossible-comparison"),
        (compared("START", "less_than", 2012), "/value", "impossible-comparison"),
        (compared("CONSENTED", "equals", "perhaps"), "/value", "impossible-comparison"),
        (compared("SEX", "equals", "female"), "/value", "unknown-code"),
        (compared("AGE", "between", [64, 18]), "/value", "empty-range"),
        (compared("AGES", "missing"), "/variable", "unknown-variable"),
        (compared("USUBJID", "equals", "S-1"), "/variable", "identifier-like"),
        (compared("NAME", "present"), "/variable", "identifier-like"),
        ({"exists": {"table": "event", "where": None}}, "/exists/table", "unknown-table"),
        ({"exists": {"table": "subjects", "where": None}}, "/exists/table", "unrelated-table"),
        ({"exists": {"table": "events", "where": compared("EVENTID", "present")}},
         "/exists/where/variable", "identifier-like"),
        ({"exists": {"table": "events", "where": compared("AGE", "present")}},
         "/exists/where/variable", "unknown-variable"),
    ],
)  # fmt: skip
def test_an_impossible_condition_is_refused(node: dict, place: str, code: str) -> None:
    assert found(cohort=node) == [(COHORT + place, code)]


def test_an_identifier_like_variable_is_refused_in_a_cohort_and_as_a_group() -> None:
    shape = tables.descriptor()
    shape["resources"][0]["schema"]["fields"][5]["muniment"]["identifier_like"] = True
    source = holding.parse(shape)
    cohort = compared("STATE", "equals", "CA")
    assert found(source, cohort=cohort, level="aggregate", group_by=["STATE"]) == [
        (f"{COHORT}/variable", "identifier-like"),
        ("/parts/0/group_by/0", "identifier-like"),
    ]


def test_groups_need_declared_values() -> None:
    asked = {"level": "aggregate", "variables": {}}
    assert found(group_by=["BMI"], **asked) == [("/parts/0/group_by/0", "no-declared-groups")]
    assert found(group_by=["TERM"], **asked) == [("/parts/0/group_by/0", "unknown-variable")]


def test_a_table_that_nothing_relates_is_refused() -> None:
    shape = tables.descriptor()
    del shape["resources"][1]["schema"]["foreignKeys"]
    del shape["resources"][1]["muniment"]["person_key"]
    source = holding.parse(shape)
    node = {"exists": {"table": "events", "where": None}}
    assert found(source, cohort=node, variables={"events": ["TERM"]}) == [
        ("/parts/0/tables/0/name", "unrelated-table"),
        (f"{COHORT}/exists/table", "unrelated-table"),
    ]


def test_every_part_is_checked() -> None:
    shape = tables.specification(variables={"subjects": ["NO"]})
    shape["parts"].append({**shape["parts"][0], "id": "p2"})
    read = specification.parse(shape)
    source = small()
    paths = [fault.path for fault in check.against(read, {source.key: source})]
    assert paths == [f"/parts/{part}/tables/0/variables/0/name" for part in (0, 1)]


def uncountable(node: dict | None, source: holding.Holding | None = None) -> list[tuple[str, str]]:
    part = specification.parse(tables.specification(cohort=node)).parts[0]
    return [(f.path, f.code) for f in countable.faults(part, source or small(), path="/parts/0")]


@pytest.mark.parametrize(
    "node",
    [
        compared("AGE", "at_least", 65),
        compared("AGE", "less_than", 65),
        compared("AGE", "at_most", 64),
        compared("AGE", "more_than", 64),
        compared("AGE", "between", [40, 74]),
        compared("AGE", "missing"),
        compared("BMI", "missing"),
        compared("NOTE", "present"),
        compared("STATE", "equals", "CA"),
        {"exists": {"table": "events", "where": compared("GRADE", "equals", 3)}},
        {"exists": {"table": "events", "where": None}},
    ],
)
def test_comparisons_on_band_edges_can_be_counted(node: dict) -> None:
    assert uncountable(node) == []


@pytest.mark.parametrize(
    "node",
    [
        compared("AGE", "at_least", 66),
        compared("AGE", "at_least", 64),
        compared("AGE", "at_most", 65),
        compared("AGE", "less_than", 30),
        compared("AGE", "between", [40, 73]),
        compared("AGE", "between", [41, 74]),
        compared("AGE", "equals", 65),
        compared("AGE", "not_equals", 65),
        compared("AGE", "in", [18, 39]),
    ],
)
def test_comparisons_off_the_bands_are_refused(node: dict) -> None:
    assert uncountable({"not": node}) == [(f"{COHORT}/not/value", "off-band")]


def test_the_refusal_of_a_cut_names_the_bands() -> None:
    part = specification.parse(tables.specification(cohort=compared("AGE", "equals", 70))).parts[0]
    [fault] = countable.faults(part, small())
    assert "18 to 39, 40 to 64, 65 to 74, 75 and over" in fault.message


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (compared("BMI", "more_than", "21.7"), "no-bands"),
        (compared("START", "equals", "2012-06-01"), "no-bands"),
        (compared("NOTE", "equals", "seen twice"), "free-text"),
    ],
)
def test_what_could_single_someone_out_is_not_counted(node: dict, code: str) -> None:
    assert uncountable({"any": [node]}) == [(f"{COHORT}/any/0/variable", code)]


def test_a_year_is_a_band_of_its_own() -> None:
    shape = tables.descriptor()
    shape["resources"][0]["schema"]["fields"][7].update(type="year")
    for resource in shape["resources"]:
        for field in resource["schema"]["fields"]:
            field["muniment"]["release"] = {"method": "drop"}
    assert uncountable(compared("START", "at_least", 2012), holding.parse(shape)) == []


def test_bands_hold_inside_related_tables() -> None:
    shape = tables.descriptor()
    grade = shape["resources"][1]["schema"]["fields"][4]
    del grade["constraints"]
    grade["muniment"]["banded"] = [[1, 1], [2, 3], *[[n, n] for n in range(4, 20)]]
    source = holding.parse(shape)
    node = {"exists": {"table": "events", "where": compared("GRADE", "equals", 2)}}
    assert uncountable(node, source) == [(f"{COHORT}/exists/where/value", "off-band")]
    node["exists"]["where"] = compared("GRADE", "in", [1, 4])
    assert uncountable(node, source) == []
    node["exists"]["table"] = "nothing"
    assert uncountable(node, source) == []


def test_a_described_holding_has_no_live_counts() -> None:
    assert uncountable(None, small(kind="described")) == [("/parts/0", "no-live-counts")]


def test_everyone_can_be_counted() -> None:
    assert uncountable(None) == []
