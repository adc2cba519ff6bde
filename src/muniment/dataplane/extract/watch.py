"""Progress out, cancellation in: the one thread that builds and the one that listens share this."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]
# How often a running statement is asked how far it is.
SECONDS = 1.0
POINT = "muniment.point"
"""The audit event (PEP 578) that each step raises; whoever kills the process at one listens."""


class Stopped(Exception):
    """Someone asked for the build to stop; nothing of it is left."""


class Watch:
    """`tell(what, done, of)` is called at every step, from the building thread."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._stopped = threading.Event()
        self._interrupt: Callable[[], None] | None = None
        self._at: tuple[str, int, int] = ("", 0, 0)

    def step(self, what: str, done: int = 0, of: int = 0) -> None:
        """Report where the build is; raises `Stopped` when it should not go on."""
        self.check()
        self._at = (what, done, of)
        if self._tell:
            self._tell(what, done, of)
        sys.audit(POINT, what)

    def rows(self, table: str, rows: int) -> None:
        """Report a finished table; whoever starts a build may know exact numbers."""
        _, done, of = self._at
        self.step(f"{table}: {rows:,} rows", done, of)

    def check(self) -> None:
        """Raises `Stopped` when someone asked to stop."""
        if self._stopped.is_set():
            raise Stopped

    def stop(self) -> None:
        """Ask the build to stop, from any thread; a running query is broken off."""
        self._stopped.set()
        interrupt = self._interrupt
        if interrupt:
            interrupt()

    @contextmanager
    def over(
        self,
        interrupt: Callable[[], None],
        *,
        progress: Callable[[], float | None] | None = None,
    ) -> Iterator[None]:
        """While the block runs, `stop` also calls `interrupt`; `progress` is told, in percent."""
        self._interrupt = interrupt
        ended = threading.Event()
        ticking = None
        if self._tell and progress:
            ticking = threading.Thread(target=self._tick, args=(self._tell, progress, ended))
            ticking.start()
        try:
            yield
        finally:
            self._interrupt = None
            ended.set()
            if ticking:
                ticking.join()

    def _tick(
        self, tell: Tell, progress: Callable[[], float | None], ended: threading.Event
    ) -> None:
        what, done, of = self._at
        while not ended.wait(SECONDS):
            percent = progress()
            if percent is not None:
                tell(f"{what}: {percent:.0f} % of this step", done, of)
