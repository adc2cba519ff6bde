"""Loading an edition: what comes out, what is refused, what is left behind."""

import csv
import datetime
import json
import os
from pathlib import Path

import jsonschema
import pytest

from muniment.dataplane import holding_check, loading, refusals
from muniment.dataplane.spec import holding
from tests.dataplane import tables
from tests.dataplane.loading import orders
from tests.holdings import places

KEY = orders.field("id")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "source", persons=150)


def load(source: Path, out: Path) -> loading.Outcome:
    order = loading.Order([str(source)], out, orders.NOW, descriptor=source / holding.DESCRIPTOR)
    return loading.load(order)


def test_an_edition_holds_what_its_sources_held(source: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in source.iterdir()}
    outcome = load(source, tmp_path / "edition")
    assert outcome.folder == tmp_path / "edition"
    assert holding_check.check(outcome.folder).findings == ()
    for table in ("subjects", "events"):
        assert orders.rows(outcome.folder, table) == orders.rows(source, table)
        with (source / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert outcome.rows[table] == len(list(csv.reader(file))) - 1
    assert {path.name: path.read_bytes() for path in source.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_same_sources_give_the_same_edition(source: Path, tmp_path: Path) -> None:
    first, second = (load(source, tmp_path / name) for name in ("one", "two"))
    assert first.content_hash == second.content_hash
    sealed = json.loads((tmp_path / "one" / "edition.json").read_text())
    assert sealed["content_hash"] == first.content_hash
    assert sealed["loaded_at"] == "2026-11-01T12:00:00+00:00"
    assert {each["file"] for each in sealed["sources"]} == {"subjects.csv", "events.csv"}


def test_an_edition_is_never_written_over(source: Path, tmp_path: Path) -> None:
    load(source, tmp_path / "edition")
    before = (tmp_path / "edition" / "datapackage.json").read_bytes()
    with pytest.raises(refusals.Refused) as refused:
        load(source, tmp_path / "edition")
    assert refused.value.code == "edition-exists"
    assert (tmp_path / "edition" / "datapackage.json").read_bytes() == before
    assert os.stat(tmp_path / "edition" / "datapackage.json").st_mode & 0o222 == 0


def test_a_changed_byte_of_an_edition_is_noticed(source: Path, tmp_path: Path) -> None:
    folder = load(source, tmp_path / "edition").folder
    assert folder is not None
    target = folder / "data" / "subjects.parquet"
    target.chmod(0o600)
    target.write_bytes(target.read_bytes() + b"x")
    assert "changed-file" in [each.code for each in holding_check.check(folder).findings]


def test_the_descriptor_fits_the_official_schema(source: Path, tmp_path: Path) -> None:
    place = places.source("validators", "datapackage_2_0", "datapackage.json")
    judge = jsonschema.Draft7Validator(json.loads(place.read_text(encoding="utf-8")))
    folder = load(source, tmp_path / "edition").folder
    assert folder is not None
    document = json.loads((folder / "datapackage.json").read_text())
    assert [error.message for error in judge.iter_errors(document)] == []
    assert all(each["format"] == "parquet" for each in document["resources"])


def test_every_type_keeps_its_values(tmp_path: Path) -> None:
    fields = [
        KEY,
        orders.field("whole", "integer"),
        orders.field("part", "number", decimalChar=",", groupChar="."),
        orders.field("day", "date", format="%d/%m/%Y"),
        orders.field("moment", "datetime"),
        orders.field("yes", "boolean", trueValues=["J"], falseValues=["N"]),
        orders.field("year", "year"),
        orders.field("words"),
    ]
    text = (
        "id;whole;part;day;moment;yes;year;words\n"
        "a;12.0;1.234,5;31/01/2012;2012-01-31T10:00:00+02:00;J;2012;NA\n"
        "b;;;;;;;\n"
        "c;-3;,;29/02/2012;2012-01-31T10:00:00;N;1999; x \n"
    ).replace(";,;", ";0,25;")
    document = orders.descriptor(fields, dialect={"delimiter": ";"})
    outcome = orders.load_text(tmp_path / "in", text, document)
    assert outcome.report.findings == ()
    assert outcome.folder is not None
    day, moment = datetime.date, datetime.datetime
    assert orders.rows(outcome.folder) == [
        ("a", 12, 1234.5, day(2012, 1, 31), moment(2012, 1, 31, 8), True, 2012, "NA"),
        ("b", None, None, None, None, None, None, None),
        ("c", -3, 0.25, day(2012, 2, 29), moment(2012, 1, 31, 10), False, 1999, " x "),
    ]


@pytest.mark.parametrize(
    ("cells", "column"),
    [("12.34;x", "part"), ("1.23.456;x", "part"), ("1;31.12.2012", "day")],
)
def test_a_number_or_date_of_another_form_is_not_guessed(
    tmp_path: Path, cells: str, column: str
) -> None:
    fields = [
        KEY,
        orders.field("part", "number", decimalChar=",", groupChar="."),
        orders.field("day", "date", format="%d/%m/%Y"),
    ]
    text = f"id;part;day\na;1,5;01/02/2012\nb;{cells.replace('x', '02/02/2012')}\n"
    document = orders.descriptor(fields, dialect={"delimiter": ";"})
    outcome = orders.load_text(tmp_path / "in", text, document)
    assert ("type-mismatch", "t.csv", 3, column) in orders.faults(outcome)


def test_a_table_may_come_in_several_files_and_each_keeps_its_rows(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("id,n\na,1\nb,2\n")
    (folder / "b.csv").write_text("id,n\nc,3\nd,four\n")
    fields = [KEY, orders.field("n", "integer")]
    outcome = orders.load(folder, orders.descriptor(fields, path=["a.csv", "b.csv"]))
    assert orders.faults(outcome) == [("type-mismatch", "b.csv", 3, "n")]
    (folder / "b.csv").write_text("id,n\nc,3\nd,4\n")
    outcome = orders.load(folder, orders.descriptor(fields, path=["a.csv", "b.csv"]))
    assert outcome.folder is not None
    assert [row[0] for row in orders.rows(outcome.folder)] == ["a", "b", "c", "d"]


def test_columns_nobody_asked_for_stay_out(tmp_path: Path) -> None:
    fields, text = [KEY, orders.field("n", "integer")], "secret,n,id\nx,1,a\n"
    document = orders.descriptor(fields, schema={"fieldsMatch": ["subset"]})
    outcome = orders.load_text(tmp_path / "in", text, document)
    assert outcome.folder is not None
    assert orders.rows(outcome.folder) == [("a", 1)]
    assert b"secret" not in b"".join(p.read_bytes() for p in outcome.folder.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("header", "match", "fault"),
    [
        ("id,m", "exact", ("missing-column", "n")),
        ("id,N", "exact", ("column-case", "n")),
        ("n,id", "exact", ("wrong-header", None)),
        ("id,n,x", "equal", ("undeclared-column", "x")),
        ("id,n,n", "subset", ("duplicate-column", "n")),
    ],
)
def test_a_header_that_is_not_the_one_asked_for_is_named(
    tmp_path: Path, header: str, match: str, fault: tuple[str, str | None]
) -> None:
    fields = [KEY, orders.field("n", "integer")]
    cells = ",".join("1" for _ in header.split(","))
    document = orders.descriptor(fields, schema={"fieldsMatch": [match]})
    outcome = orders.load_text(tmp_path / "in", f"{header}\n{cells}\n", document)
    assert (fault[0], "t.csv", 1, fault[1]) in orders.faults(outcome)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"path": "../t.csv"}, "unsafe-path"),
        ({"path": "/etc/passwd"}, "unsafe-path"),
        ({"path": "absent.csv"}, "no-source"),
        ({"path": []}, "missing-member"),
        ({"path": 7}, "missing-member"),
        ({"encoding": "klingon"}, "unsupported"),
        ({"format": "wordperfect"}, "unknown-word"),
        ({"dialect": {"delimiter": "--"}}, "wrong-form"),
        ({"dialect": {"headerRows": [1, 2]}}, "unsupported"),
        ({"dialect": {"headerRows": [1], "commentRows": [3]}}, "unsupported"),
        ({"dialect": {"sheetNumber": "one"}}, "wrong-type"),
        ({"dialect": 3}, "wrong-type"),
        ({"dialect": {"colour": 3}}, "unknown-member"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused(
    tmp_path: Path, change: dict, code: str
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", orders.descriptor([KEY], **change))
    assert refused.value.code == code
    assert not (tmp_path / "edition").exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"type": "integer", "format": "%d"}, "unsupported"),
        ({"type": "date", "format": "any"}, "wrong-form"),
        ({"type": "date", "format": "%Q"}, "wrong-form"),
        ({"type": "date", "format": 3}, "wrong-type"),
        ({"type": "number", "decimalChar": ",,"}, "wrong-form"),
    ],
)
def test_a_field_format_that_is_not_read_is_refused(tmp_path: Path, more: dict, code: str) -> None:
    (tmp_path / "in").mkdir()
    field = {**orders.field("x"), **more}
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", orders.descriptor([KEY, field]))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("d.json", "[]", "wrong-type"),
        ("d.json", "{", "not-json"),
        ("d.json", "{}", "missing-member"),
        ("d.yaml", "a: [", "not-yaml"),
        ("d.yaml", "- 1", "wrong-type"),
        ("d.yaml", "a: .nan", "not-a-number"),
        ("d.yaml", "a: 2012-01-01", "not-yaml"),
        ("d.yaml", "&" * 1001, "too-large"),
        ("d.json", '{"resources": 3, "$schema": "", "muniment": {}}', "missing-member"),
        ("absent.json", None, "no-descriptor"),
    ],
)
def test_a_descriptor_that_is_none_is_refused(
    tmp_path: Path, name: str, content: str | None, code: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    order = loading.Order([], tmp_path / "out", orders.NOW, descriptor=tmp_path / name)
    with pytest.raises(refusals.Refused) as refused:
        loading.load(order)
    assert code in [each.code for each in refused.value.refusals]


def test_a_load_without_a_descriptor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(refusals.Refused) as refused:
        loading.load(loading.Order([], tmp_path / "out", orders.NOW))
    assert refused.value.code == "no-descriptor"


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(refusals.Refused, match=r"nowhere\.csv"):
        orders.load(tmp_path / "in", orders.descriptor([KEY]), sources=["nowhere.csv"])


def test_a_link_out_of_the_sources_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("id\na\n")
    (tmp_path / "in" / "t.csv").symlink_to(tmp_path / "out.csv")
    with pytest.raises(refusals.Refused) as refused:
        orders.load(tmp_path / "in", orders.descriptor([KEY]))
    assert refused.value.code == "no-source"


def test_single_files_are_found_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "t.csv").write_text("id\na\n")
    outcome = orders.load(folder, orders.descriptor([KEY]), sources=[str(folder / "t.csv")])
    assert outcome.document()["rows"] == {"t": 1}


def test_a_table_with_an_odd_name_gets_a_plain_file(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "t.csv").write_text("id\na\n")
    document = orders.descriptor([KEY])
    document["resources"][0]["name"] = document["muniment"]["base_table"] = "a/../b c"
    outcome = orders.load(folder, document)
    assert outcome.folder is not None
    assert [path.name for path in outcome.folder.rglob("*.parquet")] == ["table-1.parquet"]
