"""Parquet, spreadsheets and the files of statistics programs."""

import datetime
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pandas
import pyarrow
import pyreadstat
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from muniment.dataplane import loading
from tests.dataplane.loading import orders, sas

FIELDS = [
    orders.field("id"),
    orders.field("n", "integer"),
    orders.field("part", "number"),
    orders.field("day", "date"),
    orders.field("moment", "datetime"),
    orders.field("yes", "boolean"),
]
DAY = datetime.date(2012, 1, 31)
MOMENT = datetime.datetime(2012, 1, 31, 10, 30)  # noqa: DTZ001 (files hold no zone)
EXPECTED = [("a", 1, 0.5, DAY, MOMENT, True), ("b", None, None, None, None, None)]


def load(folder: Path, name: str, **resource: object) -> loading.Outcome:
    return orders.load(folder, orders.descriptor(FIELDS, path=name, **resource))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def table(**columns: object) -> pyarrow.Table:
    given = {
        "id": ["a", "b"],
        "n": [1, None],
        "part": [Decimal("0.50"), None],
        "day": [DAY, None],
        "moment": pyarrow.array([MOMENT, None], pyarrow.timestamp("ns", "UTC")),
        "yes": [True, None],
        **columns,
    }
    return pyarrow.table(given)


def test_parquet_of_any_plain_type_is_read(folder: Path) -> None:
    parquet.write_table(table(), folder / "t.parquet")
    outcome = load(folder, "t.parquet")
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == EXPECTED


@pytest.mark.parametrize(
    "column",
    [
        pyarrow.array(["1", None]).dictionary_encode(),
        pyarrow.array([1.0, None]),
        pyarrow.array(["1", None], pyarrow.large_string()),
    ],
)
def test_a_whole_number_may_be_stored_in_other_types(folder: Path, column: pyarrow.Array) -> None:
    parquet.write_table(table(n=column), folder / "t.parquet")
    outcome = load(folder, "t.parquet")
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == EXPECTED


def test_a_date_kept_as_a_moment_at_midnight_is_a_date(folder: Path) -> None:
    midnight = [datetime.datetime(2012, 1, 31), None]  # noqa: DTZ001
    parquet.write_table(table(day=midnight), folder / "t.parquet")
    outcome = load(folder, "t.parquet")
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == EXPECTED


def test_a_parquet_file_cut_short_is_refused(folder: Path) -> None:
    parquet.write_table(table(), folder / "t.parquet")
    whole = (folder / "t.parquet").read_bytes()
    (folder / "t.parquet").write_bytes(whole[: len(whole) // 2])
    outcome = load(folder, "t.parquet")
    assert orders.faults(outcome) == [("unreadable", "t.parquet", 1, None)]


def test_a_column_of_lists_is_refused(folder: Path) -> None:
    parquet.write_table(table(n=[[1], [2]]), folder / "t.parquet")
    assert orders.faults(load(folder, "t.parquet")) == [("nested-column", "t.parquet", None, "n")]
    parquet.write_table(table().drop_columns(["n"]), folder / "t.parquet")
    assert orders.faults(load(folder, "t.parquet")) == [("missing-column", "t.parquet", None, "n")]


def test_bytes_and_times_become_text_and_fit_no_number(folder: Path) -> None:
    parquet.write_table(table(n=[b"\x01", None]), folder / "t.parquet")
    assert load(folder, "t.parquet").report.fit  # 01, in hexadecimal digits
    parquet.write_table(table(n=[datetime.time(1, 2), None]), folder / "u.parquet")
    outcome = orders.load(
        folder, orders.descriptor(FIELDS, path="u.parquet"), out=folder.parent / "second"
    )
    assert orders.faults(outcome) == [("type-mismatch", "u.parquet", 1, "n")]


def workbook(folder: Path, rows: list[list[object]], *, name: str = "t.xlsx") -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    book.save(folder / name)


HEADER: list[object] = [field["name"] for field in FIELDS]
FIRST: list[object] = ["a", 1, 0.5, DAY, MOMENT, True]


def test_a_spreadsheet_is_read(folder: Path) -> None:
    workbook(folder, [HEADER, FIRST, ["b"], []])
    for sheet in ({"sheetName": "Data"}, {"sheetNumber": 1}):
        out = folder.parent / str(len(list(folder.parent.iterdir())))
        document = orders.descriptor(FIELDS, path="t.xlsx", dialect=sheet)
        outcome = orders.load(folder, document, out=out)
        assert outcome.folder is not None
        assert orders.rows(outcome.folder) == EXPECTED


def test_rows_of_a_sheet_keep_their_numbers(folder: Path) -> None:
    workbook(folder, [["A note"], [], HEADER, FIRST, [], ["b", "x"]])
    outcome = load(folder, "t.xlsx", dialect={"headerRows": [3]})
    assert orders.faults(outcome) == [("type-mismatch", "t.xlsx", 6, "n")]


def test_a_formula_and_an_error_are_refused_by_cell(folder: Path) -> None:
    workbook(folder, [HEADER, ["a", "=1+1"], ["b", "#N/A"], *[["c", "=2"]] * 12])
    outcome = load(folder, "t.xlsx")
    found = orders.faults(outcome)
    assert ("formula-cell", "t.xlsx", 2, "n") in found
    assert ("error-cell", "t.xlsx", 3, "n") in found
    assert (len(found), outcome.report.faults) == (11, 14)


def test_a_duration_is_its_seconds(folder: Path) -> None:
    workbook(folder, [HEADER, ["a", 1, datetime.timedelta(hours=25), DAY, MOMENT, True], ["b"]])
    outcome = load(folder, "t.xlsx")
    assert outcome.folder is not None
    assert orders.rows(outcome.folder)[0][2] == 90000


@pytest.mark.parametrize("sheet", [{"sheetName": "Other"}, {"sheetNumber": 2}])
def test_a_sheet_that_is_not_there_is_named(folder: Path, sheet: dict) -> None:
    workbook(folder, [HEADER, FIRST])
    outcome = load(folder, "t.xlsx", dialect=sheet)
    assert orders.faults(outcome) == [("no-sheet", "t.xlsx", None, None)]


def test_an_empty_sheet_and_no_workbook_are_refused(folder: Path) -> None:
    workbook(folder, [])
    assert ("missing-column", "t.xlsx", 1, "id") in orders.faults(load(folder, "t.xlsx"))
    (folder / "t.xlsx").write_bytes(b"not a workbook")
    assert orders.faults(load(folder, "t.xlsx")) == [("unreadable", "t.xlsx", None, None)]


def test_a_workbook_whose_parts_are_damaged_is_refused(folder: Path) -> None:
    workbook(folder, [HEADER, FIRST])
    with zipfile.ZipFile(folder / "t.xlsx") as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/styles.xml"] = b"<styleSheet"
    with zipfile.ZipFile(folder / "t.xlsx", "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert orders.faults(load(folder, "t.xlsx")) == [("unreadable", "t.xlsx", None, None)]


def frame() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "id": ["a", "b"],
            "n": [1.0, None],
            "part": [0.5, None],
            "day": [DAY, None],
            "moment": pandas.to_datetime(pandas.Series([MOMENT, None])),
            "yes": [1.0, None],
        }
    )


@pytest.mark.parametrize("ending", ["sav", "dta", "xpt"])
def test_files_of_statistics_programs_are_read(folder: Path, ending: str) -> None:
    target = str(folder / f"t.{ending}")
    if ending == "sav":
        pyreadstat.write_sav(frame(), target)
    elif ending == "dta":
        pyreadstat.write_dta(frame(), target)
    else:
        pyreadstat.write_xport(frame(), target)
    fields = [*FIELDS[:5], orders.field("yes", "boolean")]
    outcome = orders.load(folder, orders.descriptor(fields, path=f"t.{ending}"))
    assert outcome.report.findings == ()
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == EXPECTED


def test_data_files_of_sas_are_read_with_their_labels(folder: Path) -> None:
    columns: list[sas.Column] = [
        ("id", "", None, 8), ("n", "Number of lines", None, None), ("part", "", None, None),
        ("day", "", "DATE9", None), ("moment", "", "DATETIME20", None), ("yes", "", None, None),
    ]  # fmt: skip
    rows = [["a", 1.0, 0.5, DAY, MOMENT, 1.0], ["b", None, None, None, None, None]]
    sas.write(folder / "t.sas7bdat", columns, rows)
    fields = [*FIELDS[:5], orders.field("yes", "boolean")]
    outcome = orders.load(folder, orders.descriptor(fields, path="t.sas7bdat"))
    assert outcome.report.findings == ()
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == EXPECTED
    document = json.loads((outcome.folder / "datapackage.json").read_text())
    assert document["resources"][0]["schema"]["fields"][1]["title"] == "Number of lines"
    whole = (folder / "t.sas7bdat").read_bytes()
    (folder / "t.sas7bdat").write_bytes(whole[: len(whole) // 3])
    cut = orders.load(
        folder, orders.descriptor(fields, path="t.sas7bdat"), out=folder.parent / "again"
    )
    assert [code for code, *_ in orders.faults(cut)] == ["unreadable"]


def test_labels_are_kept_in_the_descriptor(folder: Path) -> None:
    pyreadstat.write_sav(
        frame(), str(folder / "t.sav"),
        column_labels={"n": "Number of lines"},
        variable_value_labels={"n": {1.0: "one", 2.0: "two"}, "id": {"a": "first", "b": "second"}},
    )  # fmt: skip
    outcome = load(folder, "t.sav")
    assert outcome.folder is not None
    document = json.loads((outcome.folder / "datapackage.json").read_text())
    fields = {each["name"]: each for each in document["resources"][0]["schema"]["fields"]}
    assert fields["n"]["title"] == "Number of lines"
    assert fields["n"]["categories"] == [
        {"value": 1, "label": "one"}, {"value": 2, "label": "two"},
    ]  # fmt: skip
    assert fields["id"]["categories"][0] == {"value": "a", "label": "first"}


def test_a_label_that_is_too_long_for_a_descriptor_is_cut_and_stops_no_load(folder: Path) -> None:
    codes = {"n": {1: "one\nline", 2: "x" * 300}}
    pyreadstat.write_dta(frame(), str(folder / "t.dta"), variable_value_labels=codes)
    outcome = load(folder, "t.dta")
    assert outcome.folder is not None, outcome.document()
    document = json.loads((outcome.folder / "datapackage.json").read_text())
    assert document["resources"][0]["schema"]["fields"][1]["categories"] == [
        {"value": 1, "label": "one line"}, {"value": 2, "label": "x" * 200},
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["dta", "xpt"])
def test_labels_of_other_programs_are_kept_too(folder: Path, ending: str) -> None:
    """A transport file of SAS has no room for what codes mean."""
    target, titles = str(folder / f"t.{ending}"), {"n": "Number of lines"}
    if ending == "dta":
        codes = {"n": {1: "one"}}
        pyreadstat.write_dta(frame(), target, column_labels=titles, variable_value_labels=codes)
    else:
        pyreadstat.write_xport(frame(), target, column_labels=titles)
    outcome = load(folder, f"t.{ending}")
    assert outcome.folder is not None
    document = json.loads((outcome.folder / "datapackage.json").read_text())
    whole = document["resources"][0]["schema"]["fields"][1]
    assert whole["title"] == "Number of lines"
    expected = [{"value": 1, "label": "one"}] if ending == "dta" else None
    assert whole.get("categories") == expected


def test_a_damaged_statistics_file_is_refused(folder: Path) -> None:
    pyreadstat.write_sav(frame(), str(folder / "t.sav"))
    whole = (folder / "t.sav").read_bytes()
    (folder / "t.sav").write_bytes(whole[: len(whole) // 3])
    assert orders.faults(load(folder, "t.sav")) == [("unreadable", "t.sav", 1, None)]
    (folder / "t.sav").write_bytes(whole)
    document = orders.descriptor([*FIELDS, orders.field("more")], path="t.sav", encoding="utf-8")
    outcome = orders.load(folder, document)
    assert orders.faults(outcome) == [("missing-column", "t.sav", None, "more")]
