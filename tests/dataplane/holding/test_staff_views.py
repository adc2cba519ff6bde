"""Profiles, differences, links between holdings, and files built elsewhere."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment import cli
from muniment.dataplane import bring, diff, holding_check, loading, profile, refusals
from muniment.dataplane.profile import proposals
from muniment.dataplane.spec import faults
from muniment.dataplane.spec.values import FieldType
from tests.dataplane import tables

pytestmark = pytest.mark.slow

NOW = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "small", persons=60)


def columns(folder: Path, table: str = "subjects") -> dict[str, profile.Column]:
    found = profile.of(folder, now=NOW)
    [one] = [each for each in found.tables if each.name == table]
    return {column.name: column for column in one.columns}


def test_a_profile_proposes_and_writes_nothing(small: Path) -> None:
    before = {path: path.read_bytes() for path in small.rglob("*")}
    found = columns(small)
    assert found["USUBJID"].proposal.sensitivity == "direct"
    assert found["NAME"].proposal.sensitivity == "direct"
    assert found["AGE"].proposal.method == "top90"
    assert found["START"].proposal.method == "days_from"
    assert found["SEX"].proposal.method == "keep"
    assert found["BMI"].low is not None
    assert found["NAME"].low is None
    assert found["AGE"].missing == sum(not row[3] for row in records(small))
    assert {path: path.read_bytes() for path in small.rglob("*")} == before


def records(folder: Path) -> list[list[str]]:
    import csv

    with (folder / "subjects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a@b.org", "c@d.org"], ("direct", "drop")),
        (["(202) 555-0101", "202-555-0102"], ("direct", "drop")),
        (["call a@b.org", "x"], ("quasi", "keep")),
        (["a@b.org", "x", "y"], ("sensitive", "free_text")),
        (["90210", "10001-1234"], ("quasi", "zip3")),
        (["2012-01-31", "2013-02-28"], ("quasi", "drop")),
        (["x" * 90, "y"], ("sensitive", "free_text")),
        ([""], ("quasi", "drop")),
        ([f"c{n % 40}" for n in range(60)], ("quasi", "rare_merge")),
        ([f"c{n}" for n in range(60)], ("direct", "drop")),
    ],
)
def test_a_text_column_is_judged_by_its_cells(
    small: Path, cells: list[str], expected: tuple[str, str]
) -> None:
    rows = records(small)
    for place, row in enumerate(rows):
        row[8] = cells[place] if len(cells) == 60 else cells[place % len(cells)]
    tables.write_csv(small / "subjects.csv", tables.SUBJECT_COLUMNS, rows)
    proposal = columns(small)["NOTE"].proposal
    assert (proposal.sensitivity, proposal.method) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("HOME_ZIP", ("quasi", "zip3")), ("COUNT", ("sensitive", "keep"))]
)
def test_whole_numbers_are_zip_codes_only_where_their_name_says_so(
    name: str, expected: tuple[str, str]
) -> None:
    facts = proposals.Facts(
        name, FieldType.INTEGER, rows=40, present=40, distinct=12, hits={"ZIP": 40}, key=False,
    )  # fmt: skip
    proposal = proposals.of(facts)
    assert (proposal.sensitivity, proposal.method) == expected


@pytest.mark.parametrize(
    ("name", "kind", "cells", "says"),
    [
        ("SEEN", "string", ["2012-03-01", "01MAR2012", "3/1/2012"], "Most cells name a date"),
        ("SEEN", "integer", ["20120301", "20120302", "20120303"], "Most cells name a date"),
        ("SEEN", "string", ["2012-03-01 " + "and so on " * 9, "x", "y"], "It holds long text"),
        ("DX_YEAR", "integer", ["2012", "2013", "2014"], "Its name tells a year"),
        ("DX_YEAR", "year", ["2012", "2013", "2014"], "Many values"),
    ],
)
def test_dates_and_years_that_are_not_declared_as_such_are_pointed_out(
    tmp_path: Path, name: str, kind: str, cells: list[str], says: str
) -> None:
    """Beside ages they leave only where they are."""
    shape = tables.descriptor()
    for field in shape["resources"][1]["schema"]["fields"]:
        if field["name"] == "TERM":
            field |= {"name": name, "type": kind}
    events = [[f"E-{n}", f"S-{n}", cell, "Y", "1", ""] for n, cell in enumerate(cells)]
    subjects = [[f"S-{n}", *[""] * 8] for n in range(3)]
    place = tables.write_holding(tmp_path / "h", shape, subjects=subjects, events=events)
    file = place / "events.csv"
    file.write_text(file.read_text("utf-8").replace("TERM", name, 1), "utf-8")
    assert columns(place, "events")[name].proposal.reason.startswith(says)


def test_rows_under_embargo_are_in_no_profile(tmp_path: Path) -> None:
    settings = {"embargo": {"table": "subjects", "field": "START"}}
    folder = tables.small_holding(tmp_path / "e", persons=60, settings=settings)
    limit = datetime.datetime(2013, 1, 1, tzinfo=datetime.UTC)
    seen = profile.of(folder, now=limit)
    everything = profile.of(folder, now=NOW)
    for before, after in zip(seen.tables, everything.tables, strict=True):
        assert 0 < before.rows < after.rows


def test_two_equal_editions_do_not_differ(small: Path) -> None:
    found = diff.compare(small, small)
    assert not any(each.any for each in found.tables)
    assert (found.units_added, found.units_removed, found.units_changed) == (0, 0, 0)
    assert found.may_republish


def second(small: Path, tmp_path: Path, rows: list[list[str]], shape: dict | None = None) -> Path:
    import csv

    with (small / "events.csv").open(encoding="utf-8", newline="") as file:
        events = list(csv.reader(file))[1:]
    shape = shape or tables.descriptor(edition="2026.2")
    return tables.write_holding(tmp_path / "second", shape, subjects=rows, events=events)


def test_rows_and_persons_are_compared_by_key(small: Path, tmp_path: Path) -> None:
    rows = records(small)
    rows[0][2] = "M" if rows[0][2] == "F" else "F"
    new = ["S-99999", *rows[1][1:]]
    found = diff.compare(small, second(small, tmp_path, [*rows[:-1], new]))
    [subjects, events] = found.tables
    assert (subjects.rows_added, subjects.rows_removed, subjects.rows_changed) == (1, 1, 1)
    assert (events.rows_added, events.rows_removed, events.rows_changed) == (0, 0, 0)
    assert (found.units_added, found.units_removed, found.units_changed) == (1, 1, 1)
    assert not found.may_republish
    assert "keep publishing" in found.sentences()[-1]


def test_a_changed_schema_is_told(small: Path, tmp_path: Path) -> None:
    shape = tables.descriptor(edition="2026.2")
    shape["resources"][0]["schema"]["fields"][4]["type"] = "string"
    shape["resources"][0]["schema"].pop("primaryKey")
    shape["resources"] = shape["resources"][:1]
    folder = second(small, tmp_path, records(small), shape)
    found = diff.compare(small, folder)
    assert found.tables_removed == ("events",)
    assert found.tables[0].columns_declared_otherwise == ("BMI",)
    assert found.tables[0].rows_changed is None
    said = found.sentences()
    assert "Table events is gone." in said
    assert "Table events is new." in diff.compare(folder, small).sentences()


def test_columns_that_come_and_go_are_told(small: Path, tmp_path: Path) -> None:
    shape = tables.descriptor(edition="2026.2")
    shape["resources"][0]["schema"]["fields"].pop()
    folder = tmp_path / "second"
    tables.small_holding(folder, persons=60)
    (folder / "datapackage.json").write_text(json.dumps(shape))
    cut = [row[:-1] for row in records(small)]
    tables.write_csv(folder / "subjects.csv", tables.SUBJECT_COLUMNS[:-1], cut)
    assert diff.compare(small, folder).tables[0].columns_removed == ("NOTE",)
    said = diff.compare(folder, small).sentences()
    assert "subjects: column NOTE is new." in said


def test_a_changed_row_of_a_table_without_a_person_key_counts_for_its_person(
    small: Path, tmp_path: Path
) -> None:
    """Its foreign key says whose it is; not to count it would let public numbers follow."""
    for folder in (small, tmp_path / "second"):
        tables.small_holding(folder, persons=60)
        shape = tables.descriptor()
        shape["resources"][1]["muniment"].pop("person_key")
        (folder / "datapackage.json").write_text(json.dumps(shape))
    events = tmp_path / "second" / "events.csv"
    first, *rest = events.read_text().splitlines()[1:]
    header = ",".join(tables.EVENT_COLUMNS)
    events.write_text("\n".join([header, first.replace(first[-10:], "2014-12-31"), *rest, ""]))
    found = diff.compare(small, tmp_path / "second")
    assert [each.rows_changed for each in found.tables] == [0, 1]
    assert (found.units_added, found.units_removed, found.units_changed) == (0, 0, 1)
    assert not found.may_republish


def reshaped(folder: Path, change: Callable[[dict], None]) -> Path:
    """The same data under another descriptor."""
    shape = tables.descriptor(edition="2026.2")
    change(shape)
    (folder / "datapackage.json").write_text(json.dumps(shape))
    return folder


def test_tables_that_no_key_ties_to_a_person_change_nobody(small: Path, tmp_path: Path) -> None:
    def untied(shape: dict) -> None:
        for entry in shape["resources"]:
            entry["muniment"].pop("person_key")
        shape["resources"][1]["schema"].pop("foreignKeys")

    other = tables.small_holding(tmp_path / "other", persons=60)
    (other / "events.csv").write_text(",".join(tables.EVENT_COLUMNS) + "\n")
    found = diff.compare(reshaped(small, untied), reshaped(other, untied))
    assert found.tables[1].rows_removed > 0
    assert found.units_changed == 0


def test_a_base_table_of_another_name_or_key_has_no_rows_to_compare(
    small: Path, tmp_path: Path
) -> None:
    def renamed(shape: dict) -> None:
        shape["resources"] = shape["resources"][:1]
        shape["resources"][0]["name"] = shape["muniment"]["base_table"] = "people"

    def other_key(shape: dict) -> None:
        shape["resources"] = shape["resources"][:1]
        shape["resources"][0]["schema"]["primaryKey"] = "KEY"
        shape["resources"][0]["schema"]["fields"][0]["name"] = "KEY"
        shape["resources"][0]["muniment"]["person_key"] = "KEY"

    other = tables.small_holding(tmp_path / "other", persons=60)
    found = diff.compare(small, reshaped(other, renamed))
    assert (found.tables_added, found.tables_removed) == (("people",), ("subjects", "events"))
    assert (found.units_added, found.units_removed, found.units_changed) == (0, 0, 0)
    subjects = (other / "subjects.csv").read_text()
    (other / "subjects.csv").write_text(subjects.replace("USUBJID", "KEY", 1))
    found = diff.compare(small, reshaped(other, other_key))
    assert found.tables[0].columns_added == ("KEY",)
    assert (found.units_added, found.units_removed, found.units_changed) == (0, 0, 0)


def test_two_holdings_are_not_two_editions(small: Path, tmp_path: Path) -> None:
    other = tables.small_holding(tmp_path / "other", holding="other")
    with pytest.raises(faults.Faulty, match="two holdings"):
        diff.compare(small, other)


LINK = {
    "holding": "other", "table": "subjects", "field": "USUBJID", "their_table": "subjects",
    "their_field": "USUBJID",
}  # fmt: skip


def linked(tmp_path: Path, *, persons: int = 60, **link: str) -> Path:
    settings = {"links": [{**LINK, **link}]}
    return tables.small_holding(tmp_path / "linked", persons=persons, settings=settings)


@pytest.mark.parametrize(
    ("persons", "link", "code"),
    [
        (60, {}, None),
        (70, {}, "link-partial"),
        (60, {"their_field": "NAME"}, "link-empty"),
        (60, {"their_field": "SEX"}, "link-empty"),
        (60, {"their_field": "AGE"}, "link-type"),
        (60, {"their_field": "GONE"}, "link-target"),
        (60, {"their_table": "gone"}, "link-target"),
        (60, {"field": "GONE"}, "unknown-variable"),
        (60, {"holding": "absent"}, "link-unchecked"),
        (60, {"holding": "NOT A NAME"}, "wrong-form"),
        (60, {"more": "x"}, "unknown-member"),
    ],
)
def test_a_link_is_checked_against_the_holding_it_names(
    tmp_path: Path, persons: int, link: dict, code: str | None
) -> None:
    other = tables.small_holding(tmp_path / "other", persons=60, holding="other")
    folder = linked(tmp_path, persons=persons, **link)
    found = holding_check.check(folder, linked=[other]).findings
    assert [each.code for each in found] == ([] if code is None else [code])


def test_a_linked_holding_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    other = tables.small_holding(tmp_path / "other", persons=60, holding="other")
    folder = linked(tmp_path)
    (other / "subjects.csv").unlink()
    assert [e.code for e in holding_check.check(folder, linked=[other]).findings] == ["link-target"]
    found = holding_check.check(folder, linked=[tmp_path / "absent"]).findings
    assert [each.code for each in found] == ["no-descriptor", "link-unchecked"]


@pytest.fixture
def described(tmp_path: Path) -> Path:
    shape = tables.descriptor()
    shape["muniment"]["kind"] = "described"
    for resource in shape["resources"]:
        resource.pop("path")
    folder = tmp_path / "described"
    folder.mkdir()
    (folder / "datapackage.json").write_text(json.dumps(shape))
    return folder


def test_files_built_elsewhere_pass_the_same_checks(
    small: Path, described: Path, tmp_path: Path
) -> None:
    files = [str(small / "subjects.csv"), str(small / "events.csv")]
    outcome = bring.bring(files, described=described, out=tmp_path / "out", now=NOW)
    assert outcome.folder is not None
    assert holding_check.check(outcome.folder).fit
    assert (
        json.loads((outcome.folder / "datapackage.json").read_text())["muniment"]["kind"]
        == "loaded"
    )


def test_what_was_brought_stands_for_its_holding_in_an_extract(
    small: Path, described: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUNIMENT_HOME", str(tmp_path / "home"))
    brought = tmp_path / "brought"
    bring.bring([str(small / "subjects.csv")], described=described, out=brought, now=NOW)
    names = ("USUBJID", "SEX")
    variables = [{"name": name, "reason": "To rehearse."} for name in names]
    part = {
        "id": "p1", "holding": "small", "edition": "2026.1", "level": "record", "cohort": None,
        "tables": [{"name": "subjects", "variables": variables}],
    }  # fmt: skip
    asked, package = tmp_path / "request.json", tmp_path / "package"
    asked.write_text(json.dumps({"muniment_specification": 1, "parts": [part], "links": []}))
    receipt = str(tmp_path / "receipt.json")
    words = ["extract", str(asked), "--holding", str(brought), "--out", str(package)]
    assert cli.main([*words, "--receipt", receipt]) == 0
    assert cli.main(["risk", receipt]) == 0
    [told] = json.loads((package / "manifest.json").read_text())["parts"]
    assert {each["variable"]: each["method"] for each in told["methods"]} == {
        "USUBJID": "pseudonym", "SEX": "keep",
    }  # fmt: skip


def test_a_profile_needs_no_classes_but_a_load_does(small: Path, tmp_path: Path) -> None:
    shape = tables.descriptor()
    for entry in shape["resources"]:
        for field in entry["schema"]["fields"]:
            field["muniment"] = {}
    (small / "datapackage.json").write_text(json.dumps(shape))
    assert {column.declared for column in columns(small).values()} == {None}
    order = loading.Order(
        [str(small)], tmp_path / "out", NOW, descriptor=small / "datapackage.json"
    )
    outcome = loading.load(order)
    assert {each.code for each in outcome.report.findings} == {"no-class"}
    assert outcome.folder is None


def test_some_columns_and_tables_may_be_missing_but_none_added(
    small: Path, described: Path, tmp_path: Path
) -> None:
    rows = records(small)
    cut = tmp_path / "subjects.csv"
    tables.write_csv(cut, tables.SUBJECT_COLUMNS[:4], [row[:4] for row in rows])
    outcome = bring.bring([str(cut)], described=described, out=tmp_path / "out", now=NOW)
    assert outcome.folder is not None
    tables.write_csv(cut, [*tables.SUBJECT_COLUMNS, "SSN"], [[*row, "1"] for row in rows])
    outcome = bring.bring([str(cut)], described=described, out=tmp_path / "out2", now=NOW)
    assert [each.code for each in outcome.report.findings] == ["undeclared-column"]
    assert not (tmp_path / "out2").exists()


def test_parquet_may_be_brought_and_a_damaged_file_is_named(
    small: Path, described: Path, tmp_path: Path
) -> None:
    import pyarrow
    from pyarrow import parquet

    place = tmp_path / "subjects.parquet"
    columns = dict(zip(tables.SUBJECT_COLUMNS, zip(*records(small), strict=True), strict=True))
    parquet.write_table(pyarrow.table({k: list(v) for k, v in columns.items()}), place)
    outcome = bring.bring([str(place)], described=described, out=tmp_path / "out", now=NOW)
    assert outcome.folder is not None
    place.write_bytes(b"PAR1")
    outcome = bring.bring([str(place)], described=described, out=tmp_path / "out2", now=NOW)
    assert [each.code for each in outcome.report.findings] == ["unreadable"]


def test_a_spreadsheet_is_brought_whole(small: Path, described: Path, tmp_path: Path) -> None:
    """Nobody looks at its columns before it is read, so that a missing one is a fault."""
    from openpyxl import Workbook

    for columns, codes in ((9, []), (8, ["missing-column"])):
        book = Workbook()
        for row in [tables.SUBJECT_COLUMNS, *records(small)]:
            book.active.append(row[:columns])
        place = tmp_path / "subjects.xlsx"
        book.save(place)
        out = tmp_path / f"out-{columns}"
        outcome = bring.bring([str(place)], described=described, out=out, now=NOW)
        assert [each.code for each in outcome.report.findings] == codes
        assert out.exists() == (codes == [])


def test_what_cannot_be_brought_is_refused(small: Path, described: Path, tmp_path: Path) -> None:
    subjects, events = str(small / "subjects.csv"), str(small / "events.csv")
    (tmp_path / "patients.csv").write_text("x\n")
    for files, where, code in (
        ([subjects], small, "not-described"),
        ([subjects], tmp_path / "absent", "no-descriptor"),
        ([str(tmp_path / "absent.csv")], described, "no-source"),
        ([str(tmp_path / "patients.csv")], described, "unknown-file"),
        ([events], described, "no-source"),
    ):
        with pytest.raises(refusals.Refused) as refused:
            bring.bring(files, described=where, out=tmp_path / "out", now=NOW)
        assert refused.value.code == code


def test_the_commands_say_what_was_done(
    small: Path, described: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    descriptor = str(small / "datapackage.json")
    words = ["holding", "load", str(small), "--descriptor", descriptor, "--out"]
    assert cli.main([*words, str(out)]) == 0
    assert "subjects: 60 rows" in capsys.readouterr().out
    assert cli.main([*words, str(out)]) == 1
    assert "already exists" in capsys.readouterr().err
    assert cli.main([*words, str(tmp_path / "json"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["subjects"] == 60
    assert cli.main(["holding", "load", str(small), "--out", str(out)]) == 1
    assert "--descriptor or --mapping" in capsys.readouterr().err
    for word in (["profile", str(out)], ["diff", str(out), str(small)]):
        assert cli.main(["holding", *word]) == 0
        assert "taff only" in capsys.readouterr().out
        assert cli.main(["holding", *word, "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["for"] == "staff only"
        assert cli.main(["holding", word[0], *[str(tmp_path / "no")] * (len(word) - 1)]) == 1
        assert "cannot be read" in capsys.readouterr().err
    data = out / "data" / "subjects.parquet"
    data.unlink()
    assert [each.code for each in holding_check.check(out).findings] == ["no-file"]
    files = [str(small / "subjects.csv")]
    told = ["holding", "bring", *files, "--for", str(described), "--out", str(tmp_path / "b")]
    assert cli.main(told) == 0
    (small / "subjects.csv").write_text("USUBJID\n\n")
    assert cli.main([*words, str(tmp_path / "bad")]) == 1
    assert "Nothing was loaded" in capsys.readouterr().err
