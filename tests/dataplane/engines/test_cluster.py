"""What Spark does behind the port, and what it says when it cannot."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pytest
from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.spec import faults
from tests.dataplane.engines import clusters

pytestmark = clusters.needs_spark

PERSONS = clusters.PERSONS
SECONDS = 120


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clusters.parquet_holding(tmp_path_factory.mktemp("cluster") / "holding")


@pytest.fixture(scope="module")
def engine(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[engines.Engine]:
    spill = tmp_path_factory.mktemp("spill")
    with clusters.opened(place, spill, clusters.local()) as found:
        yield found
    assert list(spill.iterdir()) == []
    assert found.progress() is None
    found.interrupt()
    found.close()


def people(column: str = "USUBJID") -> exp.Select:
    return nodes.select([nodes.column("s", column)], source=nodes.table("subjects", "s"))


def test_columns_come_as_arrow_and_one_column_in_one_piece(engine: engines.Engine) -> None:
    listed = [f"S-{number:05d}" for number in range(1, PERSONS + 1)]
    assert sorted(engine.column(people()).to_pylist()) == listed
    assert engine.columns(people("AGE")).schema.field("AGE").type == pyarrow.int64()


def test_what_is_kept_can_be_blanked_and_given_up(engine: engines.Engine) -> None:
    engine.bring("made", pyarrow.table({"n": [1, 2], "m": [3, 4]}))
    engine.answer(nodes.kept("again", nodes.star("made")))
    where = exp.EQ(this=exp.Column(this=nodes.name("n")), expression=nodes.number(2))
    missing = exp.EQ(this=exp.Column(this=nodes.name("m")), expression=exp.Null())
    changed = exp.Table(this=nodes.name("again"))
    engine.answer(exp.Update(this=changed, expressions=[missing], where=exp.Where(this=where)))
    assert sorted(engine.answer(nodes.star("again"))) == [(1, 3), (2, None)]
    engine.answer(exp.Drop(tables=[changed.copy()], kind="TABLE"))
    with pytest.raises(faults.Faulty):
        engine.answer(nodes.star("again"))
    assert sorted(engine.answer(nodes.star("made"))) == [(1, 3), (2, 4)]


def test_a_question_that_fails_is_refused_without_the_words_of_the_engine(
    engine: engines.Engine,
) -> None:
    cast = exp.Cast(this=nodes.column("s", "USUBJID"), to=nodes.BIGINT.copy())
    tree = nodes.select([cast], source=nodes.table("subjects", "s"))
    with pytest.raises(faults.Faulty) as refused:
        engine.answer(tree)
    assert [fault.code for fault in refused.value.faults] == ["engine"]
    assert "S-0" not in str(refused.value)


def test_a_long_question_tells_how_far_it_is_and_can_be_broken_off(
    engine: engines.Engine,
) -> None:
    names = [nodes.column(alias, "USUBJID") for alias in "stuv"]  # hours, if it were let
    written = nodes.call("sha2", nodes.call("concat", *names), nodes.number(256))
    never = exp.EQ(this=written, expression=nodes.text("x"))
    tree = nodes.select([exp.Count(this=exp.Star())], source=nodes.table("subjects", "s"))
    tree.set("joins", [exp.Join(this=nodes.table("subjects", alias)) for alias in "tuv"])
    tree.set("where", exp.Where(this=never))
    refused: list[faults.Faulty] = []

    def ask() -> None:
        try:
            engine.answer(tree)
        except faults.Faulty as fault:
            refused.append(fault)

    asking = threading.Thread(target=ask)
    asking.start()
    until = time.monotonic() + SECONDS
    while (percent := engine.progress()) is None and time.monotonic() < until:
        time.sleep(0.05)
    assert percent is not None
    assert 0 <= percent <= 100
    engine.interrupt()
    asking.join(SECONDS)
    assert [fault.code for fault in refused[0].faults] == ["engine"]
    assert len(engine.answer(people())) == PERSONS


def test_a_second_session_is_refused_and_the_first_goes_on(
    engine: engines.Engine, place: Path, tmp_path: Path
) -> None:
    """It would be given the first one, with that one's tables."""
    with pytest.raises(faults.Faulty, match="at work in this process already"):
        clusters.opened(place, tmp_path / "spill", clusters.local())
    assert list((tmp_path / "spill").iterdir()) == []
    assert len(engine.answer(people())) == PERSONS
