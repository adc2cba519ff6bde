"""A data plane with a history: the real child, to which something happens in the middle."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment.gateways import dataplane
from muniment.jobs import plane


class Eventful(dataplane.DataPlane):
    """Its child is killed in the middle of `deaths` builds; `meanwhile` is before each answer."""

    def __init__(self, home: Path) -> None:
        rooms = ("releases", "receipts", "staging")
        super().__init__(read=[home / "holdings"], write=[home / room for room in rooms])
        self.begin()

    def begin(self) -> None:
        """Nothing happens, until a test says what."""
        self.deaths = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def build(self, *args: Any, **more: Any) -> dataplane.Built:
        if self.deaths > 0:
            self.deaths -= 1
            return super().build(*args, **{**more, "tell": self._kill})
        built = super().build(*args, **more)
        self.meanwhile()
        return built

    def count(self, *args: Any, **more: Any) -> list[dataplane.Counted]:
        counted = super().count(*args, **more)
        self.meanwhile()
        return counted

    def _kill(self, what: str, done: int, of: int) -> None:
        child = self._child
        if what == "write the package" and child is not None and child.alive():
            os.kill(child.pid, signal.SIGKILL)


def with_plane(plant: plane.Plant, other: dataplane.DataPlane) -> plane.Plant:
    """The same home and keys with another data plane."""
    return plane.Plant(plant.home, plant.keys, other)
