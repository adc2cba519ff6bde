"""A cell means the same to the engine as to the specification, whatever someone typed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding, values
from muniment.dataplane.spec.values import FieldType
from tests.dataplane import tables

near = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,4}([eE][+-]?[0-9]{0,2})?", fullmatch=True),
    st.from_regex(r"[0-9]{3,5}-[0-9]{1,2}-[0-9]{1,2}", fullmatch=True),
    st.from_regex(
        r"20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9])?(\.[0-9]{1,7})?"
        r"(Z|[+-][0-2][0-9]:[0-9]{2})?",
        fullmatch=True,
    ),
    st.sampled_from(["true", "TRUE", "1", "no", "NaN", "inf", "0x10", " 5", "5 ", "5\n", "١"]),
    st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=6),
)


def one_column(folder: Path, kind: str, cells: list[str], missing: list[str]) -> holding.Holding:
    shape = tables.descriptor()
    schema = shape["resources"][0]["schema"]
    schema["fields"] = [schema["fields"][0], {"name": "X", "type": kind}]
    schema["missingValues"] = missing
    shape["resources"] = shape["resources"][:1]
    tables.write_holding(folder, shape, subjects=[])
    rows = [(f"S-{place}", cell) for place, cell in enumerate(cells)]
    tables.write_csv(folder / "subjects.csv", ["USUBJID", "X"], rows)
    return holding.load(folder)


def read(folder: Path, source: holding.Holding) -> list[object]:
    with engine.open(source, folder=folder) as connection:
        rows = connection.execute(
            'SELECT "X" FROM subjects ORDER BY CAST(substr("USUBJID", 3) AS INT)'
        ).fetchall()
    return [cell for (cell,) in rows]


@pytest.mark.slow
@settings(max_examples=10)
@pytest.mark.parametrize("kind", list(FieldType))
@given(drawn=st.lists(near, min_size=10, max_size=40))
def test_the_engine_reads_a_cell_as_the_specification_does(tmp_path_factory, kind, drawn) -> None:
    folder = tmp_path_factory.mktemp("one")
    source = one_column(folder, kind.value, drawn, [""])
    meant = [None if cell == "" else values.of(cell, kind=kind) for cell in drawn]
    if kind is FieldType.NUMBER:
        meant = [None if value is None else float(value) for value in meant]
    assert read(folder, source) == meant


def test_only_declared_missing_values_are_missing(tmp_path: Path) -> None:
    cells = ["", "NA", "-99", "x"]
    source = one_column(tmp_path / "a", "string", cells, [""])
    assert read(tmp_path / "a", source) == [None, "NA", "-99", "x"]
    source = one_column(tmp_path / "b", "string", cells, ["NA", "-99"])
    assert read(tmp_path / "b", source) == ["", None, None, "x"]
    source = one_column(tmp_path / "c", "string", cells, [])
    assert read(tmp_path / "c", source) == ["", "NA", "-99", "x"]


def test_a_value_near_the_type_is_missing_rather_than_rounded(tmp_path: Path) -> None:
    source = one_column(tmp_path, "integer", ["12.5", "12", "1e2"], [""])
    assert read(tmp_path, source) == [None, 12, None]


def test_a_moment_that_lies_after_the_last_year_in_utc_is_missing(tmp_path: Path) -> None:
    """Its day would have five digits in the year, which nothing reads back."""
    cells = [
        "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999999Z", "9999-12-31T00:00:00-23:59",
        "1000-01-01T00:00:00+01:00",
    ]  # fmt: skip
    source = one_column(tmp_path, "datetime", cells, [""])
    meant = [values.of(cell, kind=FieldType.DATETIME) for cell in cells]
    assert meant[0] is None
    assert read(tmp_path, source) == meant
