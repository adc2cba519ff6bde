"""CPU of whole processes, side by side, so that a busy machine slows both sides alike."""

import os
import statistics
from collections.abc import Mapping, Sequence

Words = Sequence[str]


def medians(commands: Mapping[str, Words], *, runs: int) -> dict[str, float]:
    """The median user + system seconds of each command, run in turn `runs` times after a warm-up.

    Raises RuntimeError when a command fails: a fast failure is no measurement.
    """
    for words in commands.values():
        seconds(words)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            taken[name].append(seconds(words))
    return {name: statistics.median(each) for name, each in taken.items()}


def seconds(words: Words) -> float:
    """User + system seconds of one process and its children; its output goes nowhere.

    Python may keep what it compiled, as it does on a machine in use: the warm-up compiles.
    """
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    child = os.posix_spawn(words[0], list(words), surroundings, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"'{' '.join(words)}' failed, so it cannot be measured.")
    return used.ru_utime + used.ru_stime
