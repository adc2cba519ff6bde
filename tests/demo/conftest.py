"""The demonstration's world, walked."""

from tests.world_fixture import world

__all__ = ["world"]
