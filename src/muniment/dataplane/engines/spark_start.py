"""Starting Spark: what it may say, write and listen on."""

import logging
import os
import shlex
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import engines
from muniment.dataplane.engines import memory, sources

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
SECONDS_TO_END = 60
SECONDS_TO_STOP = 30
"""For a Java machine that ends by itself."""
LEAST_MEGABYTES = 450
"""Below that Spark does not start."""
JAVA_KEEPS, FOR_ROWS = 300, 0.6
"""Of a process Java keeps so many megabytes for itself; of the rest this share is for rows."""
TIMES_AT_WORK = 8
"""How much more room rows take that are sorted or joined than those that are packed to travel."""
MOST_MEGABYTES, MOST_PORTIONS = 64, 2000
# The same answers as the embedded engine's, no pages, no event log, nothing of a row in a log.
ALWAYS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
    "spark.log.level": "OFF",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.maxPlanStringLength": "0",
    "spark.io.encryption.enabled": "true",
    "spark.authenticate": "true",
}


def session(setting: engines.Setting, *, scratch: Path, held: int) -> "SparkSession":
    """A session of its own, with `scratch` for what does not fit into memory.

    `held` is how many bytes the holding's files have, by which its rows are portioned.
    Raises `faults.Faulty` where Spark or Java is absent, the memory limit is less than Spark starts
    with, the master does not answer, or another session is open: this process has room for one, and
    a second would be given the first.
    """
    _check_memory(setting)
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        message = "Spark is not installed; install Muniment with its extra `spark`."
        raise sources.refused("no-spark", message) from None
    if SparkContext._active_spark_context is not None:
        message = "Spark is at work in this process already; ask again when it has finished."
        raise sources.refused("spark-at-work", message)
    local = setting.master.startswith("local") or LOOPBACK in setting.master
    if local:
        os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_SUBMIT_ARGS"] = _java(setting, scratch)
    # PySpark logs the queries that fail, with the engine's own words.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    try:
        # Java is started without settings: they would stand in the list of processes.
        with _working_in(scratch):
            SparkContext._ensure_initialized()
        chosen = ALWAYS | _of(setting, scratch, local=local) | portions(setting, held=held)
        conf = SparkConf(loadDefaults=False).setAppName("muniment").setMaster(setting.master)
        for name, value in chosen.items():
            conf.set(name, value)
        return SparkSession.builder.config(conf=conf).getOrCreate()
    except (Py4JError, PySparkException, RuntimeError, OSError) as error:
        end()
        message = f"Spark cannot be started ({type(error).__name__}); is Java 17 installed?"
        raise sources.refused("no-spark", message) from None


def _check_memory(setting: engines.Setting) -> None:
    if memory.megabytes(setting.memory_limit) < LEAST_MEGABYTES:
        message = f"Spark needs a memory limit of {LEAST_MEGABYTES}MB or more for each process."
        raise sources.refused("memory-limit", message)


def _java(setting: engines.Setting, scratch: Path) -> str:
    """What Java needs to know to start; it writes nowhere but in `scratch`."""
    limit = setting.memory_limit.removesuffix("B").lower()
    options = shlex.quote(f'-XX:-UsePerfData "-Djava.io.tmpdir={scratch}"')
    return f"--driver-memory {limit} --driver-java-options {options} pyspark-shell"


@contextmanager
def _working_in(scratch: Path) -> Iterator[None]:
    """PySpark leaves a file for Java to answer in where files pass by; a confined process has no
    such place but its own."""
    usual, tempfile.tempdir = tempfile.tempdir, str(scratch)
    try:
        yield
    finally:
        tempfile.tempdir = usual


def end() -> None:
    """End the Java machine: its memory limit and its secret belong to one session."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = None
    if gateway is None:
        return
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(SECONDS_TO_END)


def ended(*, within: float = SECONDS_TO_STOP) -> int | None:
    """The exit code of a Java machine that is gone, or going; None where it stays."""
    from pyspark import SparkContext

    process = SparkContext._gateway.proc
    try:
        return int(process.wait(within))
    except subprocess.TimeoutExpired:
        return None


def stop(session: "SparkSession") -> None:
    """Stop the session and end its Java machine, which may be gone: another may be opened then."""
    from py4j.protocol import Py4JError

    context = session.sparkContext
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        try:
            session.stop()
        except (Py4JError, OSError):
            context.stop()  # what is left of it in this process
    end()


def portions(setting: engines.Setting, *, held: int) -> dict[str, str]:
    """Rows travel in portions that a task can sort in its share of the memory.

    A table goes to every process whole where its rows, once they are worked out, are one portion;
    the size of a file says nothing of that, since a few bytes may stand for millions of rows.
    """
    room = FOR_ROWS * (memory.megabytes(setting.memory_limit) - JAVA_KEEPS) / setting.threads
    portion = min(MOST_MEGABYTES, max(1, round(room / TIMES_AT_WORK)))
    many = min(MOST_PORTIONS, max(4 * setting.threads, -(-held // (portion * 1_000_000))))
    return {
        "spark.sql.shuffle.partitions": str(many),
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": f"{portion}m",
        "spark.sql.autoBroadcastJoinThreshold": "-1",
        "spark.sql.adaptive.autoBroadcastJoinThreshold": f"{portion}m",
    }


def _of(setting: engines.Setting, scratch: Path, *, local: bool) -> dict[str, str]:
    chosen = {
        "spark.local.dir": str(scratch / "scratch"),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.executor.memory": setting.memory_limit.removesuffix("B").lower(),
    }
    if local:
        chosen |= {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK}
    if setting.secret is not None:
        chosen["spark.authenticate.secret"] = setting.secret.read_text(encoding="ascii").strip()
    return chosen
