"""The virus scanner: ClamAV's daemon where one is declared (`MUNIMENT_SCANNER`), else none.

Without a scanner every upload is held: nothing passes because nobody looked.
"""

from dataclasses import dataclass
from typing import BinaryIO, Protocol


class Unreachable(Exception):
    """The scanner does not answer, or not with a verdict; the sentence says what happened."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`found` is the name of what was found; empty for a clean file."""

    clean: bool
    found: str = ""


class Scanner(Protocol):
    """The contract."""

    def scan(self, stream: BinaryIO) -> Verdict:
        """Look at all the bytes. Raises Unreachable where there is no verdict."""
        ...


def at(address: str) -> Scanner | None:
    """The scanner at `tcp://host:port` or `unix:/path`; None where none is declared.

    Raises ValueError with one sentence for another kind of address.
    """
    from muniment.gateways.scanner import clamav

    return clamav.Clamd(clamav.parse(address)) if address else None
