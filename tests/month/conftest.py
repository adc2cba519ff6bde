"""The site of the month: a house of two in this process, whose clock a test moves.

The site's own pages and steps run as they are; only the machine's clock is another.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.month.calendar import Month


@pytest.fixture
def month(db: None) -> Iterator["Month"]:
    """An office of two on the first morning of a month."""
    from tests.month import calendar

    with calendar.begun() as month:
        yield month
