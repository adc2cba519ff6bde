"""The port of the data plane: requests go through one door, whatever they are about."""

import abc
from collections.abc import Mapping

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
