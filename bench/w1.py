"""W1: the coordinator's queue as it opens, against a bare Django list of as many rows."""

from bench import scale

lacks = scale.lacks


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of the queue and of the bare list, on the largest database."""
    found = scale.largest(scale.figures(full=full))
    return found["list"], found["bare list"]


def sizes(*, full: bool) -> dict[str, float]:
    """The ratio at each size."""
    return scale.by_size(scale.figures(full=full), ("list",), "bare list")
