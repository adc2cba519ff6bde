"""A data plane that freezes at a named step, and whose worker stands still when it hears of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment.gateways import dataplane
from tests.faults import frozen

ROOM = "MUNIMENT_TEST_ROOM"
"""With this in the environment the data plane writes no file past so many bytes."""
NTH = {"treat …": 4, "lock the files": 3}
"""The time that counts, where a step is told for each piece and file: in the midst of them."""


class Plane(dataplane.DataPlane):
    """`point` is the step, as the data plane tells it; `stand` is called in the worker then."""

    def __init__(
        self, home: Path, *, point: str, stand: Callable[[], None], room: str = ""
    ) -> None:
        read = [home / room for room in ("holdings", "redactions", "incoming")]
        write = [home / room for room in ("releases", "receipts", "staging")]
        super().__init__(read=read, write=write)
        self._point, self._stand, self._room = point, stand, room
        self._left = self._nth = NTH.get(point, 1)

    def _started(self) -> dataplane.Child:
        class Freezing(dataplane.Child):
            PROGRAM = (frozen.__file__, self._point, str(self._nth), self._room)

        return Freezing(read=self._read, write=self._write)

    def _ask(self, request: dict[str, Any], *, keys: Any = None, tell: Any = None) -> Any:
        def told(what: str, done: int, of: int) -> None:
            if self._point and frozen.is_at(self._point, what):
                self._left -= 1
                if self._left == 0:
                    self._stand()
            if tell is not None:
                tell(what, done, of)

        return super()._ask(request, keys=keys, tell=told)
