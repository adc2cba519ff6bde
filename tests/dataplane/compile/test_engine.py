"""The embedded engine sees one holding's files, and hostile names stay names."""

import json
import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane import counts
from muniment.dataplane.compile import nodes, questions
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.engines import sources
from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane import tables

secret_list = ["a Python variable that no query may read"]


def opened(folder: Path, **options: object) -> duckdb.DuckDBPyConnection:
    return engine.open(holding.load(folder), folder=folder, **options)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "holding", persons=5)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_text('{inside}/../outside.csv')",
        "SELECT * FROM read_text('{inside}/datapackage.json')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '{outside}'",
        "SELECT * FROM secret_list",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "SELECT * FROM duckdb_extensions()",
        "COPY (SELECT 1) TO '{outside}'",
        "COPY (SELECT 1) TO '{inside}/new.csv'",
        "EXPORT DATABASE '{inside}/export'",
        "ATTACH '{outside}.db'",
        "ATTACH '{inside}/new.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{outside}'",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '/tmp'",
        "RESET lock_configuration",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
    ],
)
def test_nothing_outside_the_holdings_files_is_reached(small: Path, query: str) -> None:
    outside = small.parent / "outside.csv"
    outside.write_text("a\n1\n")
    with opened(small) as connection, pytest.raises(duckdb.Error):
        connection.execute(query.format(outside=outside, inside=small)).fetchall()
    assert outside.read_text() == "a\n1\n"
    names = {"datapackage.json", "subjects.csv", "events.csv"}
    assert {path.name for path in small.iterdir()} == names


def test_the_folder_for_results_can_be_written_to(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with opened(small, out=out) as connection:
        connection.execute(f"COPY (SELECT * FROM subjects) TO '{out}/s.csv'")
    assert (out / "s.csv").exists()


def test_the_engine_spills_only_where_it_was_told_to(small: Path, tmp_path: Path) -> None:
    big = "SELECT count(DISTINCT hash(i)) FROM range(8000000) t(i)"
    unspilled = opened(small, memory_limit="60MB", threads=1)
    with unspilled as connection, pytest.raises(duckdb.OutOfMemoryException):
        connection.execute(big).fetchall()
    spill = tmp_path / "spill"
    spill.mkdir()
    with opened(small, spill=spill) as connection:
        found = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    assert found == [(str(spill),)]
    assert list(spill.iterdir()) == []


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_is_refused_even_when_it_points_inside(small: Path, kind: str) -> None:
    if kind == "file":
        (small / "real.csv").write_bytes((small / "subjects.csv").read_bytes())
        (small / "subjects.csv").unlink()
        (small / "subjects.csv").symlink_to(small / "real.csv")
    else:
        (small / "real").mkdir()
        os.rename(small / "subjects.csv", small / "real" / "subjects.csv")
        (small / "data").symlink_to(small / "real")
        shape = tables.descriptor()
        shape["resources"][0]["path"] = "data/subjects.csv"
        (small / "datapackage.json").write_text(json.dumps(shape))
    with pytest.raises(faults.Faulty, match="link"):
        opened(small)


def refusal(folder: Path) -> str:
    with pytest.raises(faults.Faulty) as caught:
        opened(folder)
    return caught.value.faults[0].code


def test_a_file_that_is_not_as_declared_is_refused(small: Path) -> None:
    subjects = small / "subjects.csv"
    good = subjects.read_text()
    subjects.write_text(good.replace("USUBJID", "usubjid", 1))
    assert refusal(small) == "wrong-header"
    subjects.write_text('"USUBJID\n')
    assert refusal(small) == "wrong-header"
    subjects.write_text("")
    assert refusal(small) == "wrong-header"
    subjects.write_bytes(b"\xef\xbb\xbf" + good.encode())
    assert refusal(small) == "byte-order-mark"
    subjects.write_bytes(b"\xff" + good.encode())
    assert refusal(small) == "not-utf8"
    subjects.unlink()
    assert refusal(small) == "no-file"
    subjects.mkdir()
    assert refusal(small) == "no-file"


def test_a_described_table_has_no_file_to_read(small: Path) -> None:
    shape = tables.descriptor()
    shape["muniment"]["kind"] = "described"
    del shape["resources"][0]["path"]
    (small / "datapackage.json").write_text(json.dumps(shape))
    assert refusal(small) == "no-file"


def test_a_parquet_file_that_is_none_is_refused(small: Path) -> None:
    shape = tables.descriptor()
    shape["resources"][0]["format"] = "parquet"
    (small / "datapackage.json").write_text(json.dumps(shape))
    assert refusal(small) == "unreadable"


def test_parquet_reads_like_csv(small: Path) -> None:
    """Typed columns and text columns give the same values, missing ones too."""
    import pyarrow
    from pyarrow import csv, parquet

    read = 'SELECT * FROM subjects ORDER BY "USUBJID"'
    with opened(small) as connection:
        expected = connection.execute(read).fetchall()
    text = csv.ConvertOptions(column_types=dict.fromkeys(tables.SUBJECT_COLUMNS, pyarrow.string()))
    shape = tables.descriptor()
    shape["resources"][0]["path"] = "subjects.parquet"
    (small / "datapackage.json").write_text(json.dumps(shape))
    for options in (text, None):
        table = csv.read_csv(small / "subjects.csv", convert_options=options)
        parquet.write_table(table, small / "subjects.parquet")
        with opened(small) as connection:
            assert connection.execute(read).fetchall() == expected


hostile = st.sampled_from(
    [
        'x"; DROP TABLE subjects; --', "x'; SELECT 1; --", "a.b", "a b", "select", '"', '""', "'",
        "$inner", "?", "--", "/*", "é", "b", "u", "unit", "print", "member", "%s", "{}", "\\",
        "USUBJID", "[1]", "a,b", "*", "raw", "r", "e1", "$1", "\N{SNOWMAN}",
    ]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(hostile, min_size=7, max_size=7, unique_by=str.casefold), hostile, hostile)
def test_hostile_names_stay_names(tmp_path_factory, columns, one, other) -> None:
    """Every name and every value of a descriptor and a specification may be anything."""
    if one.casefold() == other.casefold():
        other += "2"
    folder = tmp_path_factory.mktemp("hostile")
    source, part = hostile_holding(folder, columns, one, other)
    with engine.open(source, folder=folder) as connection:
        tree = questions.rows(part, holding=source, table=other, columns=[columns[5]])
        assert engine.answer(connection, tree) == [("x'\"; --",)]
        found = counts.exact(part, holding=source, connection=connection)
        assert found.reveal(purpose="A test compares it.") == 1
        names = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal")
        assert {name for (name,) in names.fetchall()} == {one, other}


def hostile_holding(
    folder: Path, columns: list[str], one: str, other: str
) -> tuple[holding.Holding, specification.Part]:
    key, group, value, number, foreign, text, day = columns
    classed = {"class": "quasi", "release": {"method": "keep"}}
    shape = tables.descriptor()
    shape["muniment"]["base_table"] = one
    shape["resources"] = [
        {
            "name": one, "path": "one.csv", "muniment": {"unit": "person", "person_key": key},
            "schema": {"fields": [
                {"name": key, "type": "string"},
                {"name": group, "type": "string", "muniment": classed,
                 "constraints": {"enum": ["it's", 'a"b']}},
                {"name": value, "type": "string", "muniment": classed},
                {"name": number, "type": "integer", "muniment": classed},
            ]},
        },
        {
            "name": other, "path": "other.csv", "muniment": {"unit": "event"},
            "schema": {
                "fields": [
                    {"name": foreign, "type": "string"},
                    {"name": text, "type": "string", "muniment": classed},
                    {"name": day, "type": "date", "muniment": classed},
                ],
                "foreignKeys": [
                    {"fields": foreign, "reference": {"resource": one, "fields": key}}
                ],
            },
        },
    ]  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    tables.write_csv(folder / "one.csv", [key, group, value, number],
                     [["1", "it's", "x\\", "5"], ["2", 'a"b', "y", "6"]])  # fmt: skip
    tables.write_csv(folder / "other.csv", [foreign, text, day],
                     [["1", "x'\"; --", "2012-01-01"], ["2", "z", ""]])  # fmt: skip
    where = {"all": [{"variable": text, "is": "equals", "value": "x'\"; --"},
                     {"variable": day, "is": "present"}]}  # fmt: skip
    cohort = {"all": [
        {"variable": group, "is": "in", "value": ["it's"]},
        {"variable": value, "is": "equals", "value": "x\\"},
        {"exists": {"table": other, "where": where}},
    ]}  # fmt: skip
    asked = tables.specification(cohort=cohort, variables={one: [number]})
    return holding.load(folder), specification.parse(asked).parts[0]


def test_settings_are_plain_values() -> None:
    with pytest.raises(TypeError, match="setting"):
        engine._set("threads", 1.5)


def test_a_files_place_is_absolute_and_inside(small: Path) -> None:
    source = holding.load(small)
    assert sources.locate(small, source.base) == small.resolve() / "subjects.csv"


def test_the_text_of_a_query_can_be_read() -> None:
    tree = nodes.select([nodes.column("t", "a")], source=nodes.table("x", "t"))
    assert nodes.sql(tree) == 'SELECT\n  "t"."a"\nFROM "x" AS "t"'
