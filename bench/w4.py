"""W4: what the queue, the pages, a search and a step cost on the largest database and on 1k."""

from bench import scale

WORKS = ("list", "page", "own page", "search", "step")
lacks = scale.lacks


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of the work that grew most, there and here."""
    found = scale.figures(full=full)
    large, small = scale.largest(found), found[str(scale.SMALL)]
    most = max(WORKS, key=lambda name: large[name] / small[name])
    return large[most], small[most]


def sizes(*, full: bool) -> dict[str, float]:
    """The growth of each work from 1k to the largest size."""
    found = scale.figures(full=full)
    large, small = scale.largest(found), found[str(scale.SMALL)]
    return {name: round(large[name] / small[name], 3) for name in WORKS}
