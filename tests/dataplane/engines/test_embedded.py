"""What the embedded engine does behind the port, and what it says when it cannot."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb, memory
from muniment.dataplane.spec import faults, holding
from tests.dataplane import full, tables


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return tables.small_holding(tmp_path / "holding", persons=5)


@pytest.fixture
def engine(small: Path) -> Iterator[engines.Engine]:
    with engines.open(holding.load(small), folder=small) as opened:
        yield opened


def people(column: str = "USUBJID") -> nodes.exp.Select:
    return nodes.select([nodes.column("s", column)], source=nodes.table("subjects", "s"))


def test_columns_come_as_arrow_and_one_column_in_one_piece(engine: engines.Engine) -> None:
    listed = [f"S-{number:05d}" for number in range(1, 6)]
    assert sorted(engine.column(people()).to_pylist()) == listed
    assert engine.columns(people()).column_names == ["USUBJID"]
    nobody = people().where(nodes.exp.false())
    assert engine.column(nobody).to_pylist() == []


def test_what_python_brings_is_kept_and_gone_when_it_is_given_up(engine: engines.Engine) -> None:
    engine.bring("made", pyarrow.table({"n": [1, 2]}))
    assert engine.answer(nodes.star("made")) == [(1,), (2,)]
    engine.answer(nodes.exp.Drop(tables=[nodes.exp.Table(this=nodes.name("made"))], kind="TABLE"))
    with pytest.raises(faults.Faulty):
        engine.answer(nodes.star("made"))


@pytest.mark.parametrize(
    ("limit", "asked", "on_disk"),
    [
        ("1MB", None, True),
        ("1GB", None, False),
        ("1MB", {"subjects": 20}, True),
        ("1MB", {"subjects": 1}, False),  # little is asked of a large table
        ("1MB", {}, False),
    ],
)
def test_tables_of_a_holding_that_outgrows_memory_are_kept_in_a_file(
    tmp_path: Path, limit: str, asked: dict[str, int] | None, on_disk: bool
) -> None:
    large = tables.small_holding(tmp_path / "large", persons=4_000)
    setting, spill = engines.Setting(memory_limit=limit), tmp_path / "spill"
    spill.mkdir()
    source = holding.load(large)
    with engines.open(source, folder=large, setting=setting, spill=spill, asked=asked) as engine:
        engine.bring("made", pyarrow.table({"n": [1, 2]}))
        assert engine.answer(nodes.star("made")) == [(1,), (2,)]
        assert (spill / memory.KEPT_FILE).exists() == on_disk
    with engines.open(source, folder=large, setting=setting) as engine:
        engine.bring("made", pyarrow.table({"n": [1, 2]}))  # nowhere to keep it but in memory


def test_a_question_that_fails_is_refused_without_the_words_of_the_engine(
    engine: engines.Engine,
) -> None:
    number = nodes.exp.DataType(this=nodes.exp.DataType.Type.BIGINT)
    cast = nodes.exp.Cast(this=nodes.column("s", "USUBJID"), to=number)
    tree = nodes.select([cast], source=nodes.table("subjects", "s"))
    for ask in (engine.answer, engine.column, engine.columns):
        with pytest.raises(faults.Faulty) as refused:
            ask(tree)
        assert [fault.code for fault in refused.value.faults] == ["engine"]
        assert "S-0000" not in str(refused.value)


def test_nothing_runs_so_there_is_no_progress_to_tell(engine: engines.Engine) -> None:
    assert engine.progress() is None
    engine.interrupt()
    assert len(engine.answer(people())) == 5


def test_closing_twice_is_no_fault_and_closed_is_closed(small: Path) -> None:
    with engines.open(holding.load(small), folder=small) as opened:
        opened.close()
    with pytest.raises(faults.Faulty):
        opened.answer(people())


def test_spark_needs_a_folder_of_its_own(small: Path) -> None:
    setting = engines.Setting(kind=engines.Kind.SPARK)
    with pytest.raises(ValueError, match="folder of its own"):
        engines.open(holding.load(small), folder=small, setting=setting)


def test_rows_of_another_engine_are_written_as_if_this_one_had_worked_them_out(
    engine: engines.Engine, tmp_path: Path
) -> None:
    files = []
    for number, names in enumerate((["S-2", "S-1"], ["S-3"])):
        files.append(tmp_path / f"part-{number}.parquet")
        pyarrow.parquet.write_table(pyarrow.table({"USUBJID": names}), files[-1])
    target, spill = tmp_path / "out.csv", tmp_path / "spill"
    spill.mkdir()
    copy = nodes.copied(people(), str(target), kind="csv", HEADER=nodes.exp.true())
    duckdb.copied(files, copy, target=target, spill=spill)
    with target.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["USUBJID"], ["S-2"], ["S-1"], ["S-3"]]
    assert list(spill.iterdir()) == []


def test_a_full_disk_is_told_from_a_fault_of_the_data(tmp_path: Path) -> None:
    rows, target = tmp_path / "rows.parquet", tmp_path / "out.csv"
    pyarrow.parquet.write_table(pyarrow.table({"USUBJID": [f"S-{n}" for n in range(9999)]}), rows)
    copy = nodes.copied(people(), str(target), kind="csv", HEADER=nodes.exp.true())
    with full.after(1000), pytest.raises(faults.Faulty) as refused:
        duckdb.copied([rows], copy, target=target, spill=tmp_path / "spill")
    assert [(fault.code, str(fault)) for fault in refused.value.faults] == [
        ("disk-full", "The disk is full; make room for the engine.")
    ]


def test_the_first_rows_come_in_their_order(engine: engines.Engine) -> None:
    tree = nodes.first(people(), by=nodes.column("s", "USUBJID"), most=2)
    assert engine.answer(tree) == [("S-00001",), ("S-00002",)]
