"""An office of rows, for the steps whose road is short."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pages.rows import Office


@pytest.fixture
def office(db: None) -> "Office":
    """One programme with its people."""
    from tests.pages import rows

    return rows.office()
