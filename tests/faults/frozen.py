"""A data plane that freezes at a named step: `python frozen.py POINT ROOM` and its own arguments.

It stops itself by a signal, from inside the step, so that whoever kills it then kills it there.
With a ROOM it can write no file past so many bytes, as if the disk were full.
"""

import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any


def main(point: str, room: str, words: list[str]) -> int:
    """Serve as always; all threads stand still at the point."""

    def listen(event: str, given: tuple[Any, ...]) -> None:
        if event == "muniment.point" and given == (point,):
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
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
