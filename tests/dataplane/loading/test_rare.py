"""What is rare in sources: files that go away, are too large, locked or odd, and long columns."""

import datetime
import json
import math
import shutil
import struct
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from muniment.dataplane import loading, refusals
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check import report
from muniment.dataplane.loading import cells, raw, readers, wanted
from muniment.dataplane.loading.readers import chunks, excel, json_rows
from tests.dataplane import tables
from tests.dataplane.loading import orders

KEY = orders.field("id")
WORDS = [KEY, orders.field("words")]


def wanting(kind: wanted.Kind, **more: object) -> wanted.Wanted:
    """A table `t` of one column, `id`."""
    members: dict = {"view": None, "takes": {"id": wanted.Take(column="id")}, **more}
    return wanted.Wanted(
        name="t", path="data/t.parquet", files=("t",), kind=kind, encoding=None,
        dialect=wanted.Dialect(), match=wanted.Match.EXACT, kinds={"id": "string"}, **members,
    )  # fmt: skip


def codes(path: Path, table: wanted.Wanted) -> list[str]:
    notes = report.Notes()
    assert list(readers.read(path.name, path, table, notes)) == []
    return [finding.code for finding in notes.report(None).findings]


FILES = [kind for kind in wanted.Kind if kind is not wanted.Kind.POSTGRESQL]


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_goes_away_is_named_whatever_it_is_written_in(
    tmp_path: Path, kind: wanted.Kind
) -> None:
    view = wanted.View() if kind in (wanted.Kind.JSON, wanted.Kind.JSON_LINES) else None
    assert codes(tmp_path / "gone", wanting(kind, view=view)) == ["unreadable"]


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    place = tmp_path / "t"
    place.touch()
    with place.open("r+b") as file:
        file.truncate(excel.LARGEST + 1)
    assert codes(place, wanting(wanted.Kind.EXCEL)) == ["too-large"]
    with place.open("r+b") as file:
        file.truncate(json_rows.LARGEST + 1)
    assert codes(place, wanting(wanted.Kind.JSON, view=wanted.View())) == ["unreadable"]


def locked_workbook() -> bytes:
    """A compound file as [MS-CFB] has it, with the stream of an encrypted workbook."""
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    allocation = struct.pack("<II", table, end) + struct.pack("<I", free) * 126

    def entry(name: str, kind: int, child: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        facts = struct.pack("<HBBIII", len(written), kind, 1, free, free, child)
        return written.ljust(64, b"\0") + facts + bytes(36) + struct.pack("<IQ", end, 0)

    empty = bytes(64) + struct.pack("<HBBIII", 0, 0, 0, free, free, free) + bytes(48)
    entries = entry("Root Entry", 5, 1) + entry("EncryptedPackage", 2, free) + empty * 2
    return header + allocation + entries


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "t.xlsx"
    place.write_bytes(locked_workbook())
    notes = report.Notes()
    assert list(readers.read("t.xlsx", place, wanting(wanted.Kind.EXCEL), notes)) == []
    [finding] = notes.report(None).findings
    assert (finding.code, "password" in finding.message) == ("unreadable", True)


def open_document(folder: Path, rows: list[list[str]]) -> None:
    """The least that a spreadsheet of OpenDocument 1.3 has."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0" '
        f'xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(folder / "t.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f'<manifest xmlns="{space}manifest:1.0"/>')
        book.writestr("content.xml", content)


def test_a_spreadsheet_of_another_program_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    open_document(tmp_path / "in", [["id", "words"], ["a", "x"]])
    outcome = orders.load(tmp_path / "in", orders.descriptor(WORDS, path="t.ods"))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x")]


def workbook(folder: Path, rows: list[list[str]]) -> Path:
    folder.mkdir()
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def test_a_note_beside_a_table_is_no_column(tmp_path: Path) -> None:
    workbook(tmp_path / "in", [["id", "words"], ["a", "x", "ask Ann"]])
    outcome = orders.load(tmp_path / "in", orders.descriptor(WORDS, path="t.xlsx"))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x")]


def test_a_workbook_damaged_beside_its_cells_is_refused(tmp_path: Path) -> None:
    place = workbook(tmp_path / "in", [["id", "words"], ["a", "x"]])
    with zipfile.ZipFile(place) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["docProps/core.xml"] = b"<coreProperties"
    with zipfile.ZipFile(place, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    outcome = orders.load(tmp_path / "in", orders.descriptor(WORDS, path="t.xlsx"))
    assert orders.faults(outcome) == [("unreadable", "t.xlsx", None, None)]
    assert "repair" in outcome.report.findings[0].message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (7, "7"),
        (math.nan, None),
        (1e300, "1e+300"),
        (2.0, "2"),
        (Decimal("NaN"), None),
        (Decimal("1E+2"), "100"),
        (b"\x01", "01"),
        (datetime.datetime(2012, 1, 31, 23, tzinfo=datetime.UTC), "2012-01-31T23:00:00Z"),
    ],
)
def test_a_typed_value_has_one_text(value: object, expected: str | None) -> None:
    assert chunks.text(value) == expected


def test_a_column_of_very_many_different_cells_is_converted_to_its_end() -> None:
    source: cells.Cells = [f" {number} " for number in range(100_002)]
    converted = cells.converted(source, wanted.Take(column="x", trim=True), "string")
    assert converted == [str(number) for number in range(100_002)]


def test_a_time_with_a_zone_is_kept_in_utc(tmp_path: Path) -> None:
    fields = [KEY, orders.field("seen", "datetime", format="%d/%m/%Y %H:%M %z")]
    text = "id,seen\na,31/12/2012 23:30 -0500\n"
    outcome = orders.load_text(tmp_path / "in", text, orders.descriptor(fields))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", datetime.datetime(2013, 1, 1, 4, 30))]  # noqa: DTZ001


def test_more_elements_than_one_piece_holds_become_rows_in_order(tmp_path: Path) -> None:
    many = [{"k": number} for number in range(chunks.ROWS + 2)]
    orders.write(tmp_path / "in", {"rows": many}, "a.json")
    orders.write(tmp_path / "in", {"rows": []}, "b.json")
    columns = {"files": "*.json", "rows": {"each": "rows"}, "columns": {"id": "k"}}
    mapping = {"muniment_mapping": 1, "tables": {"t": columns}}
    document = orders.descriptor([orders.field("id", "integer")])
    outcome = orders.load(tmp_path / "in", document, mapping=mapping)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [(number,) for number in range(chunks.ROWS + 2)]


def test_an_empty_text_stays_one_where_another_sign_means_missing(tmp_path: Path) -> None:
    fields = [KEY, orders.field("words", constraints={"required": True})]
    document = orders.descriptor(fields, schema={"missingValues": ["NA"]})
    outcome = orders.load_text(tmp_path / "in", 'id,words\na,""\nb,x\n', document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", ""), ("b", "x")]


def test_a_finding_about_no_table_is_told_as_it_is() -> None:
    finding = report.Finding(report.Severity.FAULT, "unreadable", "The engine gave up.")
    found = report.Report("tiny", "1", (finding,), 1, 0)
    assert raw.told(found, [raw.Written("t")]) == found


def test_a_table_damaged_while_it_is_written_is_not_published(tmp_path: Path) -> None:
    source = tables.small_holding(tmp_path / "source", persons=20)
    out = tmp_path / "edition"

    def damage(what: str, done: int, of: int) -> None:
        if (what, done) == ("write the edition", 1):
            written = sorted(tmp_path.glob(".muniment-build-*/package/data/subjects.parquet"))[0]
            written.write_bytes(b"PAR1")

    order = loading.Order([str(source)], out, orders.NOW, descriptor=source / "datapackage.json")
    outcome = loading.load(order, watch=Watch(damage))
    assert outcome.folder is None
    assert [finding.code for finding in outcome.report.findings] == ["unreadable"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]


def test_a_folder_taken_away_while_it_is_written_to_ends_the_load(tmp_path: Path) -> None:
    source = tables.small_holding(tmp_path / "source", persons=5)

    def take_away(what: str, done: int, of: int) -> None:
        if what == "read subjects":
            [folder] = tmp_path.glob(".muniment-build-*/raw")
            shutil.rmtree(folder)
            folder.touch()

    order = loading.Order(
        [str(source)], tmp_path / "edition", orders.NOW, descriptor=source / "datapackage.json"
    )
    with pytest.raises(refusals.Refused) as refused:
        loading.load(order, watch=Watch(take_away))
    assert refused.value.code == "cannot-write"
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_more_rows_than_one_piece_holds_keep_their_order(tmp_path: Path) -> None:
    keys = [f"p{number}" for number in range(chunks.ROWS + 2)]
    outcome = orders.load_text(
        tmp_path / "in", "\n".join(["id", *keys, ""]), orders.descriptor([KEY])
    )
    assert outcome.folder is not None
    assert [key for (key,) in orders.rows(outcome.folder)] == keys


def test_an_edition_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = tables.small_holding(tmp_path / "source", persons=5)
    (tmp_path / "file").touch()
    order = loading.Order(
        [str(source)], tmp_path / "file" / "edition", orders.NOW,
        descriptor=source / "datapackage.json",
    )  # fmt: skip
    with pytest.raises(refusals.Refused) as refused:
        loading.load(order)
    assert refused.value.code == "cannot-write"


def test_a_pattern_does_not_lead_out_of_the_sources(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("id\nb\n")
    (tmp_path / "in" / "t1.csv").write_text("id\na\n")
    (tmp_path / "in" / "t2.csv").symlink_to(tmp_path / "out.csv")
    outcome = orders.load(tmp_path / "in", orders.descriptor([KEY], path="t*.csv"))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a",)]


def test_files_of_one_name_in_two_folders_are_both_read_and_both_recorded(tmp_path: Path) -> None:
    for name, key in (("north", "a"), ("south", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text(f"id\n{key}\n")
    places = [str(tmp_path / "north"), str(tmp_path / "south")]
    outcome = orders.load(tmp_path / "in", orders.descriptor([KEY]), sources=places)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a",), ("b",)]
    sources = json.loads((outcome.folder / "edition.json").read_text())["sources"]
    assert [each["file"] for each in sources] == ["t.csv", "t.csv"]
    assert len({each["hash"] for each in sources}) == 2


def test_a_declared_format_is_more_than_a_file_s_ending(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "t.json").write_text("id,words\na,x@example.org\n")
    fields = [KEY, orders.field("words", format="email")]
    outcome = orders.load(tmp_path / "in", orders.descriptor(fields, path="t.json", format="csv"))
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x@example.org")]


def test_a_mapping_may_name_files_only_and_a_descriptor_beside_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "other.csv").write_text("id,words\na,x\n")
    orders.write(tmp_path / "papers", orders.descriptor(WORDS), "registry.json")
    tables_of = {"t": {"files": ["other.csv"]}}
    mapping = {"muniment_mapping": 1, "descriptor": "registry.json", "tables": tables_of}
    place = orders.write(tmp_path / "papers", mapping, "mapping.yaml")
    order = loading.Order([str(tmp_path / "in")], tmp_path / "out", orders.NOW, mapping=place)
    outcome = loading.load(order)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", "x")]
    tables_of["t"]["files"] = [3]
    orders.write(tmp_path / "papers", mapping, "mapping.yaml")
    with pytest.raises(refusals.Refused) as refused:
        loading.load(loading.Order([], tmp_path / "two", orders.NOW, mapping=place))
    assert refused.value.code == "wrong-type"


@pytest.mark.parametrize("resource", [3, {"schema": 3}, {"schema": {"fields": [3]}}])
def test_a_resource_of_another_shape_is_refused(tmp_path: Path, resource: object) -> None:
    document = {**orders.descriptor([KEY]), "resources": [resource]}
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", document)
    assert {each.code for each in refused.value.refusals} & {"wrong-type", "missing-member"}


def test_two_databases_are_one_too_many(tmp_path: Path) -> None:
    sources = ["postgresql:ONE", "postgresql:TWO"]
    with pytest.raises(refusals.Refused, match="one database"):
        orders.load(tmp_path / "in", orders.descriptor([KEY]), sources=sources)
