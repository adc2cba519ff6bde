"""A data plane that freezes at a named step, and whose worker stands still when it hears of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment.gateways import dataplane

ROOM = "MUNIMENT_TEST_ROOM"
"""With this in the environment the data plane writes no file past so many bytes."""
FROZEN = Path(__file__).with_name("frozen.py")


class Plane(dataplane.DataPlane):
    """`point` is the step, as the data plane tells it; `stand` is called in the worker then."""

    def __init__(
        self, home: Path, *, point: str, stand: Callable[[], None], room: str = ""
    ) -> None:
        read = [home / room for room in ("holdings", "redactions", "incoming")]
        write = [home / room for room in ("releases", "receipts", "staging")]
        super().__init__(read=read, write=write)
        self._point, self._stand, self._room = point, stand, room

    def _started(self) -> dataplane.Child:
        class Freezing(dataplane.Child):
            PROGRAM = (str(FROZEN), self._point, self._room)

        return Freezing(read=self._read, write=self._write)

    def _ask(self, request: dict[str, Any], *, keys: Any = None, tell: Any = None) -> Any:
        def told(what: str, done: int, of: int) -> None:
            if what == self._point:
                self._stand()
            if tell is not None:
                tell(what, done, of)

        return super()._ask(request, keys=keys, tell=told)
