"""W5: memory of a web process that served the queue and the pages, largest against 1k."""

from bench import scale

lacks = scale.lacks


def measure(*, full: bool) -> tuple[float, float]:
    """Bytes that are in memory after the same requests on the largest database and on 1k."""
    found = scale.figures(full=full)
    return scale.largest(found)["memory"], found[str(scale.SMALL)]["memory"]


def sizes(*, full: bool) -> dict[str, float]:
    """The memory at each size against that at 1k."""
    found = scale.figures(full=full)
    small = found[str(scale.SMALL)]["memory"]
    return {f"{int(size):,}": round(each["memory"] / small, 3) for size, each in found.items()}
