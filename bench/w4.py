"""W4: what the queue, the pages, a search and a step cost on the largest database and on 1k."""

import sys

from bench import scale

WORKS = ("list", "page", "own page", "search", "step")
lacks = scale.lacks


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of the work that grew most, there and here; the others are told on stderr."""
    found = scale.figures(full=full)
    large, small = scale.largest(found), found[str(scale.SMALL)]
    for name in WORKS:
        print(f"  {name}: {large[name] / small[name]:.3f}", file=sys.stderr)
    most = max(WORKS, key=lambda name: large[name] / small[name])
    return large[most], small[most]
