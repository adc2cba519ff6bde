"""Hostile statements, run by our own engine from inside the confined child, and without a wall."""

import json
import platform
from pathlib import Path

import pytest

from muniment.dataplane.confine import seccomp
from tests.dataplane import tables
from tests.dataplane.process import inside

pytestmark = pytest.mark.skipif(
    platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
)
START = """
import argparse
from pathlib import Path
read, write, secret = map(Path, sys.argv[1:4])
(write / "spill").mkdir()
"""
SHUT = """
from muniment.dataplane import process
shut = process.shut_in(argparse.Namespace(read=[read], write=[write], reach="nothing"))
"""
OURS = """
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.spec import holding
connection = engine.open(
    holding.load(read), folder=read, out=write, spill=write / "spill", memory_limit="200MB"
)
attempt("count", lambda: connection.execute("SELECT count(*) FROM subjects").fetchall())
"""
# Nothing but what keeps a test off the network: extensions would come from an empty folder.
PLAIN = """
import duckdb
connection = duckdb.connect(":memory:", config={
    "extension_directory": str(write), "custom_extension_repository": str(write),
})
attempt("count", lambda: connection.execute("SELECT 1").fetchall())
"""
RUN = """
import pyarrow
secret_rows = pyarrow.table({"a": [1]})
(write / "x.duckdb_extension").write_text("not one")
(write / "link.csv").symlink_to(secret)
known = {"read": read, "write": write, "secret": secret, "outside": secret.parent}

def ask(statement):
    found = connection.execute(statement).fetchall()
    if statement.startswith("SELECT") and not found:
        raise LookupError("nothing found")

attempt("write", lambda: ask(f"COPY (SELECT 1) TO '{write}/a.csv'"))
for name, statement in json.loads(sys.argv[4]).items():
    attempt(name, lambda: ask(statement.format(**known)))
"""

# What each tries, what our engine says to it, and what becomes of it with no wall at all.
CLOSED = "file system operations are disabled by configuration"
NO_EXTENSIONS = "Loading external extensions is disabled through configuration"
LOCKED = "the configuration has been locked"
DONE = "done"
HOSTILE = {
    "a file outside": ("SELECT content FROM read_text('{secret}')", CLOSED, DONE),
    "a way round": ("SELECT content FROM read_text('{read}/../{secret.name}')", CLOSED, DONE),
    "through a link": ("SELECT content FROM read_text('{write}/link.csv')", CLOSED, DONE),
    "not a table": ("SELECT content FROM read_text('{read}/datapackage.json')", CLOSED, DONE),
    "a listing": ("SELECT file FROM glob('{outside}/*')", CLOSED, DONE),
    "the system": ("SELECT content FROM read_text('/etc/pass*')", CLOSED, DONE),
    "a variable": ("SELECT * FROM secret_rows", "secret_rows does not exist", DONE),
    "a page": ("SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')", CLOSED, "extension 'httpfs"),
    "a bucket": ("SELECT * FROM read_parquet('s3://b/x.parquet')", CLOSED, "extension 'httpfs"),
    "get an extension": ("INSTALL httpfs", CLOSED, 'Failed to install local extension "httpfs"'),
    "load an extension": ("LOAD httpfs", NO_EXTENSIONS, "httpfs.duckdb_extension\" not found"),
    "load a file": ("LOAD '{write}/x.duckdb_extension'", NO_EXTENSIONS, "not a DuckDB extension"),
    "another database": ("ATTACH '{secret}'", CLOSED, "not a valid DuckDB database file"),
    "a new database": ("ATTACH '{read}/new.db'", CLOSED, DONE),
    "write outside": ("COPY (SELECT 1) TO '{outside}/stolen.csv'", CLOSED, DONE),
    "write a way round": ("COPY (SELECT 1) TO '{write}/../round.csv'", CLOSED, DONE),
    "write the source": ("COPY (SELECT 1) TO '{read}/subjects.csv'", CLOSED, DONE),
    "write it all": ("EXPORT DATABASE '{outside}/export'", CLOSED, DONE),
    "open the door": ("SET enable_external_access = true", LOCKED, "while database is running"),
    "widen the door": ("SET allowed_directories = ['/']", LOCKED, DONE),
}  # fmt: skip
# What the kernel says where the engine has no setting against it.
DENIED = "Permission denied"
KERNEL = {
    "a file outside": DENIED,
    "a way round": DENIED,
    "through a link": DENIED,
    "a listing": "nothing found",
    "the system": "nothing found",
    "another database": DENIED,
    "a new database": DENIED,
    "write outside": DENIED,
    "write a way round": DENIED,
    "write the source": DENIED,
    "write it all": DENIED,
}


def tried(root: Path, code: str) -> dict[str, str]:
    """What becomes of every hostile statement; ordinary work goes through, whatever the wall."""
    read, write, secret = root / "read", root / "write", root / "database.sqlite3"
    tables.small_holding(read)
    write.mkdir()
    secret.write_text("secret", encoding="utf-8")
    statements = json.dumps({name: row[0] for name, row in HOSTILE.items()})
    outcomes = inside.run(START + code + RUN, read, write, secret, statements)
    assert outcomes.pop("count") == outcomes.pop("write") == DONE
    assert outcomes.keys() == HOSTILE.keys()
    return outcomes


def otherwise(outcomes: dict[str, str], expected: dict[str, str]) -> dict[str, str]:
    """What came out in other words than expected."""
    return {name: outcomes[name] for name, words in expected.items() if words not in outcomes[name]}


def test_inside_the_child_our_engine_refuses_each_in_its_own_words(tmp_path: Path) -> None:
    outcomes = tried(tmp_path, SHUT + OURS)
    assert otherwise(outcomes, {name: said for name, (_, said, _) in HOSTILE.items()}) == {}
    assert (tmp_path / "database.sqlite3").read_text(encoding="utf-8") == "secret"
    assert {file.name for file in tmp_path.iterdir()} == {"read", "write", "database.sqlite3"}
    assert "new.db" not in {file.name for file in (tmp_path / "read").iterdir()}


def test_without_engine_settings_the_kernel_refuses_every_file(tmp_path: Path) -> None:
    """The wall behind the wall: a plain engine in the same child."""
    outcomes = tried(tmp_path, SHUT + PLAIN)
    assert otherwise(outcomes, KERNEL) == {}
    assert {file.name for file in tmp_path.iterdir()} == {"read", "write", "database.sqlite3"}


def test_without_a_wall_each_succeeds_or_fails_for_a_reason_of_its_own(tmp_path: Path) -> None:
    """The control: were it otherwise, the tests above would prove nothing."""
    outcomes = tried(tmp_path, PLAIN)
    assert otherwise(outcomes, {name: free for name, (_, _, free) in HOSTILE.items()}) == {}
    walls = (CLOSED, NO_EXTENSIONS, LOCKED, DENIED)
    assert [name for name, said in outcomes.items() if any(wall in said for wall in walls)] == []
    assert {"stolen.csv", "round.csv", "export"} <= {file.name for file in tmp_path.iterdir()}


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
