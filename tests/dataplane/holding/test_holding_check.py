"""`holding check`: every fault by table, row and column."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.dataplane import holding_check
from muniment.dataplane.holding_check import report
from tests.dataplane import tables

Place = tuple[str, str | None, int | None, str | None]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "small", persons=20)


def places(folder: Path, *, warnings: bool = False) -> list[Place]:
    """Code, table, row and column of every fault (or warning)."""
    wanted = report.Severity.WARNING if warnings else report.Severity.FAULT
    found = holding_check.check(folder).findings
    return [(f.code, f.table, f.row, f.column) for f in found if f.severity is wanted]


def edit(folder: Path, change: Callable[[list[list[str]]], None], file: str = "subjects") -> None:
    """Change the records of a file; record 0 is the header."""
    path = folder / f"{file}.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        records = list(csv.reader(opened))
    change(records)
    tables.write_csv(path, records[0], records[1:])


def put(row: int, column: str, cell: str, *, file: str = "subjects") -> Callable:
    """Set one cell; `row` counts as the check does, the header being row 1."""
    columns = tables.SUBJECT_COLUMNS if file == "subjects" else tables.EVENT_COLUMNS

    def change(records: list[list[str]]) -> None:
        records[row - 1][columns.index(column)] = cell

    return change


def describe(folder: Path, change: Callable[[dict], None]) -> None:
    shape = tables.descriptor()
    change(shape)
    (folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")


def test_a_good_holding_has_no_faults_and_no_warnings(small: Path) -> None:
    found = holding_check.check(small)
    assert found.fit
    assert (found.findings, found.faults, found.warnings) == ((), 0, 0)
    assert (found.holding, found.edition) == ("small", "2026.1")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("AGE", "12.5"), ("AGE", "old"), ("AGE", "NA"), ("AGE", "9" * 19), ("BMI", "1,5"),
        ("BMI", "inf"), ("CONSENTED", "maybe"), ("START", "2012-02-30"), ("START", "2012-2-3"),
        ("START", "31.01.2012x"),
    ],
)  # fmt: skip
def test_a_cell_of_another_type_is_named(small: Path, column: str, cell: str) -> None:
    edit(small, put(7, column, cell))
    assert places(small) == [("type-mismatch", "subjects", 7, column)]


def test_two_bad_cells_of_one_column_are_both_named(small: Path) -> None:
    edit(small, put(3, "AGE", "x"))
    edit(small, put(9, "AGE", "y"))
    found = holding_check.check(small)
    assert [(f.row, f.message) for f in found.findings] == [
        (3, '"x" is not an integer.'),
        (9, '"y" is not an integer.'),
    ]


def test_na_is_missing_only_where_declared(small: Path) -> None:
    edit(small, put(5, "AGE", "NA"))
    assert places(small) == [("type-mismatch", "subjects", 5, "AGE")]
    describe(small, lambda shape: shape["resources"][0]["schema"].update(missingValues=["", "NA"]))
    assert places(small) == []


def test_a_value_outside_the_declared_ones_is_named(small: Path) -> None:
    edit(small, put(4, "SEX", "f"))
    assert places(small) == [("undeclared-code", "subjects", 4, "SEX")]


def test_a_missing_key_is_named_wherever_it_is_needed(small: Path) -> None:
    edit(small, put(3, "EVENTID", "", file="events"), "events")
    edit(small, put(4, "USUBJID", "", file="events"), "events")
    assert places(small) == [
        ("missing-value", "events", 3, "EVENTID"),
        ("missing-value", "events", 4, "USUBJID"),
    ]


def test_a_required_or_embargo_cell_must_be_there(small: Path) -> None:
    edit(small, put(3, "BMI", ""))
    edit(small, put(4, "ONSET", "", file="events"), "events")

    def change(shape: dict) -> None:
        shape["resources"][0]["schema"]["fields"][4]["constraints"] = {"required": True}
        shape["muniment"]["embargo"] = {"table": "events", "field": "ONSET"}

    describe(small, change)
    assert places(small) == [
        ("missing-value", "subjects", 3, "BMI"),
        ("missing-value", "events", 4, "ONSET"),
    ]


def test_duplicates_of_a_primary_key_are_named_with_both_rows(small: Path) -> None:
    edit(small, put(9, "USUBJID", "S-00003"))
    found = holding_check.check(small).findings
    assert [(f.code, f.row, f.column) for f in found if f.table == "subjects"] == [
        ("duplicate-key", 9, "USUBJID")
    ]
    assert "row 4" in found[0].message


def test_orphans_of_a_foreign_key_are_named(small: Path) -> None:
    edit(small, put(2, "USUBJID", "S-99999", file="events"), "events")
    assert places(small) == [("orphan", "events", 2, "USUBJID")]


def test_long_lists_are_cut_and_counted(small: Path) -> None:
    def change(records: list[list[str]]) -> None:
        for record in records[1:]:
            record[2:8] = ["x", "x", "x", "x", "x", "x"]
            record[0] = "S-1"

    edit(small, change)
    found = holding_check.check(small)
    listed = [f for f in found.findings if f.code == "type-mismatch" and f.column == "AGE"]
    assert [f.row for f in listed] == list(range(2, 12))
    orphans = len((small / "events.csv").read_text().splitlines()) - 1
    assert found.faults == 20 * 6 + 1 + orphans
    assert len(found.findings) == report.MOST_FAULTS
    whole = holding_check.check(small, every=True)
    assert len(whole.findings) - whole.warnings == whole.faults == found.faults


@pytest.mark.parametrize(
    ("member", "value"), [("threshold", "x"), ("edition", 3), ("rounding", "x")]
)
def test_a_fault_of_the_descriptor_itself_is_named_with_its_place(
    small: Path, member: str, value: object
) -> None:
    file = small / "datapackage.json"
    document = json.loads(file.read_text())
    document["muniment"][member] = value
    file.write_text(json.dumps(document))
    found = holding_check.check(small).findings
    assert f"/muniment/{member}" in [finding.pointer for finding in found]
    assert any(str(each).startswith(f"datapackage.json /muniment/{member}: ") for each in found)


def test_many_duplicate_keys_are_counted(tmp_path: Path) -> None:
    tables.small_holding(tmp_path, persons=40)

    def change(records: list[list[str]]) -> None:
        records[1:] = [record for record in records[1:21] for _ in range(2)]

    edit(tmp_path, change)
    edit(tmp_path, lambda records: records.__delitem__(slice(1, None)), "events")
    edit(tmp_path, lambda records: records.append(["E-1", "S-00001", "", "", "", ""]), "events")
    found = holding_check.check(tmp_path)
    assert {finding.code for finding in found.findings} == {"duplicate-key"}
    assert (len(found.findings), found.faults) == (10, 20)


def test_missing_files_and_rows_are_named(small: Path) -> None:
    edit(small, lambda records: records.__delitem__(slice(1, None)), "events")
    assert places(small) == []
    assert places(small, warnings=True) == [("no-rows", "events", None, None)]
    (small / "events.csv").unlink()
    assert places(small) == [("no-file", "events", None, None)]
    (small / "subjects.csv").write_text("")
    assert ("missing-column", "subjects", None, "AGE") in places(small)


def test_encodings_are_named_by_place(small: Path) -> None:
    path = small / "subjects.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"Person 3,", b"Pers\xf6n 3,"))
    assert places(small) == [("not-utf8", "subjects", 4, "NAME")]
    path.write_bytes(b"\xef\xbb\xbf" + good)
    assert places(small) == [("byte-order-mark", "subjects", None, None)]
    path.write_bytes(good.replace(b"Person", b"Pers\xf6n"))
    found = holding_check.check(small)
    assert (len(found.findings), found.faults) == (10, 20)


def test_headers_are_compared_name_by_name(small: Path) -> None:
    edit(small, lambda records: records[0].__setitem__(3, "age"))
    assert places(small) == [("column-case", "subjects", None, "AGE")]
    edit(small, lambda records: records[0].__setitem__(3, "YEARS"))
    assert places(small) == [
        ("missing-column", "subjects", None, "AGE"),
        ("undeclared-column", "subjects", None, "YEARS"),
    ]
    edit(small, lambda records: records[0].__setitem__(3, "SEX"))
    assert places(small) == [
        ("missing-column", "subjects", None, "AGE"),
        ("duplicate-column", "subjects", None, "SEX"),
    ]
    edit(small, lambda records: records[0].__setitem__(slice(2, 4), ["AGE", "SEX"]))
    assert places(small) == [("wrong-header", "subjects", None, None)]


def test_rows_of_another_length_are_named(small: Path) -> None:
    edit(small, lambda records: records[4].append("surplus"))
    edit(small, lambda records: [record.pop() for record in records[6:7]])
    with (small / "subjects.csv").open("a") as file:
        file.write("\n")
    assert places(small) == [("row-length", "subjects", row, None) for row in (5, 7, 22)]


def test_many_rows_of_another_length_are_counted(small: Path) -> None:
    edit(small, lambda records: [record.pop() for record in records[1:]])
    found = holding_check.check(small)
    assert [f.row for f in found.findings] == list(range(2, 12))
    assert found.faults == 20


def test_broken_quotes_are_named(small: Path) -> None:
    path = small / "subjects.csv"
    text = path.read_text().splitlines()
    text[4] = text[4].replace("Person 4", '"Person" 4')
    path.write_text("\n".join(text))
    assert places(small) == [("broken-quotes", "subjects", 5, None)]


def test_cells_that_a_spreadsheet_would_run_are_warned_of(small: Path) -> None:
    for row, cell in enumerate(["=1+1", "@x", "+cmd", "-2+3", "-5", "-", "a=b"], start=2):
        edit(small, put(row, "NOTE", cell))
    assert places(small) == []
    assert places(small, warnings=True) == [
        ("formula-like", "subjects", row, "NOTE") for row in (2, 3, 4, 5)
    ]


def test_line_breaks_in_cells_are_warned_of_and_rows_still_count_records(small: Path) -> None:
    edit(small, put(3, "NOTE", "one\ntwo\r\nthree"))
    edit(small, put(9, "AGE", "x"))
    assert places(small, warnings=True) == [("line-break", "subjects", 3, "NOTE")]
    assert places(small) == [("type-mismatch", "subjects", 9, "AGE")]


def test_dates_in_several_forms_are_named(small: Path) -> None:
    edit(small, put(4, "START", "31/01/2012"))
    assert places(small) == [
        ("type-mismatch", "subjects", 4, "START"),
        ("mixed-dates", "subjects", None, "START"),
    ]


def test_a_text_column_of_mixed_dates_is_warned_of(small: Path) -> None:
    def change(records: list[list[str]]) -> None:
        for row, record in enumerate(records[1:]):
            record[8] = ["2012-01-31", "31.01.2012", "31-Jan-2012", ""][row % 4]

    edit(small, change)
    assert places(small, warnings=True) == [("mixed-dates", "subjects", None, "NOTE")]
    edit(small, put(2, "NOTE", "no date"))
    assert places(small, warnings=True) == []


def test_a_table_of_numbers_alone_has_no_dates_to_mix(small: Path) -> None:
    def change(shape: dict) -> None:
        events = shape["resources"][1]
        kept = [field for field in events["schema"]["fields"] if field["name"] == "GRADE"]
        events["schema"] = {"fields": kept}
        del events["muniment"]["person_key"]

    describe(small, change)
    tables.write_csv(small / "events.csv", ["GRADE"], [["1"], ["x"]])
    assert places(small) == [("type-mismatch", "events", 3, "GRADE")]


def test_cells_of_direct_identifiers_are_not_quoted(small: Path) -> None:
    edit(small, put(3, "NAME", "=CANARY"))
    [finding] = holding_check.check(small).findings
    assert finding.message == "This cell looks like a formula to a spreadsheet."
    edit(small, put(3, "NOTE", "=CANARY"))
    assert "CANARY" in str(holding_check.check(small).findings)


def test_classes_and_rules_that_are_not_declared_are_named(small: Path) -> None:
    def change(shape: dict) -> None:
        fields = shape["resources"][0]["schema"]["fields"]
        del fields[3]["muniment"]["class"]
        del fields[4]["muniment"]["release"]

    describe(small, change)
    assert places(small) == [("no-class", "subjects", None, "AGE")]
    assert places(small, warnings=True) == [("no-release-rule", "subjects", None, "BMI")]


def test_faults_of_descriptor_and_data_come_together(small: Path) -> None:
    edit(small, put(3, "AGE", "x"))

    def change(shape: dict) -> None:
        shape["resources"][0]["schema"]["fields"][3]["muniment"]["release"] = {"method": "shred"}
        shape["resources"][1]["path"] = "../events.csv"
        shape["muniment"]["threshold"] = 0

    describe(small, change)
    assert places(small) == [
        ("unknown-word", "subjects", None, "AGE"),
        ("unsafe-path", "events", None, None),
        ("out-of-range", None, None, None),
        ("type-mismatch", "subjects", 3, "AGE"),
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../subjects.csv", "unsafe-path"),
        ("/etc/passwd", "unsafe-path"),
        ("https://example.org/subjects.csv", "unsafe-path"),
        ("*.csv", "unsafe-path"),
        ("link.csv", "link"),
        ("inner/subjects.csv", "link"),
        ("pipe.csv", "no-file"),
    ],
)
def test_a_path_that_leaves_the_folder_is_named(small: Path, path: str, code: str) -> None:
    (small / "link.csv").symlink_to(small / "subjects.csv")
    (small / "inner").symlink_to(small)
    os.mkfifo(small / "pipe.csv")
    describe(small, lambda shape: shape["resources"][0].update(path=path))
    assert (code, "subjects", None, None) in places(small)


def test_names_that_an_engine_would_mix_up_stop_at_the_descriptor(small: Path) -> None:
    describe(small, lambda shape: shape["resources"][0]["schema"]["fields"][2].update(name="age"))
    codes = {place[0] for place in places(small)}
    assert codes == {"duplicate", "column-case", "undeclared-column"}
    edit(small, lambda records: records[0].__setitem__(2, "age"))
    assert {place[0] for place in places(small)} == {"duplicate"}


def as_parquet(small: Path, change: Callable | None = None) -> Path:
    import pyarrow
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    types = dict.fromkeys(tables.SUBJECT_COLUMNS, pyarrow.string())
    options = arrow_csv.ConvertOptions(column_types=types)
    table = arrow_csv.read_csv(small / "subjects.csv", convert_options=options)
    path = small / "subjects.parquet"
    parquet.write_table(change(table) if change else table, path)
    describe(small, lambda shape: shape["resources"][0].update(path="subjects.parquet"))
    return path


def test_parquet_is_checked_like_csv_with_rows_from_one(small: Path) -> None:
    edit(small, put(7, "AGE", "x"))
    edit(small, put(9, "USUBJID", "S-00003"))
    as_parquet(small)
    assert [place for place in places(small) if place[1] == "subjects"] == [
        ("type-mismatch", "subjects", 6, "AGE"),
        ("duplicate-key", "subjects", 8, "USUBJID"),
    ]


def test_columns_of_parquet_may_stand_in_any_order_but_must_be_declared(small: Path) -> None:
    names = tables.SUBJECT_COLUMNS[::-1]
    as_parquet(small, lambda table: table.select(names))
    assert places(small) == []
    as_parquet(small, lambda table: table.append_column("EXTRA", table["AGE"]))
    assert places(small) == [("undeclared-column", "subjects", None, "EXTRA")]


@pytest.mark.parametrize("cut", ["half", "empty", "middle"])
def test_a_damaged_parquet_file_is_named(small: Path, cut: str) -> None:
    path = as_parquet(small)
    data = path.read_bytes()
    broken = {"half": data[: len(data) // 2], "empty": b"",
              "middle": data[:4] + bytes(len(data) // 3) + data[4 + len(data) // 3 :]}  # fmt: skip
    path.write_bytes(broken[cut])
    assert ("unreadable", "subjects", None, None) in places(small)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (b"", "not-json"),
        (b"{}", "missing-member"),
        (b"[]", "wrong-type"),
        (b"\xff", "not-utf8"),
        (b'{"resources": [{"name": 1}], "muniment": {}, "$schema": ""}', "missing-member"),
    ],
)
def test_a_bad_descriptor_is_named(tmp_path: Path, written: bytes, code: str) -> None:
    (tmp_path / "datapackage.json").write_bytes(written)
    assert code in {place[0] for place in places(tmp_path)}


def test_a_folder_without_a_descriptor_is_named(tmp_path: Path) -> None:
    assert places(tmp_path) == [("no-descriptor", None, None, None)]
    assert places(tmp_path / "none") == [("no-folder", None, None, None)]


def test_faults_in_resources_without_names_are_named_by_number(small: Path) -> None:
    def change(shape: dict) -> None:
        shape["resources"][1]["name"] = 5
        shape["resources"][0]["schema"]["fields"][2] = {"type": "string"}
        shape["resources"][0]["schema"]["primaryKey"] = "NO"

    describe(small, change)
    assert {place[1:] for place in places(small)} >= {
        ("number 2", None, None),
        ("subjects", None, "number 3"),
        ("subjects", None, None),
    }


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"resources": []}, "/resources/3/name"),
        ({"resources": 5}, "/resources/0"),
        ({"resources": [{"schema": 5}]}, "/resources/0/schema/fields/2/name"),
        ({"resources": [5]}, "/resources/0/schema/fields/2/name"),
    ],
)
def test_places_in_a_broken_document_still_have_names(document: dict, path: str) -> None:
    table, _ = report.place(document, path)
    assert table is not None


def test_a_described_holding_is_checked_by_its_descriptor_alone(small: Path) -> None:
    def change(shape: dict) -> None:
        shape["muniment"]["kind"] = "described"
        for resource in shape["resources"]:
            del resource["path"]

    describe(small, change)
    assert holding_check.check(small).fit


def test_keys_that_point_at_broken_tables_are_left_out(small: Path) -> None:
    (small / "subjects.csv").unlink()
    assert places(small) == [("no-file", "subjects", None, None)]

    def change(shape: dict) -> None:
        shape["resources"][1]["schema"]["primaryKey"] = ["NO"]
        shape["resources"][1]["schema"]["foreignKeys"][0]["fields"] = ["NO"]

    describe(small, change)
    assert {place[0] for place in places(small)} == {"no-file", "unknown-variable"}


@pytest.mark.slow
def test_rows_are_numbered_right_in_a_file_of_many_blocks(tmp_path: Path) -> None:
    """The engine reads large files in parallel; a row's number must not depend on that."""
    rows = [[f"S-{n}", "x" * 40, "F", "50", "1", "CA", "true", "2012-01-02", "note"]
            for n in range(2, 150_002)]  # fmt: skip
    for row in (70_000, 140_000):
        rows[row - 2][3] = "x"
    tables.write_holding(
        tmp_path, tables.descriptor(), subjects=rows,
        events=[["E-1", "S-2", "", "", "", ""]],
    )  # fmt: skip
    assert places(tmp_path) == [
        ("type-mismatch", "subjects", 70_000, "AGE"),
        ("type-mismatch", "subjects", 140_000, "AGE"),
    ]


def test_findings_say_where_they_are() -> None:
    fault = report.Finding(report.Severity.FAULT, "x", "Wrong.", "t", 3, "c")
    assert str(fault) == "t, row 3, column c: Wrong."
    assert str(report.Finding(report.Severity.WARNING, "x", "Look.")) == "warning: Look."
