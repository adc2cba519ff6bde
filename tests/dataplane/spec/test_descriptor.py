"""The descriptor: read into a holding, or refused with the place of every fault."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from muniment.dataplane.spec import descriptor, faults, fields, holding
from tests.dataplane import tables
from tests.dataplane.spec import strategies

PACKAGE = ["muniment"]
SUBJECTS = ["resources", 0]
AGE = ["resources", 0, "schema", "fields", 3]
EVENTS = ["resources", 1]


def codes_of(data: object) -> set[tuple[str, str]]:
    with pytest.raises(faults.Faulty) as caught:
        holding.parse(data)
    return {(fault.path, fault.code) for fault in caught.value.faults}


def with_change(place: list[str | int], value: object) -> dict:
    """A good descriptor with one member set."""
    shape = tables.descriptor()
    target: object = shape
    for step in place[:-1]:
        target = target[step]  # type: ignore[index]
    target[place[-1]] = value  # type: ignore[index]
    return shape


def test_a_good_descriptor_becomes_a_holding() -> None:
    read = holding.parse(json.dumps(tables.descriptor()))
    assert read.key == ("small", "2026.1")
    assert read.base.name == "subjects"
    assert read.unit_key == "USUBJID"
    assert read.duo == holding.Duo("DUO:0000042", ())
    assert (read.threshold, read.noise_sigma, read.rounding, read.k) == (11, 10, 5, 11)
    age = read.base.get_field("AGE")
    assert age.sensitivity is fields.Sensitivity.QUASI
    assert [band.label for band in age.bands] == [
        "18 to 39", "40 to 64", "65 to 74", "75 and over",
    ]  # fmt: skip
    onset = read.get_table("events").get_field("ONSET")
    assert onset.release is not None
    assert dict(onset.release.params) == {"anchor": "subjects.START"}


def test_protection_has_defaults_where_a_descriptor_is_silent() -> None:
    shape = tables.descriptor()
    for name in ("threshold", "noise_sigma", "rounding", "minimum_size", "k", "level", "kind"):
        del shape["muniment"][name]
    del shape["muniment"]["years"], shape["muniment"]["duo"], shape["title"]
    read = holding.parse(shape)
    assert (read.threshold, read.noise_sigma, read.rounding) == (11, 10, 5)
    assert (read.minimum_size, read.k) == (100, 11)
    assert (read.level, read.kind, read.title) == ("record", "loaded", "small")
    assert read.years is None
    assert read.duo == holding.Duo(None, ())


def test_floats_may_stand_in_the_standards_own_members() -> None:
    shape = with_change([*SUBJECTS, "schema", "fields", 4, "constraints"], {"maximum": 99.5})
    assert holding.parse(json.dumps(shape)).base.get_field("BMI").type == "number"


@pytest.mark.parametrize(
    ("place", "value", "path", "code"),
    [
        (["$schema"], "https://example.org/", "/$schema", "wrong-form"),
        (["resources"], [], "/resources", "wrong-length"),
        (["resources", 0], 7, "/resources/0", "wrong-type"),
        (["title"], "", "/title", "empty"),
        ([*PACKAGE], [], "/muniment", "wrong-type"),
        ([*PACKAGE, "descriptor"], 2, "/muniment/descriptor", "unknown-version"),
        ([*PACKAGE, "descriptor"], True, "/muniment/descriptor", "unknown-version"),
        ([*PACKAGE, "surplus"], 2, "/muniment", "unknown-member"),
        ([*PACKAGE, "unit"], "Person", "/muniment/unit", "wrong-form"),
        ([*PACKAGE, "base_table"], "nothing", "/muniment/base_table", "unknown-table"),
        ([*PACKAGE, "years"], [2015, 2012], "/muniment/years", "wrong-order"),
        ([*PACKAGE, "years"], [2015, "x"], "/muniment/years", "wrong-type"),
        ([*PACKAGE, "threshold"], 1, "/muniment/threshold", "out-of-range"),
        ([*PACKAGE, "threshold"], True, "/muniment/threshold", "wrong-type"),
        ([*PACKAGE, "noise_sigma"], 0, "/muniment/noise_sigma", "out-of-range"),
        ([*PACKAGE, "noise_sigma"], 1.5, "/muniment/noise_sigma", "float"),
        ([*PACKAGE, "kind"], "dreamt", "/muniment/kind", "unknown-word"),
        ([*PACKAGE, "synthetic"], "no", "/muniment/synthetic", "wrong-type"),
        ([*PACKAGE, "duo"], {"permission": "GRU"}, "/muniment/duo/permission", "wrong-form"),
        ([*PACKAGE, "duo"], {"modifiers": [1]}, "/muniment/duo/modifiers", "wrong-type"),
        ([*PACKAGE, "embargo"], {"table": "x", "field": "y"}, "/muniment/embargo/table",
         "unknown-table"),
        ([*PACKAGE, "embargo"], {"table": "events", "field": "TERM"}, "/muniment/embargo/field",
         "unknown-variable"),
        ([*PACKAGE, "embargo"], {"table": "events"}, "/muniment/embargo", "missing-member"),
        ([*SUBJECTS, "name"], "", "/resources/0/name", "empty"),
        ([*SUBJECTS, "name"], "EVENTS", "/resources", "duplicate"),
        ([*SUBJECTS, "title"], 3, "/resources/0/title", "wrong-type"),
        ([*SUBJECTS, "format"], "xlsx", "/resources/0/format", "unknown-word"),
        ([*SUBJECTS, "path"], "events.csv", "/resources", "duplicate"),
        ([*SUBJECTS, "path"], ["a.csv"], "/resources/0/path", "unsupported"),
        ([*SUBJECTS, "path"], 3, "/resources/0/path", "wrong-type"),
        ([*SUBJECTS, "path"], "../a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "./a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "x//a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "/etc/a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "~/a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "c:\\a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "c:a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "https://x/a.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "*.csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "path"], "a[0-9].csv", "/resources/0/path", "unsafe-path"),
        ([*SUBJECTS, "dialect"], {"delimiter": ";"}, "/resources/0/dialect", "unsupported"),
        ([*SUBJECTS, "encoding"], "cp1252", "/resources/0/encoding", "unsupported"),
        ([*SUBJECTS, "muniment"], {}, "/resources/0/muniment", "missing-member"),
        ([*SUBJECTS, "muniment", "person_key"], "ID", "/resources/0/muniment/person_key",
         "unknown-variable"),
        ([*SUBJECTS, "schema"], None, "/resources/0/schema", "wrong-type"),
        ([*SUBJECTS, "schema", "primaryKey"], ["NO"], "/resources/0/schema/primaryKey",
         "unknown-variable"),
        ([*SUBJECTS, "schema", "primaryKey"], 3, "/resources/0/schema/primaryKey", "wrong-type"),
        ([*SUBJECTS, "schema", "missingValues"], [3], "/resources/0/schema/missingValues",
         "wrong-type"),
        ([*SUBJECTS, "schema", "fields"], [], "/resources/0/schema/fields", "wrong-length"),
        ([*AGE], 3, "/resources/0/schema/fields/3", "wrong-type"),
        ([*AGE, "name"], "sex", "/resources/0/schema/fields", "duplicate"),
        ([*AGE, "type"], "any", "/resources/0/schema/fields/3/type", "unknown-word"),
        ([*AGE, "format"], "%d", "/resources/0/schema/fields/3/format", "unsupported"),
        ([*AGE, "constraints"], [], "/resources/0/schema/fields/3/constraints", "wrong-type"),
        ([*AGE, "categories"], [None], "/resources/0/schema/fields/3/categories", "wrong-type"),
        ([*AGE, "trueValues"], [1], "/resources/0/schema/fields/3/trueValues/0", "wrong-type"),
        ([*AGE, "description"], 1, "/resources/0/schema/fields/3/description", "wrong-type"),
        ([*AGE, "muniment"], 1, "/resources/0/schema/fields/3/muniment", "wrong-type"),
        ([*EVENTS, "schema", "foreignKeys"], [{}], "/resources/1/schema/foreignKeys/0",
         "missing-member"),
        ([*EVENTS, "schema", "foreignKeys", 0, "fields"], ["USUBJID", "TERM"],
         "/resources/1/schema/foreignKeys/0", "wrong-length"),
        ([*EVENTS, "schema", "foreignKeys", 0, "fields"], "NO",
         "/resources/1/schema/foreignKeys/0/fields", "unknown-variable"),
        ([*EVENTS, "schema", "foreignKeys", 0, "reference", "fields"], "NO",
         "/resources/1/schema/foreignKeys/0/reference", "unknown-variable"),
        ([*EVENTS, "schema", "foreignKeys", 0, "reference", "resource"], "NO",
         "/resources/1/schema/foreignKeys/0/reference", "unknown-table"),
        ([*EVENTS, "schema", "foreignKeys", 0, "reference", "resource"], 3,
         "/resources/1/schema/foreignKeys/0/reference", "wrong-type"),
    ],
)  # fmt: skip
def test_a_bad_member_is_named_by_its_place(
    place: list[str | int], value: object, path: str, code: str
) -> None:
    assert (path, code) in codes_of(with_change(place, value))


@pytest.mark.parametrize(
    ("ours", "path", "code"),
    [
        ({"class": "secret"}, "/class", "unknown-word"),
        ({"surplus": 1}, "", "unknown-member"),
        ({"identifier_like": 1}, "/identifier_like", "wrong-type"),
        ({"release": "keep"}, "/release", "wrong-type"),
        ({"release": {"method": "shred"}}, "/release/method", "unknown-word"),
        ({"release": {"method": "keep", "edges": [1]}}, "/release", "unknown-member"),
        ({"release": {"method": "bands"}}, "/release", "missing-member"),
        ({"release": {"method": "bands", "edges": []}}, "/release/edges", "wrong-length"),
        ({"release": {"method": "bands", "edges": [5, 5]}}, "/release/edges", "wrong-order"),
        ({"release": {"method": "bands", "edges": ["5"]}}, "/release/edges/0", "wrong-type"),
        ({"release": {"method": "zip3", "tables": [2000]}}, "/release/tables/0", "wrong-type"),
        ({"release": {"method": "rare_merge", "minimum": 1, "into": "x"}}, "/release/minimum",
         "out-of-range"),
        ({"release": {"method": "rare_merge", "minimum": 11, "into": ""}}, "/release/into",
         "empty"),
        ({"release": {"method": "days_from", "anchor": "events.TERM"}}, "/release/anchor",
         "unknown-variable"),
        ({"class": "direct", "release": {"method": "keep"}}, "/release", "direct-identifier"),
        ({"banded": [[18]]}, "/banded/0", "wrong-length"),
        ({"banded": [18]}, "/banded/0", "wrong-type"),
        ({"banded": [["x", 20]]}, "/banded/0", "wrong-type"),
        ({"banded": [[True, 20]]}, "/banded/0", "wrong-type"),
        ({"banded": [[20, 18]]}, "/banded/0", "wrong-order"),
        ({"banded": [[0, 20], [20, 30]]}, "/banded/1", "wrong-order"),
        ({"banded": [[0, None], [20, 30]]}, "/banded/0", "wrong-order"),
        ({"banded": [[0, 10], [None, 30]]}, "/banded/1", "wrong-order"),
    ],
)  # fmt: skip
def test_a_bad_rule_of_a_column_is_named_by_its_place(ours: dict, path: str, code: str) -> None:
    place = "/resources/0/schema/fields/3/muniment"
    assert (place + path, code) in codes_of(with_change([*AGE, "muniment"], ours))


def test_a_column_without_order_has_no_bands() -> None:
    place = [*SUBJECTS, "schema", "fields", 2, "muniment", "banded"]
    found = codes_of(with_change(place, [["A", "F"]]))
    assert found == {("/resources/0/schema/fields/2/muniment/banded", "wrong-type")}


def test_bands_may_be_open_at_both_ends_and_single() -> None:
    shape = with_change([*AGE, "muniment", "banded"], [[None, 17], [18, 18], [19, None]])
    bands = holding.parse(shape).base.get_field("AGE").bands
    assert [band.label for band in bands] == ["up to 17", "18", "19 and over"]


def test_a_base_table_needs_a_key_for_its_unit() -> None:
    shape = tables.descriptor()
    del shape["resources"][0]["muniment"]["person_key"]
    assert holding.parse(shape).unit_key == "USUBJID"
    shape["resources"][0]["schema"]["primaryKey"] = ["USUBJID", "START"]
    assert ("/muniment/base_table", "no-unit-key") in codes_of(shape)


def test_a_described_holding_may_have_no_files() -> None:
    shape = tables.descriptor()
    shape["muniment"]["kind"] = "described"
    del shape["resources"][0]["path"]
    read = holding.parse(shape)
    assert read.kind is holding.Kind.DESCRIBED
    assert read.base.path is None
    shape["muniment"]["kind"] = "loaded"
    assert ("/resources/0", "missing-member") in codes_of(shape)


def test_missing_values_and_codes_come_in_the_forms_of_the_standard() -> None:
    shape = tables.descriptor()
    schema = shape["resources"][0]["schema"]
    schema["missingValues"] = [{"value": "NA", "label": "not asked"}, "-99"]
    schema["fields"][3]["categories"] = [{"value": 1, "label": "one"}, 2, True, False]
    schema["fields"][6]["trueValues"] = ["Y"]
    read = holding.parse(shape).base
    assert read.missing_values == ("NA", "-99")
    assert read.get_field("AGE").codes == ("1", "2", "true", "false")
    assert read.get_field("CONSENTED").true_values == ("Y",)


def test_tables_are_joined_by_key_in_either_direction_or_by_person() -> None:
    shape = tables.descriptor()
    read = holding.parse(shape)
    assert read.find_join(read.base) is None
    assert read.find_join(read.get_table("events")) == (("USUBJID", "USUBJID"),)
    key = shape["resources"][1]["schema"].pop("foreignKeys")[0]
    read = holding.parse(shape)
    assert read.find_join(read.get_table("events")) == (("USUBJID", "USUBJID"),)
    key["reference"] = {"resource": "events", "fields": ["EVENTID"]}
    key["fields"] = ["STATE"]
    shape["resources"][0]["schema"]["foreignKeys"] = [key]
    read = holding.parse(shape)
    assert read.find_join(read.get_table("events")) == (("STATE", "EVENTID"),)
    key["reference"] = {"resource": "subjects", "fields": ["STATE"]}
    shape["resources"][1]["schema"]["foreignKeys"] = [
        {"fields": ["TERM"], "reference": {"resource": "", "fields": ["TERM"]}}
    ]
    read = holding.parse(shape)
    assert read.find_join(read.get_table("events")) == (("USUBJID", "USUBJID"),)
    del shape["resources"][1]["muniment"]["person_key"]
    read = holding.parse(shape)
    assert read.find_join(read.get_table("events")) is None


def test_an_empty_reference_means_the_same_table() -> None:
    key = {"fields": ["STATE"], "reference": {"resource": "", "fields": ["STATE"]}}
    shape = with_change([*SUBJECTS, "schema", "foreignKeys"], [key])
    assert holding.parse(shape).base.foreign_keys[0].table == "subjects"


def test_names_that_are_not_there_are_found_as_none_or_raise() -> None:
    read = holding.parse(tables.descriptor())
    assert read.find_table("x") is None
    assert read.base.find_field("x") is None
    with pytest.raises(KeyError):
        read.get_table("x")
    with pytest.raises(KeyError):
        read.base.get_field("x")


def test_a_descriptor_is_loaded_from_its_folder(tmp_path: Path) -> None:
    tables.small_holding(tmp_path / "h", persons=3)
    assert holding.load(tmp_path / "h").key == ("small", "2026.1")
    with pytest.raises(faults.Faulty, match=r"datapackage\.json cannot be read"):
        holding.load(tmp_path)


def test_a_survey_gives_faults_and_as_much_as_could_be_read() -> None:
    shape = with_change([*AGE, "muniment", "release"], {"method": "shred"})
    read, found = descriptor.survey(shape)
    assert [fault.code for fault in found] == ["unknown-word"]
    assert read is not None
    assert read.base.get_field("AGE").release is None


@given(strategies.any_json)
def test_any_json_value_is_refused_with_reasons(value: object) -> None:
    assert codes_of(value)


@given(strategies.bent(strategies.st.builds(tables.descriptor)))
def test_a_bent_descriptor_is_read_or_refused_with_reasons(shape: dict) -> None:
    lengths = []
    try:
        holding.parse(shape)
    except faults.Faulty as faulty:
        lengths = [len(fault.message) for fault in faulty.faults]
    assert all(0 < length < 400 for length in lengths)
