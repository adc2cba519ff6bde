"""The data plane as it runs, with a request behind it: what the wall refuses it from inside.

The child is the real one, started by the house's own gateway, and answers the real wire. It knows
one command more, of the test's own, which the thread takes up that does the work of every other.
"""

import datetime
import platform
import sqlite3
from pathlib import Path

import pytest

from muniment.dataplane.confine import seccomp
from muniment.gateways import dataplane
from muniment.gateways.dataplane import child
from tests.dataplane import tables
from tests.dataplane.loading import fuzz, orders
from tests.dataplane.process import inside

pytestmark = pytest.mark.skipif(
    platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
)
ATTEMPTS = """
import socket, sqlite3
from pathlib import Path

def attempts(read, write, secret, attempt):
    from muniment.dataplane.engines import duckdb as engine
    from muniment.dataplane.spec import holding

    attempt("tcp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    attempt("unix", lambda: socket.socket(socket.AF_UNIX))
    attempt("a file outside", lambda: (secret.parent / "other.csv").read_bytes())
    attempt("write outside", lambda: (secret.parent / "new").touch())
    attempt("another holding", lambda: holding.load(secret.parent / "another"))
    attempt("the database", lambda: secret.read_bytes())
    attempt("its tables", lambda: sqlite3.connect(secret).execute("SELECT * FROM person"))
    with engine.open(holding.load(read), folder=read, out=write) as connection:
        ask = lambda statement: connection.execute(statement).fetchall()
        attempt("its own rows", lambda: ask("SELECT * FROM subjects"))
        blob = f"SELECT size FROM read_blob('{secret}')"
        attempt("the engine at the database", lambda: ask(blob))
        attempt("get an extension", lambda: ask("INSTALL sqlite"))
        attempt("load an extension", lambda: ask("LOAD sqlite"))
"""
# Known to the server once the doors are shut; run by its worker, when somebody asks.
OPENED = f"""
import sys
{ATTEMPTS}
from muniment.dataplane import process

def told(asked, keys, watch):
    tried = {{}}
    def attempt(name, do):
        try:
            do()
            tried[name] = "done"
        except BaseException as error:
            tried[name] = f"{{type(error).__name__}}: {{error}}"
    attempts(*map(Path, asked["places"]), attempt)
    return tried

class Server(process.Server):
    def __init__(self, *given):
        super().__init__(*given)
        self._commands.BY_NAME = {{**self._commands.BY_NAME, "attempt": told}}

process.Server = Server
sys.exit(process.main())
"""
NO = "Operation not permitted"
DENIED = "Permission denied"
SAID = {
    "tcp": NO,
    "udp": NO,
    "unix": NO,
    "a file outside": DENIED,
    "write outside": DENIED,
    "another holding": DENIED,
    "the database": DENIED,
    "its tables": "unable to open database file",
    "its own rows": "done",
    "the engine at the database": "disabled by configuration",
    "get an extension": "file system operations are disabled",
    "load an extension": "Loading external extensions is disabled",
}


class Opened(child.Child):
    """The data plane's child with the test's command."""

    PROGRAM = ("-c", OPENED)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    read, write, secret = tmp_path / "read", tmp_path / "write", tmp_path / "muniment.sqlite3"
    tables.small_holding(read)
    write.mkdir()
    tables.small_holding(tmp_path / "another")
    (tmp_path / "other.csv").write_text("a\n1\n", encoding="utf-8")
    with sqlite3.connect(secret) as database:
        database.execute("CREATE TABLE person (name)")
    database.close()
    return read, write, secret


def test_from_inside_the_running_child_nothing_else_can_be_reached(
    places: tuple[Path, Path, Path],
) -> None:
    read, write, secret = places
    running = Opened(read=[read], write=[write])
    try:
        assert running.ask({"id": 1, "command": "ping"})["confinement"]["gaps"] == []
        assert running.ask({"id": 2, "command": "check", "holding": str(read)})["fit"] is True
        asked = {"id": 3, "command": "attempt", "places": [str(place) for place in places]}
        tried = running.ask(asked)
        another = running.ask(
            {"id": 4, "command": "check", "holding": str(read.parent / "another")}
        )
        assert running.ask({"id": 5, "command": "check", "holding": str(read)})["fit"] is True
    finally:
        running.close()
    assert [finding["message"] for finding in another["findings"]] == [
        "datapackage.json cannot be read: Permission denied."
    ]
    assert tried.keys() == SAID.keys()
    assert {name: tried[name] for name, words in SAID.items() if words not in tried[name]} == {}
    assert {file.name for file in secret.parent.iterdir()} == {
        "read", "write", "another", "other.csv", "muniment.sqlite3",
    }  # fmt: skip


def test_without_the_wall_a_process_reaches_them(places: tuple[Path, Path, Path]) -> None:
    """The control. What the engine refuses by itself has its control beside its own tests."""
    code = ATTEMPTS + "\nattempts(*map(Path, sys.argv[1:4]), attempt)"
    tried = inside.run(code, *places)
    reached = {name for name, outcome in tried.items() if outcome == "done"}
    assert reached == {
        "tcp", "udp", "unix", "a file outside", "write outside", "another holding",
        "the database", "its tables", "its own rows",
    }  # fmt: skip


def test_every_kind_of_source_can_be_read_from_inside(tmp_path: Path) -> None:
    """A library that looks elsewhere when it is loaded would fail here and nowhere else."""
    now = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
    descriptors = {
        ending: orders.write(
            tmp_path, orders.descriptor(fuzz.FIELDS, path=f"t.{ending}"), f"{ending}.json"
        )
        for ending in (*fuzz.ENDINGS, *fuzz.LATER.values())
    }
    mapping = orders.write(tmp_path, fuzz.MAPPING, "mapping.json")
    read = [fuzz.SEEDS, *descriptors.values(), mapping]
    (tmp_path / "out").mkdir()
    with dataplane.DataPlane(read=read, write=[tmp_path / "out"]) as plane:
        for ending, descriptor in descriptors.items():
            sources = dataplane.Sources(
                places=[str(fuzz.SEEDS)],
                descriptor=descriptor,
                mapping=mapping if ending == "json" else None,
            )
            told = plane.load(sources, out=tmp_path / "out" / ending, now=now)
            assert told["outcome"]["fit"], (ending, told["said"])
            assert told["outcome"]["rows"]["t"] > 0, ending
