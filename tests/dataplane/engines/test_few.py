"""Columns of few texts: told by numbers on the way to a file, and what the file then says."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import duckdb, few
from muniment.dataplane.spec import holding
from tests.dataplane import tables

# Sorted as bytes, with a value that looks like SQL, an empty one and one that a file must quote.
TEXTS = ["", "'); DROP TABLE t; --", "Z", "a", 'a "b", c', "é", "\N{SNOWMAN}"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[engines.Engine]:
    """Rows `t`: a text of the list or nothing, its length, and a number to sort by."""
    folder = tables.small_holding(tmp_path / "holding", persons=5)
    (tmp_path / "out").mkdir()
    with engines.open(holding.load(folder), folder=folder, out=tmp_path / "out") as opened:
        texts = [None if n % 8 == 7 else TEXTS[n % 8] for n in range(800)]
        columns = {"word": texts, "many": [len(t or "") for t in texts]}
        opened.bring("t", pyarrow.table({**columns, "n": [n * 7919 % 800 for n in range(800)]}))
        yield opened


def ordered(*by: str, condition: exp.Expression | None = None) -> exp.Select:
    chosen = [nodes.named(nodes.column("t", name), name.upper()) for name in ("word", "many")]
    where = [] if condition is None else [condition]
    query = nodes.select(chosen, source=nodes.table("t", "t"), where=where)
    order = [exp.Ordered(this=nodes.column("t", name), nulls_first=True) for name in by]
    query.set("order", exp.Order(expressions=order))
    return query


@pytest.mark.parametrize("by", [("n",), ("word", "n")])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_the_file_says_the_same_in_the_same_order(
    engine: engines.Engine, tmp_path: Path, by: tuple[str, ...], kind: str
) -> None:
    plain, told = tmp_path / "out" / f"plain.{kind}", tmp_path / "out" / f"told.{kind}"
    engine.write(nodes.copied(ordered(*by), str(plain), kind=kind))
    engine.write(nodes.copied(ordered(*by), str(told), kind=kind), few=["WORD"])
    if kind == "csv":
        assert told.read_bytes() == plain.read_bytes()
        return
    first, second = (pyarrow.parquet.read_table(each) for each in (plain, told))
    assert first.schema.field("WORD").type == second.schema.field("WORD").type == pyarrow.string()
    assert first.to_pylist() == second.to_pylist()


def test_a_file_holds_no_value_that_stays_behind(engine: engines.Engine, tmp_path: Path) -> None:
    typed = exp.Cast(this=nodes.column("r", "word"), to=engine.few("t", "word"))
    rows = nodes.select([nodes.named(typed, "word")], source=nodes.table("t", "r"))
    engine.answer(nodes.kept("typed", rows))
    for name, leaving in (("part", ["Z", "a"]), ("whole", TEXTS)):
        held = nodes.column("t", "word")
        inside = exp.In(this=held.copy(), expressions=[nodes.text(each) for each in leaving])
        query = nodes.select(
            [nodes.named(held, "word")], source=nodes.table("typed", "t"), where=[inside]
        )
        target = tmp_path / "out" / f"{name}.parquet"
        engine.write(nodes.copied(query, str(target)), few=["word"])
        read = pyarrow.parquet.read_table(target, read_dictionary=["word"])
        known = {text for part in read["word"].chunks for text in part.dictionary.to_pylist()}
        assert known == set(leaving)


def test_nothing_but_missing_values_is_written_too(engine: engines.Engine, tmp_path: Path) -> None:
    nothing = ordered("n", condition=exp.Is(this=nodes.column("t", "word"), expression=exp.Null()))
    target = tmp_path / "out" / "none.parquet"
    engine.write(nodes.copied(nothing, str(target)), few=["WORD"])
    read = pyarrow.parquet.read_table(target)
    assert read["WORD"].to_pylist() == [None] * 100


def test_a_column_that_was_typed_still_compares_with_text_and_sorts_like_it(
    engine: engines.Engine,
) -> None:
    typed = exp.Cast(this=nodes.column("r", "word"), to=engine.few("t", "word"))
    again = exp.Cast(this=nodes.column("r", "word"), to=engine.few("t", "word"))
    rows = nodes.select(
        [nodes.named(typed, "word"), nodes.named(again, "twice")], source=nodes.table("t", "r")
    )
    engine.answer(nodes.kept("typed", rows))
    word = nodes.column("t", "word")
    query = nodes.select([word], source=nodes.table("typed", "t")).distinct()
    query.set("order", exp.Order(expressions=[exp.Ordered(this=word.copy(), nulls_first=True)]))
    found = [value for (value,) in engine.answer(query)]
    assert found == [None, *sorted(TEXTS, key=str.encode)]
    same = exp.EQ(this=word.copy(), expression=nodes.text("Z"))
    count = nodes.select(
        [exp.Count(this=exp.Star())], source=nodes.table("typed", "t"), where=[same]
    )
    assert engine.answer(count) == [(100,)]


@pytest.mark.parametrize("all_there", [True, False])
@pytest.mark.parametrize("typed", [True, False])
def test_rows_of_another_engine_make_the_same_file(
    engine: engines.Engine, tmp_path: Path, all_there: bool, typed: bool
) -> None:
    """Whether they were kept as text or as less, and whether any is missing."""
    mine, theirs = tmp_path / "out" / "mine.parquet", tmp_path / "out" / "theirs.parquet"
    rows, spill = tmp_path / "rows.parquet", tmp_path / "spill"
    spill.mkdir()
    word = nodes.column("r", "word")
    held = exp.Cast(this=word, to=engine.few("t", "word")) if typed else word
    there = exp.Not(this=exp.Is(this=word.copy(), expression=exp.Null()))
    columns = [nodes.named(held, "word"), nodes.column("r", "n")]
    where = [there] if all_there else []
    engine.answer(
        nodes.kept("kept", nodes.select(columns, source=nodes.table("t", "r"), where=where))
    )
    query = nodes.select([nodes.column("t", "word")], source=nodes.table("kept", "t"))
    query.set("order", exp.Order(expressions=[exp.Ordered(this=nodes.column("t", "n"))]))
    engine.write(nodes.copied(query, str(mine)), few=["word"])
    pyarrow.parquet.write_table(engine.columns(query), rows)
    away = nodes.copied(query, str(theirs))
    duckdb.copied([rows], away, target=theirs, spill=spill, few=["word"])
    assert mine.read_bytes() == theirs.read_bytes()


def test_columns_whose_names_run_together_have_types_of_their_own(engine: engines.Engine) -> None:
    for table, column, text in (("s", "x.word", "a"), ("s.x", "word", "b")):
        engine.bring(table, pyarrow.table({column: [text]}))
        cast = exp.Cast(this=nodes.column("r", column), to=engine.few(table, column))
        assert engine.answer(nodes.select([cast], source=nodes.table(table, "r"))) == [(text,)]


def test_types_last_no_longer_than_the_file_is_written(tmp_path: Path) -> None:
    import duckdb as library

    with library.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 'a' AS word, 1 AS n, 1 AS many")
        copy = nodes.copied(ordered("n"), str(tmp_path / "no such folder" / "t.parquet"))
        for _ in range(2):
            with pytest.raises(library.Error), few.told(connection, copy, ["WORD"]) as told:
                connection.execute(nodes.sql(told))
        left = "SELECT count(*) FROM duckdb_types() WHERE type_name LIKE 'few %'"
        assert connection.execute(left).fetchone() == (0,)
