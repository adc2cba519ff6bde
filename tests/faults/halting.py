"""A data plane whose worker stands still when it hears that a step has begun."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from muniment.gateways import dataplane


class Plane(dataplane.DataPlane):
    """`is_it` says at which step, as the data plane tells it."""

    def __init__(self, home: Path, is_it: Callable[[str], bool]) -> None:
        read = [home / room for room in ("holdings", "redactions", "incoming")]
        write = [home / room for room in ("releases", "receipts", "staging")]
        super().__init__(read=read, write=write)
        self._is_it = is_it

    def _ask(self, request: dict[str, Any], *, keys: Any = None, tell: Any = None) -> Any:
        def told(what: str, done: int, of: int) -> None:
            if self._is_it(what):
                from tests.faults import dying

                dying.stand(what)
            if tell is not None:
                tell(what, done, of)

        return super()._ask(request, keys=keys, tell=told)
