"""What leaves: what was asked for, has a class and a method, and points at nobody directly."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane import refusals
from muniment.dataplane.spec.fields import Method
from tests.dataplane import tables
from tests.dataplane.extract import builds

COLUMNS = {"subjects": tables.SUBJECT_COLUMNS, "events": tables.EVENT_COLUMNS}
IDENTIFIERS = re.compile(rb"S-\d{5}|E-\d{6}|Person \d+")


@contextmanager
def bench(persons: int = 60) -> Iterator[builds.Bench]:
    """Hypothesis runs many examples inside one test, so each makes its own place."""
    root = Path(tempfile.mkdtemp())
    try:
        yield builds.Bench.at(root, persons=persons)
    finally:
        shutil.rmtree(root)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, object]:
    """Any method with parameters that fit it; whether it fits the field is for us to say."""
    method = draw(st.sampled_from(list(Method)))
    params: dict[Method, dict[str, object]] = {
        Method.DAYS_FROM: {"anchor": draw(st.sampled_from(["START", "events.ONSET", "AGE"]))},
        Method.BANDS: {"edges": draw(st.sampled_from([[0, 50], [18, 40, 65]]))},
        Method.ZIP3: {"tables": ["2020"]},
        Method.ROUND: {"to": 5},
        Method.MARK: {"to": 10},
        Method.TOP_BOTTOM: {"least": 20, "most": 80},
        Method.ROLL_UP: {"levels": [{"CA": "West", "NY": "East"}], "into": "Elsewhere"},
        Method.REVIEWED_TEXT: {"approved": "sha256:" + "0" * 64},
        Method.YEAR: draw(st.sampled_from([{}, {"of": "birth"}])),
        Method.TOP90: draw(st.sampled_from([{}, {"at": "START"}, {"at": "events.ONSET"}])),
        Method.RARE_MERGE: {"minimum": draw(st.integers(2, 30)), "into": "Other"},
    }
    return {"method": method.value, **params.get(method, {})}


asked_tables = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(columns), min_size=1, max_size=5, unique=True)
        for name, columns in COLUMNS.items()
    },
).filter(bool)
policies = st.dictionaries(
    st.sampled_from([f"{table}.{name}" for table, names in COLUMNS.items() for name in names]),
    rules(),
    max_size=4,
)
cohorts = st.none() | st.sampled_from(
    [
        {"variable": "SEX", "is": "equals", "value": "F"},
        {"exists": {"table": "events", "where": None}},
        {"variable": "AGE", "is": "at_least", "value": 75},
    ]
)


@settings(max_examples=25)
@given(asked_tables, policies, cohorts)
def test_nothing_unapproved_and_no_direct_identifier_leaves(
    asked: dict[str, list[str]], fields: dict[str, object], cohort: dict[str, object] | None
) -> None:
    with bench() as place:
        document = tables.specification(variables=asked, cohort=cohort)
        override = {"policy": "random", "edition": "1", "fields": fields}
        try:
            built = place.build(document, override=override)
        except refusals.Refused:
            assert not list((place.root / "out").glob("*"))
            return
        for name, data in builds.everything(built).items():
            assert not IDENTIFIERS.search(data), name
        for path in (built.folder / "data").glob("*.parquet"):
            table = pyarrow.parquet.read_table(path)
            assert set(table.column_names) <= set(asked[path.stem])
            assert not IDENTIFIERS.search(str(table.to_pylist()).encode())
            header = path.with_suffix(".csv").read_text(encoding="utf-8").splitlines()[0]
            assert header.split(",") == table.column_names


def test_only_what_was_asked_for_leaves_and_the_two_files_agree(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    asked = {"subjects": ["SEX", "BMI"], "events": ["TERM"]}
    built = place.build(tables.specification(variables=asked))
    assert sorted(path.name for path in (built.folder / "data").iterdir()) == [
        "events.csv", "events.parquet", "subjects.csv", "subjects.parquet",
    ]  # fmt: skip
    for table, names in asked.items():
        parquet = pyarrow.parquet.read_table(built.folder / "data" / f"{table}.parquet")
        from_csv = builds.rows(built, table)
        assert list(from_csv[0]) == names
        as_text = [{k: str(v) for k, v in row.items()} for row in parquet.to_pylist()]
        assert as_text == from_csv


def test_the_cohort_decides_whose_rows_leave_in_every_table(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    women = {row["USUBJID"] for row in builds.held(place, "subjects") if row["SEX"] == "F"}
    events = [row for row in builds.held(place, "events") if row["USUBJID"] in women]
    built = place.build(
        tables.specification(
            variables={"subjects": ["USUBJID", "SEX"], "events": ["USUBJID", "TERM"]},
            cohort={"variable": "SEX", "is": "equals", "value": "F"},
        )
    )
    subjects = builds.rows(built, "subjects")
    assert {row["SEX"] for row in subjects} == {"F"}
    assert len(subjects) == len(women)
    released = builds.rows(built, "events")
    assert len(released) == len(events)
    assert {row["USUBJID"] for row in released} <= {row["USUBJID"] for row in subjects}


def test_a_dropped_variable_and_free_text_are_named_but_do_not_leave(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    override = {"policy": "x", "edition": "1", "fields": {"subjects.BMI": {"method": "drop"}}}
    asked = tables.specification(variables={"subjects": ["SEX", "BMI", "NOTE"]})
    built = place.build(asked, override=override)
    assert list(builds.rows(built, "subjects")[0]) == ["SEX"]
    assert b"came back" not in b"".join(builds.everything(built).values())
    codebook = (built.folder / "codebook.md").read_text(encoding="utf-8")
    assert "Not released: free text." in codebook
    methods = built.manifest["parts"][0]["methods"]
    assert {(each["variable"], each["method"]) for each in methods} == {
        ("SEX", "keep"), ("BMI", "drop"), ("NOTE", "free_text"),
    }  # fmt: skip


def test_when_every_variable_is_withheld_there_is_no_package(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    with pytest.raises(refusals.Refused) as refused:
        place.build(tables.specification(variables={"subjects": ["NOTE"]}))
    assert refused.value.code == "nothing-leaves"
    assert not (place.root / "receipts").exists()


def test_a_row_of_nobody_stays_behind(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    with (place.folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("E-999999,,RASH,Y,1,2013-01-01\n")
    before = len(builds.held(place, "events"))
    built = place.build(tables.specification(variables={"events": ["USUBJID", "TERM"]}))
    assert len(builds.rows(built, "events")) == before - 1


def test_the_order_of_rows_says_nothing_about_the_source(tmp_path: Path) -> None:
    asked = tables.specification(variables=builds.WHOLE)
    place = builds.Bench.at(tmp_path / "a")
    turned = builds.Bench.at(tmp_path / "b")
    for table in ("subjects", "events"):
        path = turned.folder / f"{table}.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(header + "".join(reversed(lines)), encoding="utf-8")
    first, second = place.build(asked), turned.build(asked)
    for name in ("data/subjects.csv", "data/events.csv"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_without_a_pseudonym_rows_are_sorted_by_their_values(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    built = place.build(tables.specification(variables={"events": ["TERM", "GRADE"]}))
    released = [(row["TERM"], int(row["GRADE"])) for row in builds.rows(built, "events")]
    assert released == sorted(released)


def test_parts_whose_names_would_meet_do_not_write_over_each_other(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    path = place.folder / "datapackage.json"
    shape = json.loads(path.read_text(encoding="utf-8"))
    shape["resources"][1]["name"] = "b-subjects"
    shape["resources"][1]["schema"]["foreignKeys"][0]["reference"]["resource"] = "subjects"
    path.write_text(json.dumps(shape), encoding="utf-8")
    document = tables.specification(variables={"b-subjects": ["TERM"]})
    document["parts"][0]["id"] = "a"
    second = tables.specification(variables={"subjects": ["SEX"]})["parts"][0] | {"id": "a-b"}
    document["parts"].append(second)
    built = place.build(document)
    assert list(builds.rows(built, "a-b-subjects")[0]) == ["TERM"]
    assert list(builds.rows(built, "a-b-subjects-2")[0]) == ["SEX"]


def test_tables_of_several_parts_get_names_of_their_own(tmp_path: Path) -> None:
    place = builds.Bench.at(tmp_path)
    document = tables.specification(variables={"subjects": ["USUBJID"], "events": ["USUBJID"]})
    second = json.loads(json.dumps(document["parts"][0]))
    document["parts"].append({**second, "id": "p2"})
    built = place.build(document)
    names = sorted(path.name for path in (built.folder / "data").glob("*.csv"))
    assert names == ["p1-events.csv", "p1-subjects.csv", "p2-events.csv", "p2-subjects.csv"]
    named = {each["table"] for part in built.manifest["parts"] for each in part["methods"]}
    assert named == {"subjects", "events"}
    only = place.build(document, part_ids=["p2"])
    assert sorted(path.stem for path in (only.folder / "data").glob("*.csv")) == [
        "events", "subjects",
    ]  # fmt: skip
