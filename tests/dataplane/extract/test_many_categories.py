"""A column with a million categories: counted, built with none of them left, or plainly refused."""

from pathlib import Path

import duckdb
import pytest

from muniment.dataplane import counts, cube
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import faults, holding, specification
from tests.dataplane.extract import builds
from tests.dataplane.loading import orders

MANY = 1_000_000
DECLARED = 100_000


def many(folder: Path, **settings: object) -> Path:
    """People with a category of their own each, as Parquet: two million cells in a second."""
    folder.mkdir()
    rows = "SELECT 'P' || n AS id, 'c' || n AS cat, ['F', 'M'][1 + n % 2] AS sex"
    query = f"{rows} FROM range({MANY}) t(n)"
    duckdb.connect().execute(f"COPY ({query}) TO '{folder}/t.parquet' (FORMAT parquet)")
    keep = {"muniment": {"class": "quasi", "release": {"method": "keep"}}}
    fields = [
        orders.field("id", sensitivity="direct"),
        orders.field("cat") | keep,
        orders.field("sex", constraints={"enum": ["F", "M"]}) | keep,
    ]
    document = orders.descriptor(fields, path="t.parquet")
    document["muniment"] |= settings
    orders.write(folder, document, "datapackage.json")
    return folder


def asked(cohort: object = None) -> dict:
    named = [{"name": name, "reason": "To test."} for name in ("cat", "sex")]
    part = {
        "id": "p1", "holding": "tiny", "edition": "1", "level": "record", "cohort": cohort,
        "tables": [{"name": "t", "variables": named}],
    }  # fmt: skip
    return {"muniment_specification": 1, "parts": [part]}


@pytest.mark.slow
def test_a_million_categories_are_counted_and_none_of_one_person_leaves(tmp_path: Path) -> None:
    folder = many(tmp_path / "many")
    source = holding.load(folder)
    with engine.open(source, folder=folder) as connection:
        told = []
        for cohort in (None, {"variable": "cat", "is": "equals", "value": "c7919"}):
            [part] = specification.parse(asked(cohort)).parts
            ask = {"holding": source, "connection": connection, "key": bytes(32)}
            told.append(counts.protected(part, **ask).shown)
    assert told[0] is not None
    assert abs(told[0] - MANY) < 6 * 20 + 5
    assert told[1] is None
    built = builds.Bench(tmp_path, folder).build(asked())
    with duckdb.connect() as reader:
        left = reader.execute(
            f"SELECT count(*), count(cat), count(sex) FROM '{built.folder}/data/t.parquet'"
        ).fetchone()
    assert left == (MANY, 0, MANY)


def test_public_tables_of_so_many_categories_are_refused(tmp_path: Path) -> None:
    """Others than declared ones have no place in a table; declared ones are too many to audit."""
    for enum, tables, says in (
        (None, [["cat"]], "cat has no declared values or bands to group by"),
        ([f"c{n}" for n in range(DECLARED)], [["cat"]], "0 to 2000 entries; it has 100000"),
    ):
        with pytest.raises(faults.Faulty, match=says):
            holding.parse(table_of(enum, tables))
    folder = tmp_path / "h"
    document = table_of([f"c{n}" for n in range(2000)], [["cat", "other"]])
    orders.write(folder, document, "datapackage.json")
    (folder / "t.csv").write_text("id,cat,other\nP1,c1,c2\n", encoding="utf-8")
    source = holding.load(folder)
    with (
        engine.open(source, folder=folder) as connection,
        pytest.raises(faults.Faulty, match="too large to audit: 4,0"),
    ):
        cube.count(source, connection)


def table_of(enum: list[str] | None, tables: list[list[str]]) -> dict:
    declared = {} if enum is None else {"constraints": {"enum": enum}}
    fields = [orders.field("id", sensitivity="direct")]
    fields += [orders.field(name, sensitivity="quasi", **declared) for name in ("cat", "other")]
    document = orders.descriptor(fields)
    document["muniment"]["cube"] = tables
    return document
