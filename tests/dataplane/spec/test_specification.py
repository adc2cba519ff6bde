"""The specification: read whole or refused whole, one hash for one meaning."""

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane.spec import cohort, faults, specification
from tests.dataplane import tables
from tests.dataplane.spec import strategies


def faults_of(data: object) -> list[faults.Fault]:
    with pytest.raises(faults.Faulty) as caught:
        specification.parse(data)
    assert caught.value.faults
    return list(caught.value.faults)


def codes_of(data: object) -> set[tuple[str, str]]:
    return {(fault.path, fault.code) for fault in faults_of(data)}


def shuffled(value: object) -> object:
    if isinstance(value, dict):
        return {name: shuffled(value[name]) for name in reversed(value)}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


@given(strategies.specifications())
def test_the_canonical_form_reads_back_as_the_same_specification(shape: dict) -> None:
    read = specification.parse(shape)
    again = specification.parse(read.canonical())
    assert again == read
    assert again.canonical() == read.canonical()


@given(strategies.specifications())
def test_the_order_of_members_changes_no_hash(shape: dict) -> None:
    read = specification.parse(shape)
    other = specification.parse(json.dumps(shuffled(shape)))
    assert other.hash == read.hash
    assert other.part_hashes == read.part_hashes


@given(strategies.specifications())
def test_hashes_are_sha256_over_rfc_8785_bytes(shape: dict) -> None:
    read = specification.parse(shape)
    assert read.hash == "sha256:" + hashlib.sha256(rfc8785.dumps(read.document())).hexdigest()
    assert list(read.part_hashes) == [part.id for part in read.parts]
    for part in read.parts:
        expected = hashlib.sha256(rfc8785.dumps(part.document())).hexdigest()
        assert read.part_hashes[part.id] == f"sha256:{expected}"


@given(strategies.specifications())
def test_every_specification_says_itself_in_one_line(shape: dict) -> None:
    read = specification.parse(shape)
    said = read.sentence()
    assert said.endswith(".")
    for part in read.parts:
        assert part.holding in said
        assert part.sentence() in said


@given(strategies.any_json)
def test_any_json_value_is_read_or_refused_with_reasons(value: object) -> None:
    assert faults_of(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_reasons(data: bytes) -> None:
    assert faults_of(data)


@given(strategies.bent(strategies.specifications()))
def test_a_bent_specification_is_read_or_refused_with_reasons(shape: dict) -> None:
    found = []
    try:
        specification.parse(shape)
    except faults.Faulty as faulty:
        found = [len(fault.message) for fault in faulty.faults]
    assert all(0 < length < 400 for length in found)


def test_left_out_members_hash_like_their_defaults() -> None:
    shape = tables.specification()
    brief = json.loads(json.dumps(shape))
    del brief["links"], brief["parts"][0]["cohort"]
    assert specification.parse(brief).hash == specification.parse(shape).hash


def test_a_changed_reason_changes_the_hash_of_its_part_only() -> None:
    shape = tables.specification()
    second = {**json.loads(json.dumps(shape["parts"][0])), "id": "p2"}
    shape["parts"].append(second)
    before = specification.parse(shape)
    second["tables"][0]["variables"][0]["reason"] = "Another."
    after = specification.parse(shape)
    assert after.hash != before.hash
    assert after.part_hashes["p1"] == before.part_hashes["p1"]
    assert after.part_hashes["p2"] != before.part_hashes["p2"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a": 1, "a": 2}', "duplicate-member"),
        (b'{"a": NaN}', "not-a-number"),
        (b'{"a": -Infinity}', "not-a-number"),
        (b'{"a": 1.0}', "float"),
        (b'{"a": 1e3}', "float"),
        (b"[" * 200_000, "too-deep"),
        (b"9" * 5000, "number-too-large"),
        (b'"' + b"x" * 5_000_000 + b'"', "too-large"),
        (b"\xef\xbb\xbf{}", "byte-order-mark"),
        (b'{"a": "\xff"}', "not-utf8"),
        (b"{", "not-json"),
        (b"", "not-json"),
        ("[1", "not-json"),
    ],
)
def test_what_is_no_plain_json_is_refused_at_once(data: bytes, code: str) -> None:
    assert [fault.code for fault in faults_of(data)] == [code]


def with_cohort(node: object) -> dict:
    return tables.specification() | {
        "parts": [{**tables.specification()["parts"][0], "cohort": node}]
    }


AGE = {"variable": "AGE", "is": "at_least", "value": 65}


def nested(levels: int) -> dict:
    node: dict = AGE
    for _ in range(levels):
        node = {"not": node}
    return node


@pytest.mark.parametrize(
    ("node", "path", "code"),
    [
        ({"variable": "AGE", "is": "above", "value": 1}, "/is", "unknown-word"),
        ({"variable": "AGE", "is": ["equals"], "value": 1}, "/is", "unknown-word"),
        ({"variable": "AGE", "is": "equals"}, "", "missing-member"),
        ({"variable": "AGE", "is": "equals", "value": True}, "/value", "wrong-type"),
        ({"variable": "AGE", "is": "equals", "value": None}, "/value", "wrong-type"),
        ({"variable": "AGE", "is": "equals", "value": 1.5}, "/value", "float"),
        ({"variable": "AGE", "is": "equals", "value": 2**53}, "/value", "out-of-range"),
        ({"variable": "AGE", "is": "equals", "value": ""}, "/value", "empty"),
        ({"variable": "AGE", "is": "equals", "value": "a\x00b"}, "/value", "control-character"),
        ({"variable": "AGE", "is": "equals", "value": "\ud800"}, "/value", "control-character"),
        ({"variable": "AGE", "is": "equals", "value": "x" * 1_000_000}, "/value", "too-long"),
        ({"variable": "AGE", "is": "missing", "value": 1}, "", "unexpected-value"),
        ({"variable": "AGE", "is": "between", "value": [1]}, "/value", "wrong-length"),
        ({"variable": "AGE", "is": "between", "value": 1}, "/value", "wrong-type"),
        ({"variable": "AGE", "is": "in", "value": []}, "/value", "wrong-length"),
        ({"variable": "AGE", "is": "in", "value": [1, []]}, "/value/1", "wrong-type"),
        ({"variable": 7, "is": "missing"}, "/variable", "wrong-type"),
        ({"is": "missing"}, "", "missing-member"),
        ({"all": []}, "/all", "wrong-length"),
        ({"all": AGE}, "/all", "wrong-type"),
        ({"any": [AGE], "not": AGE}, "", "unknown-member"),
        ({"not": [AGE]}, "/not", "unknown-node"),
        ({"not": AGE, "x": 1}, "", "unknown-member"),
        ({}, "", "unknown-node"),
        ("AGE", "", "unknown-node"),
        ({"exists": {"table": "events"}}, "/exists", "missing-member"),
        ({"exists": "events"}, "/exists", "wrong-type"),
        ({"exists": {"table": 1, "where": None}}, "/exists/table", "wrong-type"),
        (nested(21), "/not" * 21, "too-deep"),
    ],
)
def test_a_bad_condition_is_named_by_its_place(node: object, path: str, code: str) -> None:
    assert ("/parts/0/cohort" + path, code) in codes_of(with_cohort(node))


def test_an_exists_inside_an_exists_is_refused() -> None:
    inner = {"exists": {"table": "events", "where": None}}
    node = {"exists": {"table": "events", "where": {"all": [inner]}}}
    path = "/parts/0/cohort/exists/where/all/0"
    assert codes_of(with_cohort(node)) == {(path, "nested-exists")}


def test_twenty_levels_are_read() -> None:
    assert specification.parse(with_cohort(nested(20))).parts[0].cohort is not None


def test_a_cohort_that_holds_itself_is_refused() -> None:
    node: dict = {}
    node["not"] = node
    assert {code for _, code in codes_of(with_cohort(node))} == {"too-deep"}


def test_too_many_conditions_are_refused_once() -> None:
    node = {"all": [{"any": [AGE] * 400}, {"any": [AGE] * 400}]}
    codes = [fault.code for fault in faults_of(with_cohort(node))]
    assert codes == ["too-many-nodes"]


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"id": "P1"}, "/id", "wrong-form"),
        ({"id": "p1\n"}, "/id", "control-character"),
        ({"holding": "../etc"}, "/holding", "wrong-form"),
        ({"edition": 2026}, "/edition", "wrong-type"),
        ({"level": "rows"}, "/level", "unknown-word"),
        ({"level": None}, "/level", "unknown-word"),
        ({"tables": []}, "/tables", "wrong-length"),
        ({"tables": {}}, "/tables", "wrong-type"),
        ({"tables": [7]}, "/tables/0", "wrong-type"),
        ({"tables": [{"name": 7, "variables": []}]}, "/tables/0/name", "wrong-type"),
        ({"tables": [{"name": "s", "variables": []}]}, "/tables/0/variables", "wrong-length"),
        ({"group_by": []}, "/group_by", "unexpected-value"),
        ({"level": "aggregate", "group_by": ["A"] * 4}, "/group_by", "wrong-length"),
        ({"level": "aggregate", "group_by": ["A", "A"]}, "/group_by", "duplicate"),
        ({"level": "aggregate", "group_by": [[]]}, "/group_by/0", "wrong-type"),
        ({"surplus": 1}, "", "unknown-member"),
    ],
)
def test_a_bad_part_is_named_by_its_place(change: dict, path: str, code: str) -> None:
    shape = tables.specification()
    shape["parts"][0].update(change)
    assert ("/parts/0" + path, code) in codes_of(shape)


@pytest.mark.parametrize(
    ("variable", "path", "code"),
    [
        ({"name": "AGE"}, "", "missing-member"),
        ({"name": "AGE", "reason": " "}, "/reason", "empty"),
        ({"name": "AGE", "reason": "x" * 2001}, "/reason", "too-long"),
        ({"name": "AGE", "reason": "x\x1b[2J"}, "/reason", "control-character"),
        ({"name": "A\nB", "reason": "x"}, "/name", "control-character"),
        ({"name": None, "reason": "x"}, "/name", "wrong-type"),
        ("AGE", "", "wrong-type"),
    ],
)
def test_a_bad_variable_is_named_by_its_place(variable: object, path: str, code: str) -> None:
    shape = tables.specification()
    shape["parts"][0]["tables"][0]["variables"] = [variable]
    assert ("/parts/0/tables/0/variables/0" + path, code) in codes_of(shape)


def test_names_used_twice_are_refused() -> None:
    shape = tables.specification(variables={"subjects": ["AGE", "AGE"]})
    shape["parts"][0]["tables"] *= 2
    shape["parts"] *= 2
    assert {
        ("/parts", "duplicate"),
        ("/parts/0/tables", "duplicate"),
        ("/parts/0/tables/0/variables", "duplicate"),
    } <= codes_of(shape)


@pytest.mark.parametrize(
    ("link", "path", "code"),
    [
        ({"parts": ["p1", "p9"], "reason": "x"}, "/parts", "unknown-part"),
        ({"parts": ["p1", "p1"], "reason": "x"}, "/parts", "duplicate"),
        ({"parts": ["p1"], "reason": "x"}, "/parts", "wrong-length"),
        ({"parts": ["p1", 2], "reason": "x"}, "/parts/1", "wrong-type"),
        ({"parts": ["p1", "p2"], "reason": ""}, "/reason", "empty"),
        ({"parts": ["p1", "p2"]}, "", "missing-member"),
    ],
)
def test_a_bad_link_is_named_by_its_place(link: dict, path: str, code: str) -> None:
    shape = tables.specification() | {"links": [link]}
    assert ("/links/0" + path, code) in codes_of(shape)


@pytest.mark.parametrize("version", [0, 2, True, "1", None])
def test_another_version_is_refused(version: object) -> None:
    shape = tables.specification() | {"muniment_specification": version}
    assert ("/muniment_specification", "unknown-version") in codes_of(shape)


def test_thousands_of_faults_are_listed_up_to_a_bound_and_counted() -> None:
    shape = tables.specification()
    shape["parts"][0]["tables"][0]["variables"] = [{"name": 1, "reason": 2}] * 400
    found = faults_of(shape)
    assert len(found) == 101
    assert found[-1].code == "more-faults"
    assert "700" in found[-1].message


def test_a_fault_shows_strange_text_short_and_harmless() -> None:
    shape = tables.specification()
    shape["parts"][0]["x\x1b[2J" + "y" * 1_000_000] = 1
    [fault] = faults_of(shape)
    assert len(str(fault)) < 200
    assert str(fault).isprintable()


def test_paths_are_json_pointers() -> None:
    assert faults.at("/parts", 0, "a/b~c") == "/parts/0/a~1b~0c"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({}, "an object"),
        ([], "a list"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (10**40, "a very large number"),
        (1.5, "1.5"),
        (b"", "a bytes"),
        ("a", '"a"'),
    ],
)
def test_values_are_quoted_in_a_few_words(value: object, shown: str) -> None:
    assert faults.quoted(value) == shown


def test_the_sentence_reads_as_english() -> None:
    shape = tables.specification(
        variables={"subjects": ["SEX", "AGE"], "events": ["TERM"]},
        cohort={
            "all": [
                {"variable": "AGE", "is": "between", "value": [40, 64]},
                {"any": [
                    {"variable": "SEX", "is": "in", "value": ["F", "M"]},
                    {"variable": "SEX", "is": "missing"},
                ]},
                {"not": {"exists": {"table": "events", "where": {
                    "all": [{"variable": "TERM", "is": "not_equals", "value": "RASH"},
                            {"variable": "GRADE", "is": "present"}]}}}},
                {"exists": {"table": "events", "where": None}},
            ]
        },
    )  # fmt: skip
    assert specification.parse(shape).sentence() == (
        "Rows of small 2026.1: SEX and AGE from subjects; TERM from events; for those where AGE "
        'is between 40 and 64 and (SEX is one of "F" or "M" or SEX is missing) and not (there is '
        'a row in events where (TERM is not "RASH" and GRADE is present)) and there is a row in '
        "events."
    ).replace("GRADE is present", "GRADE is not missing")


def test_the_sentence_of_an_aggregate_names_groups_and_links() -> None:
    shape = tables.specification(variables={}, level="aggregate", group_by=["SEX", "AGE", "STATE"])
    many = {"variable": "AGE", "is": "in", "value": list(range(8))}
    other = tables.specification(level="aggregate", cohort=many)["parts"][0]
    shape["parts"].append({**other, "id": "p2"})
    shape["links"] = [{"parts": ["p1", "p2"], "reason": "To test."}]
    assert specification.parse(shape).sentence() == (
        "Grouped numbers of small 2026.1 by SEX, AGE and STATE; for everyone in it. "
        "Grouped numbers of small 2026.1: SEX and AGE from subjects; for those where AGE is one "
        "of 0, 1, 2, 3, 4 or 3 more. Parts p1 and p2 are to be linked."
    )


def test_parts_are_found_by_id() -> None:
    read = specification.parse(tables.specification())
    assert read.get_part("p1") is read.parts[0]
    with pytest.raises(KeyError):
        read.get_part("p2")


def test_walking_a_cohort_gives_every_leaf_with_its_place() -> None:
    node = {"all": [AGE, {"any": [{"not": AGE}, {"exists": {"table": "e", "where": AGE}}]}]}
    read = specification.parse(with_cohort(node)).parts[0].cohort
    assert read is not None
    assert [path for _, path in cohort.walk(read, "/c")] == [
        "/c/all/0",
        "/c/all/1/any/0/not",
        "/c/all/1/any/1",
    ]
