"""The world, for what the command writes."""

from tests.world_fixture import world

__all__ = ["world"]
