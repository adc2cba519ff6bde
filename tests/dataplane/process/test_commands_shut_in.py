"""Commands on files from strangers: whoever takes over the parser finds every door shut.

The parser is taken over at the first step that it tells: the child of the command is the real one,
with a hook that then tries what an intruder would. The command itself opens none of the files.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from muniment.dataplane.confine import landlock, seccomp
from tests.dataplane import tables
from tests.dataplane.process import inside

pytestmark = [
    pytest.mark.slow,  # a command and its data plane each
    pytest.mark.skipif(
        platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
    ),
]
TAKEN = "taken over: "
INTRUDER = f"""
import json, socket, subprocess, sys
from pathlib import Path
from muniment.dataplane import process

room = Path({{room!r}})
tried = {{{{}}}}

def attempt(name, do):
    try:
        do()
        tried[name] = "done"
    except BaseException as error:
        tried[name] = f"{{{{type(error).__name__}}}}: {{{{error}}}}"

def hook(event, arguments):
    if event != "muniment.point" or tried:
        return
    attempt("read the database", (room / "muniment.sqlite3").read_bytes)
    attempt("write over it", lambda: (room / "muniment.sqlite3").write_text("x"))
    attempt("read a key", (room / "keys" / "noise.key").read_bytes)
    attempt("call out", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    attempt("run a program", lambda: subprocess.run(["/bin/true"], check=True))
    print({TAKEN!r} + json.dumps(tried), file=sys.stderr, flush=True)

sys.addaudithook(hook)
sys.exit(process.main())
"""
COMMAND = """
import sys
opened = []
sys.addaudithook(lambda event, said: opened.append(str(said[0])) if event == "open" else None)
from muniment import cli
from muniment.gateways.dataplane import child
child.Child.PROGRAM = ("-c", {intruder!r})
code = cli.main(sys.argv[1:])
data = [path for path in opened if path.endswith((".csv", ".parquet"))]
parsers = [name for name in ("duckdb", "pyarrow", "openpyxl", "pyreadstat") if name in sys.modules]
print("opened here:", data + parsers, file=sys.stderr)
sys.exit(code)
"""
NO_WALL = f"""
import ctypes, errno, platform
from muniment.dataplane.confine import seccomp
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
call = seccomp.MACHINES[platform.machine()]["filter"]
for number in ({landlock.CREATE_RULESET}, call):
    assert seccomp.load(
        seccomp.step(seccomp.LOAD, seccomp.NUMBER)
        + seccomp.step(seccomp.EQUAL, number, when_false=1)
        + seccomp.step(seccomp.RETURN, seccomp.ERRNO | errno.ENOSYS)
        + seccomp.step(seccomp.RETURN, seccomp.ALLOW),
        call=call,
    )
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A holding and an edition to be, beside things that are nobody's business."""
    tables.small_holding(tmp_path / "incoming" / "small", persons=20)
    shutil.copytree(tmp_path / "incoming" / "small", tmp_path / "incoming" / "later")
    (tmp_path / "editions").mkdir()
    (tmp_path / "keys").mkdir()
    for name in ("muniment.sqlite3", "keys/noise.key"):
        (tmp_path / name).write_text("secret", encoding="utf-8")
    return tmp_path


def run(room: Path, *words: str, before: str = "") -> tuple[int, dict[str, str], str]:
    """Exit code, what the intruder tried, and the rest of the error stream."""
    code = before + COMMAND.format(intruder=INTRUDER.format(room=str(room)))
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True, text=True, timeout=120, check=False, env=dict(os.environ), cwd=room,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    [taken] = [line for line in lines if line.startswith(TAKEN)]
    rest = [line for line in lines if line != taken]
    return done.returncode, json.loads(taken.removeprefix(TAKEN)), "\n".join(rest)


SMALL = "incoming/small"
LOAD = ("load", SMALL, "--descriptor", f"{SMALL}/datapackage.json", "--out", "editions/1")


@pytest.mark.parametrize(
    "words",
    [LOAD, ("check", SMALL), ("profile", SMALL), ("diff", SMALL, "incoming/later")],
    ids=lambda words: words[0],
)
def test_a_parser_that_was_taken_over_reaches_nothing(words: tuple[str, ...], room: Path) -> None:
    code, tried, rest = run(room, "holding", *words)
    assert (code, rest) == (0, "opened here: []")
    assert len(tried) == 5
    assert {name: said for name, said in tried.items() if not inside.refused(said)} == {}
    assert (room / "muniment.sqlite3").read_text(encoding="utf-8") == "secret"


def test_where_there_is_no_wall_it_reaches_all_and_the_command_says_so(room: Path) -> None:
    """The control; and what a platform that cannot confine does: it warns, and goes on."""
    code, tried, rest = run(room, "holding", *LOAD, before=NO_WALL)
    assert code == 0
    assert set(tried.values()) == {"done"}
    assert "WARNING: the data plane is not fully confined. This kernel has no Landlock" in rest
    assert "sockets and programs stay open" in rest
    assert (room / "editions" / "1" / "edition.json").exists()
