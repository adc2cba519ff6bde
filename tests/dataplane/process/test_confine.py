"""The kernel's wall, tried from inside: what a broken-into data plane could still do."""

import os
import platform
import socket
import struct
import textwrap
from pathlib import Path

import pytest

from muniment.dataplane.confine import Confinement, landlock, places, seccomp
from tests.dataplane.process import inside

SHUT = """
import argparse
from pathlib import Path
from muniment.dataplane import process
read, write, secret = map(Path, sys.argv[1:4])
reach = (sys.argv[4:] or ["nothing"])[0]
shut = process.shut_in(argparse.Namespace(read=[read], write=[write], reach=reach))
tried["gaps"] = shut.document()["gaps"]
tried["complete"] = shut.complete
"""
OPEN = """
from pathlib import Path
read, write, secret = map(Path, sys.argv[1:4])
"""
ATTACKS = """
import ctypes, socket, subprocess, threading
attempt("tcp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
attempt("udp", lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
attempt("unix", lambda: socket.socket(socket.AF_UNIX))
attempt("pair", socket.socketpair)
attempt("pair of letters", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
attempt("links of the machine", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("read another file", lambda: secret.read_bytes())
attempt("list another folder", lambda: os.listdir(secret.parent))
attempt("write another file", lambda: secret.write_text("x"))
attempt("delete another file", lambda: os.truncate(secret, 0))
attempt("make a file outside", lambda: (secret.parent / "new").touch())
attempt("write to the source", lambda: (read / "rows.csv").write_text("x"))
attempt("add to the source", lambda: (read / "new").touch())
attempt("delete the source", lambda: (read / "rows.csv").unlink())
attempt("move the source", lambda: (read / "rows.csv").rename(write / "rows.csv"))

def through_a_link():
    (write / "link").symlink_to(secret)
    (write / "link").read_bytes()

attempt("read through a link", through_a_link)
attempt("link a file in", lambda: os.link(secret, write / "hard"))
attempt("settings of another", lambda: open(f"/proc/{os.getppid()}/environ", "rb").read())
attempt("accounts", lambda: open("/etc/passwd").read())
attempt("run a program", lambda: subprocess.run(["/bin/true"], check=True))
attempt("fork", lambda: os._exit(0) if os.fork() == 0 else None)
libc = ctypes.CDLL(None, use_errno=True)

def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise PermissionError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

attempt("ring", lambda: call(425, 1, ctypes.create_string_buffer(256)))
attempt("look into a neighbor", lambda: call(434, os.getppid(), 0))
"""
WORK = """
attempt("read the source", lambda: (read / "rows.csv").read_text())
attempt("write a package", lambda: (write / "a").write_text("x"))
attempt("make a folder", lambda: (write / "b" / "c").mkdir(parents=True))
attempt("publish", lambda: (write / "b").rename(write / "d"))

def thread():
    started = threading.Thread(target=lambda: None)
    started.start()
    started.join()

attempt("start a thread", thread)
attempt("draw a random number", lambda: os.urandom(8))

def libraries():
    import cryptography.hazmat.primitives.asymmetric.ed25519, duckdb, pyarrow.parquet, sqlglot

attempt("load the engine", libraries)
"""
ENGINE = """
import duckdb
# Extensions would lie outside and come from a folder that has none: no test asks the network.
config = {"extension_directory": str(secret.parent), "custom_extension_repository": str(read)}
connection = duckdb.connect(config={"threads": 2, **config})
ask = lambda statement: connection.execute(statement).fetchall()
attempt("query", lambda: ask(f"SELECT * FROM read_csv('{read}/rows.csv')"))
attempt("copy", lambda: ask(f"COPY (SELECT 1 AS a) TO '{write}/a.parquet' (FORMAT parquet)"))
attempt("engine reads another file", lambda: ask(f"SELECT * FROM read_csv('{secret}')"))
attempt("engine writes another file", lambda: ask(f"COPY (SELECT 1) TO '{secret}x' (FORMAT csv)"))
attempt("engine writes to the source", lambda: ask(f"COPY (SELECT 1) TO '{read}/x' (FORMAT csv)"))
attempt("install an extension", lambda: ask("INSTALL httpfs"))
attempt("load an extension", lambda: ask(f"LOAD '{secret.parent}/x.duckdb_extension'"))
attempt("engine fetches", lambda: ask("SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')"))
"""
ENGINE_UNBOUND = {
    "engine reads another file": "done",
    "engine writes another file": "done",
    "engine writes to the source": "done",
    "install an extension": "Failed to install local extension",
    "load an extension": "not a DuckDB extension",
    "engine fetches": "required extension 'httpfs",
}
"""What becomes of each attempt of the engine where no wall stands."""

# What each reach leaves open; all else is refused as ever.
NAMED = {"accounts"}  # a name is looked up there, and holds no secret
OPENED = {
    "sources": {"tcp", "udp", "pair", *NAMED},
    "cluster": {"tcp", "udp", "pair", "run a program", "fork", *NAMED},
}
LISTENS = """
def listen():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

attempt("be called", listen)
"""
STARTED = """
def by_another(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise PermissionError(done.stderr)

attempt("a program reads the source", lambda: by_another("/bin/cat", read / "rows.csv"))
attempt("a program reads another file", lambda: by_another("/bin/cat", secret))
attempt("a program writes outside", lambda: by_another("/usr/bin/touch", secret.parent / "new"))
attempt("a program of the package", lambda: by_another(write / "script"))
"""

needs_linux = pytest.mark.skipif(
    platform.machine() not in seccomp.MACHINES, reason="No filter for this processor."
)


@needs_linux
def test_from_inside_everything_but_the_work_is_refused(tmp_path: Path) -> None:
    tried = inside.run(SHUT + ATTACKS, *inside.folders(tmp_path))
    assert tried.pop("gaps") == []
    assert tried.pop("complete") is True
    allowed = {name: outcome for name, outcome in tried.items() if not inside.refused(outcome)}
    assert allowed == {}
    assert (tmp_path / "database.sqlite3").read_text(encoding="utf-8") == "a\nsecret\n"
    assert (tmp_path / "read" / "rows.csv").exists()


@needs_linux
@pytest.mark.parametrize("reach", ["sources", "cluster"])
def test_whoever_has_to_call_others_finds_every_other_door_shut(reach: str, tmp_path: Path) -> None:
    tried = inside.run(SHUT + ATTACKS + LISTENS, *inside.folders(tmp_path), reach)
    assert (tried.pop("gaps"), tried.pop("complete")) == ([], True)
    listens = tried.pop("be called")
    assert (listens == "done") if reach == "cluster" else inside.refused(listens)
    allowed = {name for name, outcome in tried.items() if not inside.refused(outcome)}
    assert allowed == OPENED[reach]


SPACES = """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]

def started(flags):
    child = libc.syscall(clone, flags | 17, 0, 0, 0, 0)  # 17: SIGCHLD
    if child == 0:
        os._exit(0)
    if child < 0:
        raise PermissionError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.waitpid(child, 0)

attempt("a process", lambda: started(0))
attempt("a user of its own", lambda: started(0x10000000))
attempt("a file tree of its own", lambda: started(0x10020000))
"""


@needs_linux
def test_what_it_starts_is_given_no_namespace(tmp_path: Path) -> None:
    tried = inside.run(SHUT + SPACES, *inside.folders(tmp_path), "cluster")
    tried.pop("gaps"), tried.pop("complete")
    assert tried.pop("a process") == "done"
    assert {name for name, outcome in tried.items() if not inside.refused(outcome)} == set()


@needs_linux
@pytest.mark.parametrize("reach", ["sources", "cluster"])
def test_who_may_call_calls_nobody_by_a_path(reach: str, tmp_path: Path) -> None:
    """Behind such a door a session's bus would start any program, with no wall around it."""
    door = tmp_path / "door"
    code = """
    def knock():
        with socket.socket(socket.AF_UNIX) as hand:
            hand.connect(sys.argv[-1])

    attempt("knock", knock)
    """
    knocking = "import socket\n" + textwrap.dedent(code)
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(door))
        bus.listen()
        words = (*inside.folders(tmp_path), reach, door)
        assert inside.run(OPEN + knocking, *words)["knock"] == "done"
        assert inside.refused(inside.run(SHUT + knocking, *words)["knock"])


@needs_linux
def test_what_it_starts_stands_behind_the_same_wall(tmp_path: Path) -> None:
    places = inside.folders(tmp_path)
    script = tmp_path / "write" / "script"
    script.write_text("#!/bin/true\n", encoding="utf-8")
    script.chmod(0o755)
    tried = inside.run(SHUT + "import subprocess\n" + STARTED, *places, "cluster")
    tried.pop("gaps"), tried.pop("complete")
    assert tried.pop("a program reads the source") == "done"
    assert {name for name, outcome in tried.items() if not inside.refused(outcome)} == set()
    free = inside.run(OPEN + "import subprocess\n" + STARTED, *places)
    assert set(free.values()) == {"done"}


def test_without_the_wall_the_same_attempts_succeed(tmp_path: Path) -> None:
    """The control: were it otherwise, the test above would prove nothing."""
    tried = inside.run(OPEN + ATTACKS, *inside.folders(tmp_path))
    succeeded = {name for name, outcome in tried.items() if outcome == "done"}
    assert {
        "tcp", "udp", "unix", "pair", "pair of letters", "links of the machine",
        "read another file", "list another folder",
        "write another file", "make a file outside", "write to the source", "add to the source",
        "read through a link", "link a file in", "settings of another", "accounts",
        "run a program", "fork",
    } <= succeeded  # fmt: skip


@needs_linux
def test_from_inside_no_program_takes_the_place_of_the_process(tmp_path: Path) -> None:
    code = SHUT + 'attempt("become", lambda: os.execv("/bin/true", ["true"]))'
    assert inside.refused(inside.run(code, *inside.folders(tmp_path))["become"])


@needs_linux
def test_inside_the_work_can_be_done(tmp_path: Path) -> None:
    tried = inside.run(SHUT + "import threading\n" + WORK, *inside.folders(tmp_path))
    assert tried.pop("gaps") == []
    tried.pop("complete")
    assert set(tried.values()) == {"done"}


@needs_linux
def test_the_engine_inside_reaches_its_folders_and_no_extension(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb_extension").write_text("not one", encoding="utf-8")
    tried = inside.run(SHUT + ENGINE, *inside.folders(tmp_path))
    assert (tried.pop("gaps"), tried.pop("complete")) == ([], True)
    assert tried.pop("query") == tried.pop("copy") == "done"
    assert tried.keys() == ENGINE_UNBOUND.keys()
    assert {name: said for name, said in tried.items() if "Permission denied" not in said} == {}


def test_without_the_wall_the_engine_goes_as_far_as_it_can(tmp_path: Path) -> None:
    """The control: what is not there to be had fails for that reason, and all else succeeds."""
    (tmp_path / "x.duckdb_extension").write_text("not one", encoding="utf-8")
    tried = inside.run(OPEN + ENGINE, *inside.folders(tmp_path))
    assert tried.pop("query") == tried.pop("copy") == "done"
    otherwise = {
        name: tried[name] for name, free in ENGINE_UNBOUND.items() if free not in tried[name]
    }
    assert otherwise == {}


@needs_linux
def test_an_old_kernel_without_landlock_is_reported_not_hidden(tmp_path: Path) -> None:
    """A filter that answers "no such call" to Landlock makes this kernel an old one."""
    code = """
    import errno, platform
    from pathlib import Path
    from muniment.dataplane import confine
    from muniment.dataplane.confine import landlock, seccomp
    import ctypes
    machine = seccomp.MACHINES[platform.machine()]
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    for number in map(int, sys.argv[1:]):
        seccomp.load(
            seccomp.step(seccomp.LOAD, seccomp.NUMBER)
            + seccomp.step(seccomp.EQUAL, number, when_false=1)
            + seccomp.step(seccomp.RETURN, seccomp.ERRNO | errno.ENOSYS)
            + seccomp.step(seccomp.RETURN, seccomp.ALLOW),
            call=machine["filter"],
        )
    shut = confine.confine(read=[], write=[])
    tried.update(shut.document())
    tried["complete"] = shut.complete
    """
    absent = inside.run(code, landlock.CREATE_RULESET)
    assert absent["gaps"] == [
        "This kernel has no Landlock: files outside the data folders stay readable."
    ]
    assert (absent["files"], absent["sockets"], absent["complete"]) == (False, True, False)
    unaccepted = inside.run(code, landlock.RESTRICT_SELF)
    assert unaccepted["gaps"] == [
        "The kernel did not accept the file rules, so files outside stay readable."
    ]
    no_filter = inside.run(code, seccomp.MACHINES[platform.machine()]["filter"])
    assert no_filter["gaps"] == [
        "The kernel refused the system-call filter: sockets and programs stay open."
    ]
    assert (no_filter["files"], no_filter["sockets"]) == (True, False)
    no_prctl = inside.run(code, {"x86_64": 157, "aarch64": 167}[platform.machine()])
    assert "This system cannot forbid a process to gain privileges." in no_prctl["gaps"]


@needs_linux
def test_a_process_that_already_has_threads_is_reported(tmp_path: Path) -> None:
    code = """
    import threading
    from muniment.dataplane import confine
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    tried["gaps"] = list(confine.confine(read=[], write=[]).gaps)
    wait.set()
    """
    assert "more than one thread" in " ".join(inside.run(code)["gaps"])


def test_a_processor_without_a_filter_is_reported() -> None:
    gaps: list[str] = []
    assert seccomp.install(gaps=gaps, processor="abacus") is False
    assert gaps == ["There is no system-call filter for the processor abacus."]


@pytest.mark.parametrize("processor", sorted(seccomp.MACHINES))
def test_a_filter_names_every_refused_call_that_the_processor_has(processor: str) -> None:
    machine = seccomp.MACHINES[processor]
    steps = [struct.unpack("=HBBI", each) for each in seccomp.instructions(machine)]
    compared = {value for kind, _, _, value in steps if kind == seccomp.EQUAL}
    numbers = {each[machine["column"]] for each in seccomp.REFUSED.values()} - {None}
    assert compared == numbers | {machine["audit"], machine["clone"], machine["clone3"]}
    assert steps[-1][3] == seccomp.ALLOW
    let = seccomp.CALLING | seccomp.LISTENING | seccomp.STARTING
    wide = seccomp.instructions(machine, let=let, processes=True)
    steps = [struct.unpack("=HBBI", each) for each in wide]
    compared -= {value for kind, _, _, value in steps if kind == seccomp.EQUAL}
    by_address = {"socket", "socketpair"}
    given = {seccomp.REFUSED[name][machine["column"]] for name in let - by_address} - {None}
    assert compared == given
    assert steps[-1][3] == seccomp.ALLOW
    # Jumps are 8 bits wide and must stay inside the program.
    for spot, (_, when_true, when_false, _) in enumerate(steps):
        assert spot + max(when_true, when_false) < len(steps)


def test_each_kernel_version_is_asked_only_for_what_it_knows() -> None:
    rights = [landlock.file_rights(version) for version in range(1, 8)]
    assert rights == sorted(rights)
    assert rights[0] < 1 << 13
    assert rights[1] & landlock.REFER
    assert not rights[1] & landlock.TRUNCATE
    assert rights[2] & landlock.TRUNCATE
    assert not rights[3] & landlock.IOCTL_DEV
    assert rights[4] & landlock.IOCTL_DEV
    sizes = [landlock.ruleset_size(version) for version in range(1, 8)]
    assert sizes == [8, 8, 8, 16, 16, 24, 24]


def test_the_readable_places_hold_no_home_folder_and_no_whole_etc() -> None:
    needed = {str(path) for path in places.needed()}
    assert not needed & {"/", "/etc", "/proc", "/home", "/tmp", os.path.expanduser("~")}
    assert [str(path) for path in places.writable()] == ["/dev/null"]


def test_a_confinement_without_gaps_is_complete() -> None:
    whole = Confinement(files=True, tcp=True, sockets=True, programs=True, gaps=())
    assert whole.complete
    assert whole.document()["gaps"] == []
