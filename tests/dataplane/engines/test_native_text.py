"""Text of a Parquet file is read as it lies only where no cell can be a missing value."""

import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.engines import sources
from muniment.dataplane.spec import holding
from tests.dataplane import tables

CELLS = {
    "plain": ["a", "b", None],
    "empty": ["a", "", None],
    "nothing": [None, None, None],
    "unknown": ["x" * 9000, "", "y"],
    "number": [0, 1, 2],
}


def holding_of(folder: Path, cells: dict, **table: object) -> tuple[Path, holding.Holding]:
    folder.mkdir(parents=True, exist_ok=True)
    shape = tables.descriptor()
    resource = shape["resources"][0]
    subject = resource["schema"]["fields"][0]
    resource |= {"path": "subjects.parquet", "format": "parquet"}
    columns = {"USUBJID": [f"S-{n}" for n in range(len(cells["plain"]))], **cells}
    resource["schema"]["fields"] = [
        {**subject, "name": name} if name == "USUBJID"
        else {"name": name, "type": "string", "muniment": {"class": "none",
                                                           "release": {"method": "keep"}}}
        for name in columns
    ]  # fmt: skip
    resource["schema"] |= table
    shape["resources"] = [resource]
    kinds = {"number": pyarrow.int64()}
    arrays = {n: pyarrow.array(c, kinds.get(n, pyarrow.string())) for n, c in columns.items()}
    pyarrow.parquet.write_table(pyarrow.table(arrays), folder / "subjects.parquet")
    (folder / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    return folder, holding.load(folder)


def test_a_column_with_an_empty_cell_or_no_statistics_is_looked_at_cell_by_cell(
    tmp_path: Path,
) -> None:
    place, source = holding_of(tmp_path / "h", CELLS)
    native = sources.native_columns(source.base, place / "subjects.parquet")
    assert native == {"USUBJID", "plain", "nothing"}


@pytest.mark.parametrize("name", [name for name in CELLS if name != "number"])
def test_an_empty_cell_is_missing_whichever_way_it_is_read(tmp_path: Path, name: str) -> None:
    place, source = holding_of(tmp_path / "h", CELLS)
    query = nodes.select([nodes.column("t", name)], source=nodes.table("subjects", "t"))
    with engine.open(source, folder=place) as connection:
        found = [row[0] for row in engine.answer(connection, query)]
    assert found == [cell or None for cell in CELLS[name]]


def test_where_nothing_stands_for_missing_an_empty_cell_is_a_value(tmp_path: Path) -> None:
    place, source = holding_of(tmp_path / "h", CELLS, missingValues=[])
    assert "empty" in sources.native_columns(source.base, place / "subjects.parquet")
    query = nodes.select([nodes.column("t", "empty")], source=nodes.table("subjects", "t"))
    with engine.open(source, folder=place) as connection:
        assert [row[0] for row in engine.answer(connection, query)] == ["a", "", None]


def test_a_file_without_statistics_has_no_text_as_it_lies(tmp_path: Path) -> None:
    place, source = holding_of(tmp_path / "h", CELLS)
    file = place / "subjects.parquet"
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(file), file, write_statistics=False)
    assert sources.native_columns(source.base, file) == frozenset()
