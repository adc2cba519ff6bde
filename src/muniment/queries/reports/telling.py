"""Which counts of requests may be told: none of a few, and no two that are a few apart.

Each level of a funnel is a part of the one above, and who left a gate a part of who came to it.
The difference of two counts that overlap is a count as well, and is held to the same limit.
"""

from django.db.models import QuerySet

from muniment import models

from .durations import FEWEST

Hidden = QuerySet[models.Case, int]
"""The keys of the requests that the reader is recused from; a part of other queries."""


def shown(number: int) -> int | None:
    """A count of requests as it may be given."""
    return None if 0 < number < FEWEST else number


class Apart:
    """The counts of one cohort, told one after the other."""

    def __init__(self) -> None:
        self._told: set[int] = set()

    def tell(self, number: int) -> int | None:
        """The count; None for a few, and where one that was told is a few more or fewer."""
        if shown(number) is None or any(shown(abs(each - number)) is None for each in self._told):
            return None
        self._told.add(number)
        return number
