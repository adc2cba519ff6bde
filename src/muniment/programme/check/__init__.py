"""What one file cannot know about another: references, completeness, and the roster.

Each check takes the sections of an edition whose files are sound by themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import asking, catalogue, deciding, papers, roster, settings
from .problem import Problem

__all__ = ["Problem", "problems", "roster"]

_CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[Problem]], ...] = (
    settings.problems,
    catalogue.problems,
    asking.problems,
    deciding.problems,
    papers.problems,
    roster.problems,
)


def problems(sections: Mapping[str, Any]) -> list[Problem]:
    """Every problem of an edition, in the order of the checks."""
    return [problem for check in _CHECKS for problem in check(sections)]
