"""Hostile statements, run by our own engine from inside the confined child."""

import platform
from pathlib import Path

import pytest

from muniment.dataplane.confine import seccomp
from tests.dataplane import tables
from tests.dataplane.process import inside

pytestmark = pytest.mark.skipif(
    platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
)
INSIDE = """
import argparse
from pathlib import Path
from muniment.dataplane import process
read, write, secret = map(Path, sys.argv[1:4])
shut = process.shut_in(argparse.Namespace(read=[read], write=[write]))
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding
secret_rows = [{"a": 1}]
(write / "spill").mkdir()
connection = engine.open(
    holding.load(read), folder=read, out=write, spill=write / "spill", memory_limit="200MB"
)
ask = lambda statement: connection.execute(statement).fetchall()
attempt("count", lambda: ask("SELECT count(*) FROM subjects"))
attempt("write", lambda: ask(f"COPY (SELECT 1) TO '{write}/a.csv'"))
for number, statement in enumerate([
    f"SELECT * FROM read_text('{secret}')",
    f"SELECT * FROM read_text('{read}/../{secret.name}')",
    f"SELECT * FROM read_text('{read}/datapackage.json')",
    f"SELECT * FROM glob('{secret.parent}/*')",
    "SELECT * FROM read_csv('/etc/*')",
    "SELECT * FROM secret_rows",
    "SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "INSTALL httpfs",
    "LOAD httpfs",
    f"LOAD '{write}/x.duckdb_extension'",
    f"ATTACH '{secret}'",
    f"ATTACH '{read}/new.db'",
    f"COPY (SELECT 1) TO '{secret.parent}/stolen.csv'",
    f"COPY (SELECT 1) TO '{read}/subjects.csv'",
    f"COPY (SELECT 1) TO '{write}/../stolen.csv'",
    f"EXPORT DATABASE '{secret.parent}/export'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
]):
    attempt(f"hostile {number}", lambda: ask(statement))
(write / "link.csv").symlink_to(secret)
attempt("hostile link", lambda: ask(f"SELECT * FROM read_text('{write}/link.csv')"))
"""


def test_inside_the_child_our_engine_does_its_work_and_nothing_else(tmp_path: Path) -> None:
    read, write, secret = tmp_path / "read", tmp_path / "write", tmp_path / "database.sqlite3"
    tables.small_holding(read)
    write.mkdir()
    secret.write_text("secret", encoding="utf-8")
    held = {file.name: file.read_bytes() for file in read.iterdir()}
    tried = inside.run(INSIDE, read, write, secret)
    assert tried.pop("count") == tried.pop("write") == "done"
    assert len(tried) == 20
    assert {name for name, outcome in tried.items() if outcome == "done"} == set()
    assert {file.name: file.read_bytes() for file in read.iterdir()} == held
    assert secret.read_text(encoding="utf-8") == "secret"
    assert {file.name for file in tmp_path.iterdir()} == {"read", "write", "database.sqlite3"}


@pytest.mark.parametrize(
    "path", ["../subjects.csv", "/etc/passwd", "https://example.org/x.csv", "*.csv", "s3://b/x.csv"]
)
def test_a_descriptor_cannot_name_a_file_elsewhere(tmp_path: Path, path: str) -> None:
    from muniment.dataplane.engines import duckdb as engine
    from muniment.dataplane.spec import faults, holding

    shape = tables.descriptor()
    shape["resources"][0]["path"] = path  # type: ignore[index]
    place = tables.write_holding(tmp_path / "holding", shape, subjects=[])
    with pytest.raises(faults.Faulty):
        engine.open(holding.load(place), folder=place).close()
