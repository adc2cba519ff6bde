"""Mappings: other column names, codes, FHIR and other JSON."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.dataplane import refusals
from muniment.dataplane.loading import paths
from tests.dataplane.loading import orders

FIELDS = [orders.field("id"), orders.field("sex"), orders.field("born", "date")]
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "active": True,
    "gender": "female",
    "birthDate": "1956-07-16",
    "name": [{"given": ["A", "B"]}, {"use": "old", "given": ["C"]}],
    "extension": [
        {"url": "http://x/race", "extension": [{"url": "omb", "valueCoding": {"code": "1002-5"}}]}
    ],
    "link": [{"other": {"reference": "http://y/Patient/p2/_history/3"}}],
    "weight": 70.0,
}


def bundle(*resources: object) -> dict:
    return {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}


def mapping(columns: dict, **more: object) -> dict:
    table = {"files": "*.json", "rows": {"resource": "Patient"}, "columns": columns, **more}
    return {"muniment_mapping": 1, "tables": {"t": table}}


COLUMNS = {"id": "id", "sex": "gender", "born": "birthDate"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", ["p1"]),
        ("absent.more", []),
        ("active", ["true"]),
        ("name[0]", [None]),
        ("weight", ["70"]),
        ("name.given", ["A", "B", "C"]),
        ("name[1].given", ["C"]),
        ("name.given.first()", ["A"]),
        ("name.given.last()", ["C"]),
        ("name.where(use = 'old').given", ["C"]),
        ("name.where(use != 'old').given", ["A", "B"]),
        ("name.where(use).given", ["C"]),
        ("name.where(use.exists().not()).given", ["A", "B"]),
        ("name.count()", ["2"]),
        ("photo.exists()", ["false"]),
        ("extension.where(url='http://x/race').extension.valueCoding.code", ["1002-5"]),
        ("link.other.getReferenceKey()", ["p2"]),
        ("link.other.reference.getReferenceKey()", ["p2"]),
        ("ofType(Patient).id", ["p1"]),
        ("ofType(Group).id", []),
        ("%resource.id", ["p1"]),
        ("%index", ["4"]),
    ],
)
def test_a_path_finds_what_it_says(path: str, expected: list[str | None]) -> None:
    found = paths.parse(path).all(PATIENT, resource=PATIENT, index=4)
    assert [paths.text(each) for each in found] == expected


NO_PATHS = [
    "", ".", "a.", "a..b", "a[b]", "a[1", "a.where(", "a.where(b = 3)", "a.where(b = 'x'",
    "a.system('rm')", "__import__('os')", "a | b", "a + 1", "%env", "ofType('x')",
    "a.where(a.where(a.where(a)))", "a" * 501, ".".join("a" * 41), "a b",
]  # fmt: skip


@pytest.mark.parametrize("path", NO_PATHS)
def test_anything_else_is_refused_when_it_is_read(path: str) -> None:
    with pytest.raises(ValueError):
        paths.parse(path)


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_of_paths_stumble(written: str) -> None:
    try:
        paths.parse(written).all(PATIENT)
    except ValueError:
        return


def test_resources_become_rows(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    other = {**PATIENT, "id": "p2", "gender": "male"}
    orders.write(folder, bundle({"resourceType": "Group"}, PATIENT, bundle(other)), "a.json")
    orders.write(folder, [{**PATIENT, "id": "p3"}, None, 7], "b.json")
    columns = {**COLUMNS, "sex": {"path": "gender", "codes": {"female": "F", "male": "M"}}}
    outcome = orders.load(folder, orders.descriptor(FIELDS), mapping=mapping(columns))
    assert outcome.folder is not None
    assert [row[:2] for row in orders.rows(outcome.folder)] == [
        ("p1", "F"), ("p2", "M"), ("p3", "F"),
    ]  # fmt: skip


def test_a_fault_names_the_file_and_the_place_of_the_resource(tmp_path: Path) -> None:
    orders.write(
        tmp_path / "in", bundle({}, PATIENT, {**PATIENT, "id": "q", "birthDate": "1956"}), "a.json"
    )
    outcome = orders.load(tmp_path / "in", orders.descriptor(FIELDS), mapping=mapping(COLUMNS))
    assert orders.faults(outcome) == [("type-mismatch", "a.json", 3, "born")]


def test_a_path_with_several_values_is_refused(tmp_path: Path) -> None:
    orders.write(tmp_path / "in", bundle(*[PATIENT] * 12), "a.json")
    columns = {**COLUMNS, "sex": "name.given"}
    outcome = orders.load(tmp_path / "in", orders.descriptor(FIELDS), mapping=mapping(columns))
    assert ("several-values", "a.json", 1, "sex") in orders.faults(outcome)
    assert outcome.report.faults == 12


def test_rows_inside_a_resource_know_their_resource(tmp_path: Path) -> None:
    lines = [json.dumps(PATIENT), "", json.dumps({**PATIENT, "id": "p2", "active": False})]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text("\n".join(lines))
    fields = [orders.field("row"), orders.field("id"), orders.field("given"), orders.field("kind")]
    document = mapping(
        {
            "row": {"row_number": True}, "id": "%resource.id", "given": "given.first()",
            "kind": {"constant": "name"},
        },
        files=["*.ndjson"],
        rows={"resource": "Patient", "for_each": "name", "where": ["active"]},
    )  # fmt: skip
    outcome = orders.load(tmp_path / "in", orders.descriptor(fields), mapping=document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("1", "p1", "A", "name"), ("2", "p1", "C", "name")]


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "NaN", '{"a": 1', "\xff"])
def test_json_that_cannot_be_read_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(content, encoding="latin-1")
    outcome = orders.load(tmp_path / "in", orders.descriptor(FIELDS), mapping=mapping(COLUMNS))
    assert orders.faults(outcome) == [("unreadable", "a.json", None, None)]


def test_columns_are_renamed_trimmed_and_dated(tmp_path: Path) -> None:
    document = {
        "muniment_mapping": 1,
        "descriptor": orders.descriptor(FIELDS),
        "tables": {
            "t": {
                "files": ["p*.csv"],
                "columns": {
                    "id": "1", "sex": {"column": "2", "trim": True, "codes": {"1": "M"}},
                    "born": {"column": "4", "date": "%d.%m.%Y"},
                },
                "dialect": {"header": False},
            }
        },
    }  # fmt: skip
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p1.csv").write_text("a, 1 ,x,16.07.1956\n")
    (tmp_path / "in" / "p2.csv").write_text("b,2,x,\n")
    place = orders.write(tmp_path / "papers", document, "m.yaml")
    order = orders.loading.Order(
        [str(tmp_path / "in")], tmp_path / "out", orders.NOW, mapping=place
    )
    outcome = orders.loading.load(order)
    assert outcome.folder is not None
    assert [row[:2] for row in orders.rows(outcome.folder)] == [("a", "M"), ("b", "2")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"files": "../a.json"}, "unsafe-path"),
        ({"columns": 3}, "wrong-type"),
        ({"columns": {"id": "id"}}, "missing-member"),
        ({"columns": {**COLUMNS, "x": "x"}}, "unknown-variable"),
        ({"columns": {**COLUMNS, "sex": {}}}, "wrong-length"),
        ({"columns": {**COLUMNS, "sex": 3}}, "wrong-type"),
        ({"columns": {**COLUMNS, "sex": {"path": 3}}}, "wrong-type"),
        ({"columns": {**COLUMNS, "sex": "eval(x)"}}, "wrong-path"),
        ({"columns": {**COLUMNS, "sex": {"path": "x", "codes": 3}}}, "wrong-type"),
        ({"columns": {**COLUMNS, "sex": {"path": "x", "date": "no"}}}, "wrong-form"),
        ({"rows": 3}, "wrong-type"),
        ({"rows": {}}, "wrong-length"),
        ({"rows": {"resource": "Patient", "where": "a b"}}, "wrong-path"),
        ({"rows": {"resource": "Patient", "each": "x"}}, "wrong-length"),
    ],
)
def test_a_mapping_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, change: dict, code: str
) -> None:
    orders.write(tmp_path / "in", bundle(PATIENT), "a.json")
    document = mapping(COLUMNS)
    document["tables"]["t"] |= change
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", orders.descriptor(FIELDS), mapping=document)
    assert code in [each.code for each in refused.value.refusals]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"muniment_mapping": 2}, "unknown-version"),
        ({"muniment_mapping": 1, "tables": 3}, "wrong-type"),
        ({"muniment_mapping": 1, "tables": {"u": {}}}, "unknown-table"),
        ({"muniment_mapping": 1, "tables": {"t": 3}}, "wrong-type"),
    ],
)
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, document: dict, code: str) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", orders.descriptor(FIELDS), mapping=document)
    assert code in [each.code for each in refused.value.refusals]


def test_json_without_rows_and_rows_without_json_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    orders.write(folder, bundle(PATIENT), "a.json")
    outcome = orders.load(folder, orders.descriptor(FIELDS, path="a.json"))
    assert orders.faults(outcome) == [("wrong-kind", "a.json", None, None)]
    (folder / "t.csv").write_text("id,sex,born\n")
    outcome = orders.load(
        folder, orders.descriptor(FIELDS), mapping=mapping(COLUMNS, files="t.csv")
    )
    assert orders.faults(outcome) == [("wrong-kind", "t.csv", None, None)]


def test_elements_of_any_json_become_rows(tmp_path: Path) -> None:
    orders.write(tmp_path / "in", {"rows": [{"k": 1}, {"k": 2}]}, "a.json")
    fields = [orders.field("id", "integer")]
    document = mapping({"id": "k"}, rows={"each": "rows"})
    outcome = orders.load(tmp_path / "in", orders.descriptor(fields), mapping=document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [(1,), (2,)]
