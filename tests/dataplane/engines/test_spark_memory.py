"""Spark with little memory: a small file may hold more rows than a process has room for."""

from pathlib import Path

import pyarrow
import pytest

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.extract import session
from tests.dataplane.engines import clusters

pytestmark = clusters.needs_spark

LIMIT = engines.Setting(kind=engines.Kind.SPARK, memory_limit="512MB")
ROWS, LETTERS = 400_000, 1000
LONG = "x" * LETTERS


@pytest.fixture
def alike(tmp_path: Path) -> pyarrow.Table:
    """So many rows of one long text: a few bytes each in a file, four hundred megabytes at work."""
    spots = pyarrow.array([0]).take(pyarrow.repeat(0, ROWS)).cast(pyarrow.int32())
    texts = pyarrow.DictionaryArray.from_arrays(spots, pyarrow.array([LONG]))
    return pyarrow.table({"number": pyarrow.array(range(ROWS)), "text": texts})


def test_rows_that_a_small_file_stands_for_are_joined_within_the_limit(
    alike: pyarrow.Table, tmp_path: Path
) -> None:
    place = clusters.parquet_holding(tmp_path / "holding")
    with clusters.opened(place, tmp_path / "spill", LIMIT) as engine:
        engine.bring("alike", alike)
        engine.bring("numbers", alike.select(["number"]))
        same = nodes.column("n", "number").eq(nodes.column("a", "number"))
        letters = nodes.call("sum", nodes.call("length", nodes.column("a", "text")))
        query = session.joined(
            nodes.select([letters], source=nodes.table("numbers", "n")),
            [session.join(nodes.table("alike", "a"), on=same, side="LEFT")],
        )
        assert engine.answer(query) == [(ROWS * LETTERS,)]
