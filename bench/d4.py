"""D4: the same, against a bare count on Parquet that protects nobody."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of five counts each."""
    ours, bare = sides.compared([("protected", ""), ("bare", "")], patients=sides.size(full=full))
    return ours["cpu"], bare["cpu"]
