"""Spark that ran out of memory says so in the words that pieces wait for; nothing else does."""

import errno
import os
from pathlib import Path

import pytest
from sqlglot import exp

from muniment.dataplane import engines
from muniment.dataplane.compile import nodes
from muniment.dataplane.engines import sources, spark_start, spark_stopped
from muniment.dataplane.spec import faults
from tests.dataplane import full
from tests.dataplane.engines import clusters

LITTLE = engines.Setting(kind=engines.Kind.SPARK, memory_limit="512MB")
HEAP = "java.lang.OutOfMemoryError"
ABORTED = (
    "Job aborted due to stage failure: Task 0 in stage 5.0 failed 4 times, most recent failure: "
    "Lost task 0.3 in stage 5.0 (TID 7) (127.0.0.1 executor 2): "
)
LOST = (
    "ExecutorLostFailure (executor 3 exited caused by one of the running tasks) "
    "Reason: Command exited with code "
)
FAILED, WRITING = "org.apache.spark.SparkException", "java.io.IOException"


@pytest.mark.parametrize(
    ("causes", "is_short"),
    [
        ([(HEAP, "Java heap space")], True),
        ([(FAILED, f"{ABORTED}{HEAP}: Java heap space"), (HEAP, "Java heap space")], True),
        ([(FAILED, ""), ("org.apache.spark.memory.SparkOutOfMemoryError", "[UNABLE_TO")], True),
        ([(FAILED, f"{ABORTED}{LOST}52\nDriver stacktrace:")], True),
        # A process that was killed or crashed, a cell that holds such words, a limit of the system.
        ([(FAILED, f"{ABORTED}{LOST}137")], False),
        ([(FAILED, f"{ABORTED}{LOST}1")], False),
        ([(FAILED, f"{ABORTED}x"), ("java.lang.NumberFormatException", f"'{LOST}52'")], False),
        ([(FAILED, f"{ABORTED}{LOST}52"), ("java.io.IOException", "")], False),
        ([(FAILED, f"The value '{ABORTED}{LOST}52' is no number.")], False),
        ([(FAILED, f"The value '{HEAP}: Java heap space' is no number.")], False),
        ([(HEAP, "unable to create native thread: possibly out of memory")], False),
        ([], False),
    ],
)
def test_want_of_memory_is_told_by_kinds_of_errors(
    causes: list[spark_stopped.Cause], is_short: bool
) -> None:
    assert spark_stopped.is_short(causes) is is_short


@pytest.mark.parametrize(
    ("causes", "is_full"),
    [
        ([(FAILED, ABORTED), (WRITING, os.strerror(errno.ENOSPC))], True),
        ([(FAILED, ""), (WRITING, os.strerror(errno.EFBIG)), (FAILED, "x")], True),
        ([(FAILED, os.strerror(errno.ENOSPC))], False),
        ([(WRITING, os.strerror(errno.EIO))], False),
        ([(WRITING, f"The cell '{os.strerror(errno.ENOSPC)}' is no number.")], False),
        ([], False),
    ],
)
def test_a_full_disk_is_told_by_the_words_of_the_kernel_alone(
    causes: list[spark_stopped.Cause], is_full: bool
) -> None:
    assert spark_stopped.is_full(causes) is is_full


def asked(call: exp.Expression) -> exp.Select:
    return nodes.select([call], source=nodes.table("subjects", "s"))


def million_times(text: exp.Expression) -> exp.Select:
    """A text of 600 million letters or more, which Java cannot hold under the limit."""
    much = nodes.call("concat", *[text] * 100)
    return asked(
        nodes.call("max", nodes.call("length", nodes.call("repeat", much, nodes.number(10**6))))
    )


LETTERS = nodes.call("repeat", nodes.call("uuid"), nodes.number(9))


def much(name: str) -> exp.Create:
    """Kept beside memory in files of more than four kilobytes."""
    return nodes.kept(name, asked(nodes.call("sha2", LETTERS, nodes.number(512))))


COUNTED = asked(nodes.call("count", nodes.column("s", "USUBJID")))


def code(engine: engines.Engine, tree: exp.Expression) -> str:
    return code_of(stopped(engine, tree))


def stopped(engine: engines.Engine, tree: exp.Expression) -> faults.Faulty:
    with pytest.raises(faults.Faulty) as refused:
        engine.answer(tree)
    return refused.value


def code_of(refused: faults.Faulty) -> str:
    [fault] = refused.faults
    assert fault.message.startswith("The memory limit is too small") is (
        fault.code == sources.MEMORY
    )
    return fault.code


class TestOnOneMachine:
    pytestmark = clusters.needs_spark

    def test_what_ran_out_of_memory_says_so_and_nothing_else_does(self, tmp_path: Path) -> None:
        from pyspark import SparkContext
        from pyspark.errors import PySparkException

        place = clusters.parquet_holding(tmp_path / "holding")
        with clusters.opened(place, tmp_path / "spill", LITTLE) as engine:
            too_much = million_times(nodes.column("s", "USUBJID"))
            assert code(engine, too_much) == sources.MEMORY
            # The task took Java with it: no smaller statement can do any more.
            assert code(engine, COUNTED) == sources.MEMORY
            assert engine.progress() is None
        assert list((tmp_path / "spill").iterdir()) == []
        with clusters.opened(place, tmp_path / "spill", LITTLE) as engine:
            # Java stays where a statement is too large to be planned.
            assert code(engine, million_times(nodes.text("letter"))) == sources.MEMORY
            words = nodes.call("raise_error", nodes.text(f"{HEAP}: Java heap space"))
            told = stopped(engine, asked(words))
            assert code_of(told) == "engine"
            assert spark_start.ended(within=0) is None
            assert engine.answer(COUNTED) == [(clusters.PERSONS,)]
            engine.answer(much("enough room"))  # Java unpacks a library beside what it writes
            with full.after(1 << 12, process=SparkContext._gateway.proc.pid):
                assert code(engine, much("too little")) == "disk-full"
            assert engine.answer(COUNTED) == [(clusters.PERSONS,)]
            ends = [nodes.text("java.lang.System"), nodes.text("exit"), nodes.number(1)]
            assert code(engine, asked(nodes.call("java_method", *ends))) == "engine"
            assert code(engine, COUNTED) == "engine"
            # What came of Java, and can ask it no more.
            assert isinstance(told.__context__, PySparkException)
            assert code_of(spark_stopped.told(told.__context__)) == "engine"
        assert list((tmp_path / "spill").iterdir()) == []
