"""Where the bytes of files lie: put first, under their SHA-256; a record is an action's.

Every store keeps the same small contract: `put` streams and counts, `open` streams back from any
byte on, `remove` forgets, `list_old` names what lies there since before a moment. A folder of the
home is the store of a fresh machine; an S3 bucket is the same behind `MUNIMENT_STORAGE_URL`.
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


class Unreachable(Exception):
    """The store does not answer; what was asked for may be tried again."""


class Store(Protocol):
    """The contract."""

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        """Keep the bytes whole or not at all. Raises TooLarge past `most` bytes."""
        ...

    def open(self, sha256: str, *, start: int = 0) -> BinaryIO:
        """The bytes from `start` on, as a stream to read and close. Raises Missing."""
        ...

    def remove(self, sha256: str) -> None:
        """Forget the bytes; those that are not there are forgotten already."""
        ...

    def list_old(self, before: datetime) -> Iterator[str]:
        """Hashes of what has lain here since before this moment."""
        ...


FILES, DELIVERIES, LOOKS, SECRETS = "files", "deliveries", "looks", "told"
"""Rooms of a store: uploads, encrypted releases, rows that somebody looks at for an hour, and
passphrases until the office has read them."""


def at(home: Path, *, room: str = FILES, url: str = "") -> Store:
    """A room of the store: a folder of the home, or of the bucket that `url` names.

    Raises ValueError with one sentence for an address that is none.
    """
    if url:
        from muniment.gateways.storage import s3

        return s3.at(url, room=room)
    from muniment.gateways.storage.folder import Folder

    return Folder(home / room)
