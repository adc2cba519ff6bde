"""`muniment serve`: the site, the worker and the data plane, on this machine, for this machine.

Children under one parent. The parent makes the home folder, brings the database up to date, tries
the data plane and says what the kernel refuses it, starts the children, says when each is ready,
starts a dead one again, and takes all of them down with it. It opens no data and no request itself.

The data plane runs as the worker's own child, over handles that only the worker has: started at its
first use, and again when it died.
"""

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from muniment import cli

HOST = "127.0.0.1"
LONGEST_PAUSE = 30.0
STEADY = 60.0
"""A child that ran so many seconds was well: its next pause starts small again."""
GRACE = 10.0
LOOK = 0.5
DIES_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the home is, which port, and whether to print a link into a demo."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="keys, database, files, holdings")
    parser.add_argument("--port", type=_port, metavar="N", help="default 8460; 0 takes a free one")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="serve the demo's home, with a link in",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; exit 0 then. Raises Stop when it cannot begin."""
    _declare(args)
    port = _free_port()
    cli.start_django()
    from django.conf import settings

    home = settings.MUNIMENT_HOME
    if args.demo:
        _refuse_unless_demo(home)
    print(f"home: {home}", flush=True)
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    print("database: bringing it up to date; a first start takes a moment", flush=True)
    _migrate()
    if args.demo:
        from muniment.pages import demo_door

        print(f"demo: http://{HOST}:{port}/demo/{demo_door.mint()}/", flush=True)
        print("      opens once, within an hour, on this machine only", flush=True)
    _try_dataplane(home)
    return Parent([_site(port), _worker()]).run()


@dataclass
class Part:
    """One child: how it is started, and how to see that it is ready."""

    name: str
    words: list[str]
    is_ready: Callable[["Part"], bool]
    ready_says: str = "ready"
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    told_ready: bool = False
    pause: float = 1.0
    not_before: float = 0.0

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.started

    def start(self) -> None:
        """Start the child in a session of its own, so that Ctrl-C reaches the parent only."""
        self.process = subprocess.Popen(
            self.words,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self.started, self.told_ready = time.monotonic(), False

    def look(self) -> None:
        """Say once that it is ready; when it has ended, say so and start it again after a pause."""
        if self.process is None:
            if time.monotonic() >= self.not_before:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            if not self.told_ready and self.is_ready(self):
                self.told_ready = True
                print(f"{self.name}: {self.ready_says}", flush=True)
            return
        self.sweep()
        if self.age > STEADY:
            self.pause = 1.0
        print(
            f"{self.name}: stopped ({_how(code)}); starting it again in {self.pause:.0f} s",
            file=sys.stderr,
            flush=True,
        )
        self.process, self.not_before = None, time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def ask_to_end(self) -> None:
        """Ask it to end; it may take a moment to finish what it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def see_it_ended(self, *, until: float) -> None:
        """Wait for its end until that moment, then make it end."""
        if self.process is None:
            return
        try:
            self.process.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()

    def sweep(self) -> None:
        """End what a child that is gone has left behind: the web server has a child of its own."""
        with contextlib.suppress(ProcessLookupError):
            if self.process is not None:
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Parent:
    """Looks after the parts until SIGINT or SIGTERM."""

    parts: list[Part]
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """Start, look after, stop; exit 0."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            while not self.stopping.is_set():
                for part in self.parts:
                    part.look()
                self.stopping.wait(LOOK)
        finally:
            for part in self.parts:
                part.ask_to_end()
            for part in self.parts:
                part.see_it_ended(until=time.monotonic() + GRACE)
        print("Stopped.", flush=True)
        return 0


def _site(port: int) -> Part:
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--log-level", "warning", "--no-ws",
        "muniment.pages.site:application",
    ]  # fmt: skip
    says = f"ready at http://{HOST}:{port}/"
    return Part("site", words, lambda part: part.age > 1 and _http_ok(port, "/up/"), says)


def _worker() -> Part:
    return Part("worker", _command("worker"), lambda part: part.age > 1)


def _try_dataplane(home: Path) -> None:
    """Start the data plane once; say that it is ready, and loudly what does not hold it in."""
    from muniment.gateways import dataplane

    read, write = [home / "holdings"], [home / "staging", home / "releases", home / "receipts"]
    try:
        with dataplane.DataPlane(read=read, write=write) as tried:
            confinement = tried.ping()["confinement"]
    except dataplane.Failed as fault:
        print(f"data plane: WARNING: it cannot run. {fault}", file=sys.stderr, flush=True)
        return
    gaps = confinement["gaps"] if isinstance(confinement, dict) else []
    for gap in gaps:
        print(f"data plane: WARNING: not fully confined. {gap}", file=sys.stderr, flush=True)
    held = "with the gaps named above" if gaps else "no network, no other files, no programs"
    print(f"data plane: ready, confined by the kernel: {held}", flush=True)


def _command(name: str) -> list[str]:
    """Another command of ours, run by the same Python."""
    return [
        sys.executable,
        "-c",
        "import sys; from muniment import cli; sys.exit(cli.main())",
        name,
    ]


def _declare(args: argparse.Namespace) -> None:
    """Put what was asked for where settings are read, for this process and for the children."""
    os.environ["MUNIMENT_HOST"] = HOST
    if args.demo:
        from muniment.demo import place

        args.home = args.home or place.default()
        os.environ.pop("DATABASE_URL", None)  # the demo's database is in its home, and no other
    if args.home is not None:
        os.environ["MUNIMENT_HOME"] = str(args.home.expanduser().resolve())
    if args.port is not None:
        os.environ["MUNIMENT_PORT"] = str(args.port or _any_port())


def _free_port() -> int:
    """The port to listen on; raises Stop when somebody else has it."""
    port = int(os.environ.get("MUNIMENT_PORT") or 8460)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            raise cli.Stop(
                f"Port {port} cannot be used: {fault.strerror}. Stop what listens there, or name "
                f"another one: muniment serve --port {min(port + 1, 65535)}"
            ) from fault
    return port


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _port(text: str) -> int:
    """argparse: a number from 0 to 65535."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is not a port; use a number from 0 to 65535")
    return int(text)


def _refuse_unless_demo(home: Path) -> None:
    from muniment.pages import demo_door

    if not demo_door.is_demo_home(home):
        raise cli.Stop(
            f"{home} was not made by the demo, so no link into it is given. Run `muniment demo` "
            "first, or leave --demo out."
        )


def _migrate() -> None:
    """Bring the database up to date; raises Stop with its own words when it cannot be."""
    from django.core.management import call_command
    from django.db import Error

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Error as fault:
        raise cli.Stop(f"The database cannot be used: {str(fault).strip()}") from fault


def _http_ok(port: int, path: str) -> bool:
    import http.client

    asked = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


def _how(code: int) -> str:
    return f"exit {code}" if code >= 0 else f"signal {-code}"


def _die_with_parent() -> None:
    """In the child, before it becomes another program: end when the parent does, however."""
    if _LIBC is not None:
        _LIBC.prctl(DIES_WITH_PARENT, signal.SIGTERM, 0, 0, 0)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
