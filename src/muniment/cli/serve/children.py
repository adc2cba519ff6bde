"""The children of `muniment serve`, and the parent that looks after them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST_PAUSE = 30.0
STEADY = 60.0
"""A child that ran so many seconds was well: its next pause starts small again."""
GRACE = 10.0
LOOK = 0.5
DIES_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


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


def _how(code: int) -> str:
    return f"exit {code}" if code >= 0 else f"signal {-code}"


def _die_with_parent() -> None:
    """In the child, before it becomes another program: end when the parent does, however."""
    if _LIBC is not None:
        _LIBC.prctl(DIES_WITH_PARENT, signal.SIGTERM, 0, 0, 0)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
