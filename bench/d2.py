"""D2: the peak memory of D1, against that of pandas."""

from bench import sides

LESS = "200MB"


def measure(*, full: bool) -> tuple[float, float]:
    """MB of the whole process at its largest, libraries included."""
    ours, theirs = sides.compared(
        [("ours", "parquet"), ("pandas", "parquet")], patients=sides.size(full=full), runs=1
    )
    return ours["peak_mb"], theirs["peak_mb"]


def beside(*, full: bool) -> dict[str, float]:
    """MB of a plain COPY, which protects nothing, of polars, and of ours where it is given less."""
    listed = [("limit", "limit", "parquet"), ("polars", "polars", "parquet")]
    found = sides.beside(listed, full=full, what="peak_mb")
    less = sides.beside(
        [(f"ours under {LESS}", "ours", "parquet")], full=full, what="peak_mb", BENCH_LIMIT=LESS
    )
    return found | less
