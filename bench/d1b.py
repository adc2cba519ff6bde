"""D1b: D1 with codes drawn at random in place of keyed pseudonyms."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of the extract and of a plain COPY."""
    ours, plain = sides.compared(
        [("ours_random", "parquet"), ("limit", "parquet")], patients=sides.size(full=full)
    )
    return ours["cpu"], plain["cpu"]
