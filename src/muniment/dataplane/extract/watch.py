"""Progress out, cancellation in: the one thread that builds and the one that listens share this."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]


class Stopped(Exception):
    """Someone asked for the build to stop; nothing of it is left."""


class Watch:
    """`tell(what, done, of)` is called at every step, from the building thread."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell = tell
        self._stopped = threading.Event()
        self._interrupt: Callable[[], None] | None = None

    def step(self, what: str, done: int = 0, of: int = 0) -> None:
        """Report where the build is; raises `Stopped` when it should not go on."""
        self.check()
        if self._tell:
            self._tell(what, done, of)

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
    def over(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While the block runs, `stop` also calls `interrupt`."""
        self._interrupt = interrupt
        try:
            yield
        finally:
            self._interrupt = None
