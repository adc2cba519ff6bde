"""Addresses of a tree served in tiles (C2SP tlog-tiles): 256 hashes or entries to a tile.

tile/0/x001/067             the leaf hashes from 1067 * 256 on
tile/1/000.p/3              the three hashes above them that there are so far
tile/entries/000            the entries themselves, each after its length in two bytes
"""

import re
from dataclasses import dataclass

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES = "entries"
TOP = 63
_PLACE = re.compile(
    r"(?P<level>0|[1-9][0-9]?|entries)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `number` of a level (None: of the entries), with so many of its 256 places."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def first(self) -> int:
        """The place of its first hash in its level."""
        return self.number * WIDTH

    def is_in(self, size: int) -> bool:
        """Whether a tree of `size` leaves has all of it."""
        return self.first + self.width <= size >> (HEIGHT * (self.level or 0))

    def path(self) -> str:
        """Under `tile/`."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = ENTRIES if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{level}/{number}{part}"


def tile_of(path: str) -> Tile | None:
    """The tile that a path names; None for one that names none, or not in its one form."""
    found = _PLACE.fullmatch(path)
    if found is None:
        return None
    level = None if found["level"] == ENTRIES else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(found["width"] or WIDTH))
    return tile if tile.path() == path and (level or 0) <= TOP else None


def bundled(entries: list[bytes]) -> bytes:
    """Entries as a tile of them carries them."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(bundle: bytes) -> list[bytes]:
    """The entries of a tile; raises ValueError where it ends too soon."""
    entries, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entry = bundle[at + 2 : at + 2 + length]
        if len(entry) != length:
            raise ValueError("The tile ends in the middle of an entry.")
        entries.append(entry)
        at += 2 + length
    return entries
