"""D2: the peak memory of D1, against that of pandas."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """MB of the whole process at its largest, libraries included."""
    ours, theirs = sides.compared(
        [("ours", "parquet"), ("pandas", "parquet")], patients=sides.size(full=full), runs=1
    )
    return ours["peak_mb"], theirs["peak_mb"]
