"""A folder beside the database: the newest checkpoint under one name, every one under its size.

Whoever restores the database from a backup should leave this folder as it is; then the next
anchoring sees that the ledger has shrunk.
"""

import os
import secrets
from pathlib import Path

NEWEST = "newest.txt"


class Folder:
    """The checkpoints of one install, under `<home>/checkpoints/`."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "checkpoints"

    def find_newest(self) -> str | None:
        """The note that was kept last; None before the first."""
        try:
            return (self._folder / NEWEST).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def keep(self, note: str, *, size: int) -> None:
        """Keep a note under its size and as the newest; whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in (f"{size}.txt", NEWEST):
            self._put(name, note.encode())

    def lacks_stamp(self, size: int) -> bool:
        """Whether the note of that size has no timestamp beside it."""
        return not (self._folder / f"{size}.tst").exists()

    def keep_stamp(self, token: bytes, *, size: int) -> None:
        """Keep an authority's timestamp of the note's text (RFC 3161, DER)."""
        self._put(f"{size}.tst", token)

    def _put(self, name: str, data: bytes) -> None:
        half = self._folder / f".{name}.{secrets.token_hex(8)}"
        half.write_bytes(data)
        os.replace(half, self._folder / name)
