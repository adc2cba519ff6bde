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
            half = self._folder / f".{name}.{secrets.token_hex(8)}"
            half.write_text(note, encoding="utf-8")
            os.replace(half, self._folder / name)
