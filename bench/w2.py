"""W2: the whole page of a request, the office's or the applicant's, against a bare Django row."""

from bench import scale

lacks = scale.lacks


def measure(*, full: bool) -> tuple[float, float]:
    """CPU seconds of the dearer of the two pages and of the bare row, on the largest database."""
    found = scale.largest(scale.figures(full=full))
    return max(found["page"], found["own page"]), found["bare row"]


def sizes(*, full: bool) -> dict[str, float]:
    """The ratio at each size."""
    return scale.by_size(scale.figures(full=full), ("page", "own page"), "bare row")
