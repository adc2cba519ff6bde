"""Jobs stand on the world that was walked; those about files on a founded programme."""

from tests.actions.conftest import founded, front
from tests.world_fixture import world

__all__ = ["founded", "front", "world"]
