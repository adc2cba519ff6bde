"""The fixture `world`, for a conftest to import. Its own imports wait for Django's settings."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture
def world(db: None) -> "World":
    """The demonstration's people on the demonstration's roads; see tests/world.py."""
    from tests.world import World

    return World()
