"""D3: a warm protected count, against the SQL one would write by hand on the same files."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of five counts each; both fold a keyed hash of every distinct person."""
    ours, theirs = sides.compared(
        [("protected", ""), ("by_hand", "")], patients=sides.size(full=full)
    )
    return ours["cpu"], theirs["cpu"]


def beside(*, full: bool) -> dict[str, float]:
    """CPU seconds of five bare counts, which protect nothing."""
    listed = [("pandas", "pandas_count", ""), ("polars", "polars_count", "")]
    return sides.beside(listed, full=full)
