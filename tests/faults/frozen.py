"""A data plane that freezes at a named step: `python frozen.py POINT NTH ROOM`, then its own words.

At the NTH time that it comes to the point it stops itself by a signal, from inside the step, so
that whoever kills it then kills it there. With a ROOM it can write no file past so many bytes, as
if the disk were full.
"""

import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any


def is_at(point: str, told: str) -> bool:
    """Whether a step that the data plane tells is this point of `muniment.jobs.points`."""
    return told.startswith(point.removesuffix("…")) if point.endswith("…") else told == point


def main(point: str, nth: str, room: str, words: list[str]) -> int:
    """Serve as always; all threads stand still at the point."""

    left = [int(nth)]

    def listen(event: str, given: tuple[Any, ...]) -> None:
        if event != "muniment.point" or not is_at(point, str(given[0])):
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            while True:  # the stop may reach another thread first
                time.sleep(1)

    sys.addaudithook(listen)
    if room:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    from muniment.dataplane import process

    return process.main(words)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))  # the interpreter is an isolated one
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
