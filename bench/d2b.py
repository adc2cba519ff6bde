"""D2b: an extract of all tables of a holding whose files are four times the memory limit.

There is no ratio to reach: the figure is how many times larger the holding was, and is only there
when the extract was finished.

The reduced size has a limit of 51 MB, under half of what the engine asks for one thread.
"""

from bench import holding, sides

REDUCED = 1_000_000
TIMES = 4
MEGABYTE = 1_000_000


def measure(*, full: bool) -> tuple[float, float]:
    """MB of the holding's files, and of the limit under which it was extracted."""
    place = holding.made(sides.DATA, patients=holding.FULL if full else REDUCED)
    held = sum(file.stat().st_size for file in place.glob("*.parquet")) // MEGABYTE
    limit = held // TIMES
    sides.once("ours_whole", "parquet", place=place, BENCH_LIMIT=f"{limit}MB")
    return float(held), float(limit)
