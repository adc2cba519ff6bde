"""D1c: D1 to CSV."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of the extract and of a plain COPY."""
    ours, plain = sides.compared(
        [("ours", "csv"), ("limit", "csv")], patients=sides.size(full=full)
    )
    return ours["cpu"], plain["cpu"]


def beside(*, full: bool) -> dict[str, float]:
    """CPU seconds of what an analyst would write instead."""
    return sides.beside([("pandas", "pandas", "csv"), ("polars", "polars", "csv")], full=full)
