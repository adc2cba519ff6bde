"""T1: `muniment rules` from start to end, against a Python that imports Django and nothing else."""

import sys
from pathlib import Path

from bench import cpu

RUNS, FULL_RUNS = 15, 101


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of the work and of its baseline."""
    both = {
        "rules": (str(Path(sys.executable).with_name("muniment")), "rules"),
        "django": (sys.executable, "-c", "import django"),
    }
    taken = cpu.medians(both, runs=FULL_RUNS if full else RUNS)
    return taken["rules"], taken["django"]
