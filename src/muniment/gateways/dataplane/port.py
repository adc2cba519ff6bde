"""The port of the data plane: requests go through one door, whatever they are about."""

import abc
import contextlib
from collections.abc import Mapping
from pathlib import Path

from muniment.gateways.dataplane.answers import Failed
from muniment.gateways.dataplane.child import Message, Tell


class Port(abc.ABC):
    """What every part of the port stands on."""

    @abc.abstractmethod
    def _ask(
        self,
        request: Message,
        *,
        keys: Mapping[str, bytes] | None = None,
        tell: Tell | None = None,
    ) -> Message:
        """Send one request and wait for its reply."""

    def sweep(self, folder: Path) -> None:
        """Delete the working folders that dead children left there: rows in the clear, spill.

        One that a living child works in is locked by it, and stays.
        """
        with contextlib.suppress(Failed):  # the next one who asks deletes it
            self._ask({"command": "sweep", "folder": str(folder.absolute())})
