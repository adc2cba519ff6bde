"""D6: the best generalization of six quasi-identifiers, against one group-by over them."""

from bench import sides


def measure(*, full: bool) -> tuple[float, float]:
    """Median CPU seconds of the search with its group-by, and of a group-by alone."""
    ours, plain = sides.compared(
        [("generalized", ""), ("grouped", "")], patients=sides.size(full=full)
    )
    return ours["cpu"], plain["cpu"]
