"""A statement that runs as several jobs, and can be broken off between two of them as well."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark import SparkContext

SECONDS = 0.2
"""What was broken off is cancelled again so often, until it ends."""


class Running:
    """`cancel` ends the jobs of this moment; a statement may go on to begin another."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel_jobs = cancel
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._ended.set()

    @contextmanager
    def statement(self) -> Iterator[None]:
        """While the block runs, it can be broken off."""
        self._ended = threading.Event()
        try:
            yield
        finally:
            with self._lock:
                self._ended.set()

    def break_off(self) -> None:
        """From any thread; where no statement runs, nothing happens."""
        threading.Thread(target=self._cancel, args=(self._ended,), daemon=True).start()

    def _cancel(self, ended: threading.Event) -> None:
        while True:
            with self._lock:
                if ended.is_set():
                    return
                self._cancel_jobs()
            ended.wait(SECONDS)


def done(context: "SparkContext") -> float | None:
    """Percent of the tasks of stages that run; None between two jobs, and where Java is gone."""
    from py4j.protocol import Py4JError

    try:
        tracker = context.statusTracker()
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    except (Py4JError, OSError):
        return None
    tasks = sum(stage.numTasks for stage in stages if stage)
    finished = sum(stage.numCompletedTasks for stage in stages if stage)
    return 100 * finished / tasks if tasks else None
