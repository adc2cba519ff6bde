"""Why a statement of Spark's ended: by the kinds of its errors, since their words quote cells.

A task that runs out of memory takes its process with it. A cluster starts another, so that smaller
statements may go on. On one machine that process is the session's own: its exit code alone is left
to say why, and every statement after it ends alike.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from muniment.dataplane.engines import sources, spark_start
from muniment.dataplane.spec import faults

ENDED_FOR_MEMORY = 52
"""`SparkExitCode.OOM`, of a process whose task ran out of memory."""
_SHORT = ("java.lang.OutOfMemoryError", "org.apache.spark.memory.SparkOutOfMemoryError")
_NO_THREAD = "unable to create native thread"
"""A limit of the system's, for which Java has no other class."""
_WRITING = "java.io.IOException"
_ENDING = "SparkContext was shut down"
_LOST = re.compile(
    r"Job aborted due to stage failure: Task [0-9]+ in stage [0-9.]+ failed [0-9]+ times, "
    r"most recent failure: Lost task [0-9.]+ in stage [0-9.]+ \(TID [0-9]+\) "
    r"\([^ ()]+ executor [0-9]+\): ExecutorLostFailure \(executor [0-9]+ exited caused by one of "
    rf"the running tasks\) Reason: Command exited with code {ENDED_FOR_MEMORY}\b"
)
Cause: TypeAlias = tuple[str, str]
"""The class of a Java exception, and what it says."""


def told(error: Exception) -> faults.Faulty:
    """The fault of a statement that ended with an error of PySpark's, or of its link to Java."""
    from py4j.protocol import Py4JError

    try:
        causes = [*_causes(error)]
    except (Py4JError, OSError):
        causes = []
    short = is_short(causes)
    if not causes or any(_ENDING in said for _, said in causes):
        short = short or spark_start.ended() == ENDED_FOR_MEMORY
    if short:
        message = "The memory limit is too small for this; give a larger one."
        return sources.refused("memory-limit", message)
    if is_full(causes):
        return sources.no_room()
    message = f"The engine stopped ({type(error).__name__}); run a holding check on the data."
    return sources.refused("engine", message)


def is_short(causes: Sequence[Cause]) -> bool:
    """Whether causes, the outermost first, come down to want of memory.

    A process that was lost is told in words, which are Spark's own where nothing lies under them.
    """
    if len(causes) == 1 and _LOST.match(causes[0][1]):
        return True
    return any(kind in _SHORT and not said.startswith(_NO_THREAD) for kind, said in causes)


def is_full(causes: Sequence[Cause]) -> bool:
    """Whether the kernel had no room for a file, in its own words and no others."""
    return any(kind == _WRITING and said in sources.FULL for kind, said in causes)


def _causes(error: Exception) -> Iterator[Cause]:
    """Asked of Java, which may be gone."""
    cause: Any = getattr(error, "java_exception", getattr(error, "_origin", None))
    while cause is not None:
        yield cause.getClass().getName(), cause.getMessage() or ""
        cause = cause.getCause()
