"""A folder beside the database: one small file for each person erased and each request revoked.

It holds no name: the opaque public id, which means something only to a database that still has the
person, or the request's reference; and a day. Whoever restores the database from a backup leaves
the folder as it is.
"""

import logging
import os
import re
import secrets
from datetime import date
from pathlib import Path

LOG = logging.getLogger(__name__)
NAME = re.compile(r"[A-Za-z0-9-]{8,64}")


class Tombstones:
    """Those of one kind, under `<home>/tombstones/<kind>/`."""

    def __init__(self, home: Path, kind: str) -> None:
        self._folder = home / "tombstones" / kind

    def days(self) -> dict[str, date]:
        """Name to its day. What cannot be read as one is left alone, and said: it may have been."""
        found = {}
        for each in sorted(self._folder.glob("*")):
            if NAME.fullmatch(each.name):
                try:
                    found[each.name] = date.fromisoformat(each.read_text(encoding="utf-8").strip())
                except (OSError, ValueError):
                    LOG.error("no tombstone, so nothing is done again by it: %s", each)
        return found

    def keep(self, name: str, *, on: date) -> None:
        """Write one; whole or not at all."""
        if not NAME.fullmatch(name):
            raise ValueError(f"'{name}' cannot be the name of a tombstone.")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self._folder / f".{name}.{secrets.token_hex(8)}"
        half.write_text(f"{on.isoformat()}\n", encoding="utf-8")
        os.replace(half, self._folder / name)
