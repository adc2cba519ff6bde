"""The sides of the data figures, each in a process of its own: what it took, as JSON on stdout.

    python -m bench.sides ours parquet FOLDER OUT     →  {"cpu": 3.1, "peak_mb": 420}

CPU is counted from after the imports and with that of children; memory is the whole process's peak.
"""

import importlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import holding

DATA = Path(tempfile.gettempdir()) / "muniment-bench"
Taken = dict[str, float]


def size(*, full: bool) -> int:
    """How many patients the holding has."""
    return holding.FULL if full else holding.REDUCED


def compared(sides: Iterable[tuple[str, str]], *, patients: int, runs: int = 3) -> list[Taken]:
    """The medians of each side (its name, the kind of file), run in turn."""
    listed = list(sides)
    place = holding.made(DATA, patients=patients)
    taken: list[list[Taken]] = [[] for _ in listed]
    for _ in range(runs):
        for side, spot in zip(listed, taken, strict=True):
            spot.append(once(*side, place=place))
    return [
        {name: statistics.median(run[name] for run in each) for name in each[0]} for each in taken
    ]


def beside(
    sides: Iterable[tuple[str, str, str]], *, full: bool, what: str = "cpu", **options: str
) -> dict[str, float]:
    """What other tools took for the same, once each: by their name, the side and its kind."""
    place = holding.made(DATA, patients=size(full=full))
    return {name: once(side, kind, place=place, **options)[what] for name, side, kind in sides}


def once(
    name: str, kind: str, *, place: Path, python: str = sys.executable, **options: str
) -> Taken:
    """One side, once. Raises RuntimeError when it fails: a fast failure is no measurement."""
    out = Path(tempfile.mkdtemp(prefix="muniment-bench-", dir=DATA))
    words = [python, "-m", "bench.sides", name, kind, str(place), str(out)]
    try:
        done = subprocess.run(
            words, env=os.environ | options, capture_output=True, text=True, check=False
        )
    finally:
        shutil.rmtree(out, ignore_errors=True)
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        last = done.stderr.strip().rpartition("\n")[2]
        raise RuntimeError(f"'{name}' failed, so it cannot be measured: {last}")
    taken: Taken = json.loads(done.stdout.splitlines()[-1])
    return taken


def main(name: str, kind: str, place: Path, out: Path) -> None:
    """Run one side here; the modules below hold them."""
    side: Callable[..., object] | None = None
    for module in ("bench.d_extract", "bench.d_count", "bench.d_risk"):
        side = side or getattr(importlib.import_module(module), name, None)
    assert side is not None
    work = side(kind, place, out)
    started = _spent()
    assert callable(work)
    work()
    cpu = _spent() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": round(cpu, 3), "peak_mb": round(peak)}))


def _spent() -> float:
    """CPU seconds of this process, of its children that ended, and of those that live."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + _living()


def _living() -> float:
    """CPU seconds of living descendants: a Java machine need not end with its session."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        number = int(stat.parent.name)
        parents[number] = int(fields[1])
        spent[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return sum(cpu for number, cpu in spent.items() if _descends(number, parents))


def _descends(number: int, parents: dict[int, int]) -> bool:
    while number := parents.get(number, 0):
        if number == os.getpid():
            return True
    return False


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
