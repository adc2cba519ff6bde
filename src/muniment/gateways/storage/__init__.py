"""Where the bytes of files lie: put first, under their SHA-256; a record is an action's.

Every store keeps the same small contract: `put` streams and counts, `open` streams back, `remove`
forgets, `list_old` names what lies there since before a moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024


class TooLarge(Exception):
    """More bytes came than were allowed; nothing was kept."""


class Missing(Exception):
    """There are no bytes of this hash here."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was put: its SHA-256 in hex, and its size in bytes."""

    sha256: str
    size: int


class Store(Protocol):
    """The contract."""

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        """Keep the bytes whole or not at all. Raises TooLarge past `most` bytes."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream to read and close. Raises Missing."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget the bytes; those that are not there are forgotten already."""
        ...

    def list_old(self, before: datetime) -> Iterator[str]:
        """Hashes of what has lain here since before this moment."""
        ...


def at(home: Path) -> Store:
    """The store of an install: the folder `files` of its home."""
    from muniment.gateways.storage.folder import Folder

    return Folder(home / "files")
