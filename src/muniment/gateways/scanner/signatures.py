"""A scanner that knows a list of byte patterns, for a machine without ClamAV and for tests."""

from dataclasses import dataclass
from typing import BinaryIO

from muniment.gateways.scanner import Verdict

CHUNK = 128 * 1024


@dataclass(frozen=True, slots=True)
class Signatures:
    """`known` is name to bytes; it sees them wherever they lie, across chunks too."""

    known: dict[str, bytes]

    def scan(self, stream: BinaryIO) -> Verdict:
        """The first pattern that occurs."""
        longest = max(map(len, self.known.values()), default=1)
        kept = b""
        while chunk := stream.read(CHUNK):
            kept = kept[-longest:] + chunk
            for name, pattern in self.known.items():
                if pattern in kept:
                    return Verdict(clean=False, found=name)
        return Verdict(clean=True)
