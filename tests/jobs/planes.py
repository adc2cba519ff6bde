"""Data planes with a history: the real child, to which something happens in the middle."""

import os
import signal
from collections.abc import Callable
from typing import Any

from muniment.gateways import dataplane
from muniment.jobs import plane


class Overtaken(dataplane.DataPlane):
    """Builds, and lets something happen before it answers."""

    meanwhile: Callable[[], None]

    def build(self, *args: Any, **more: Any) -> dataplane.Built:
        built = super().build(*args, **more)
        self.meanwhile()
        return built


class Killed(dataplane.DataPlane):
    """Its child is killed in the middle of so many builds."""

    deaths: int

    def build(self, *args: Any, **more: Any) -> dataplane.Built:
        if self.deaths == 0:
            return super().build(*args, **more)
        self.deaths -= 1
        return super().build(*args, **more, tell=self._kill)

    def _kill(self, what: str, done: int, of: int) -> None:
        child = self._child
        if what == "write the package" and child is not None and child.alive():
            os.kill(child.pid, signal.SIGKILL)


def like(plant: plane.Plant, kind: type[Any]) -> plane.Plant:
    """The same home and keys, with a data plane of this kind."""
    made = kind(read=[plant.home / "holdings"], write=[plant.releases, plant.receipts])
    return plane.Plant(plant.home, plant.keys, made)
