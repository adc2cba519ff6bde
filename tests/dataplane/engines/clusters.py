"""Spark for tests: what is needed, and a master with two workers on loopback that we started."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

from muniment.dataplane import engines
from muniment.dataplane.spec import holding
from tests.dataplane import tables

LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 120
PERSONS = 400

BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Of Java: a few questions are answered before its second compiler, and the threads that clear its
memory, have paid for themselves."""
os.environ.setdefault("SPARK_SUBMIT_OPTS", BRIEF)

needs_spark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="PySpark is not installed."),
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed."),
]


def local() -> engines.Setting:
    return engines.Setting(kind=engines.Kind.SPARK, memory_limit="1GB")


def parquet_holding(folder: Path) -> Path:
    """The small holding with its subjects in a Parquet file of text."""
    place = tables.small_holding(folder, persons=PERSONS)
    text = dict.fromkeys(tables.SUBJECT_COLUMNS, pyarrow.string())
    options = pyarrow.csv.ConvertOptions(column_types=text)
    rows = pyarrow.csv.read_csv(place / "subjects.csv", convert_options=options)
    pyarrow.parquet.write_table(rows, place / "subjects.parquet")
    shape = tables.descriptor()
    shape["resources"][0]["path"] = "subjects.parquet"  # type: ignore[index]
    (place / "datapackage.json").write_text(json.dumps(shape), encoding="utf-8")
    return place


def opened(place: Path, spill: Path, setting: engines.Setting) -> engines.Engine:
    spill.mkdir(exist_ok=True)
    return engines.open(holding.load(place), folder=place, setting=setting, spill=spill)


@contextmanager
def standalone(folder: Path) -> Iterator[engines.Setting]:
    """A master that asks for a secret, two workers of one core, all on loopback; ended after."""
    secret = folder / "secret"
    secret.write_text(secrets.token_hex(32), encoding="ascii")
    secret.chmod(0o600)
    port = free_port()
    master = f"spark://{LOOPBACK}:{port}"
    named = ["--host", LOOPBACK, "--port"]
    started = [started_as("master.Master", *named, str(port), folder=folder, secret=secret)]
    try:
        wait_for(port)
        for number in range(2):
            words = [*named, str(free_port()), "--cores", "1", "--memory", "600m"]
            words += ["--work-dir", str(folder / f"work-{number}"), master]
            started.append(started_as("worker.Worker", *words, folder=folder, secret=secret))
        yield engines.Setting(
            kind=engines.Kind.SPARK, memory_limit="512MB", master=master, secret=secret
        )
    finally:
        for process in reversed(started):
            process.terminate()
        for process in reversed(started):
            process.wait(30)


def started_as(kind: str, *words: str, folder: Path, secret: Path) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    asked = f"-Dspark.authenticate=true -Dspark.authenticate.secret={secret.read_text()}"
    quiet = (
        "-Dspark.master.ui.enabled=false -Dspark.worker.ui.enabled=false -Dspark.ui.enabled=false"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": f"{asked} {quiet}",
        "SPARK_NO_DAEMONIZE": "1",
        "JDK_JAVA_OPTIONS": BRIEF,
    }
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *words]
    command += ["--webui-port", "0"]
    with (folder / f"{kind}.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        return int(taken.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            socket.create_connection((LOOPBACK, port), 1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError("The Spark master did not start.")
