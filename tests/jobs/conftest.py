"""Jobs stand on the world that was walked."""

from tests.world_fixture import world

__all__ = ["world"]
