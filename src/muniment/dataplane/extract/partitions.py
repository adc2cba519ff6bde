"""Finished pieces of a treated table, kept so that a killed build need not start over.

A piece holds rows after their methods but before small groups were blanked, so it must not lie
about in the clear: it is sealed (AES-GCM) under a key made from the line's secret, which is not in
the folder. The seal is bound to the plan, the moment that decides about embargoes, the table and
the piece; one that does not open is worked out again. Delete the folder when the build is done.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from muniment.dataplane import pseudonyms
from muniment.dataplane.extract import whole
from muniment.dataplane.spec import specification

NONCE_BYTES = 12
# Pieces are told apart by the first digit of the unit's code, which is spread evenly.
DIGITS = "0123456789abcdef"
# Where memory is too short even for these, by so many of them: 256 pieces.
MOST_DIGITS = 2
_HEAD_BYTES = 4


@dataclass(frozen=True, slots=True, repr=False)
class Partitions:
    """A folder of sealed pieces of one plan. `folder` must exist."""

    folder: Path
    bound: str
    line_key: bytes

    def __repr__(self) -> str:
        return "Partitions(hidden)"

    def find(self, part: str, table: str, digit: str) -> tuple[Any, bytes] | None:
        """The notes and rows of a finished piece; None where there is none that opens."""
        about = self._about(part, table, digit)
        try:
            sealed = self._file(about).read_bytes()
            plain = self._lock().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
        except (OSError, ValueError, InvalidTag):
            return None
        size = _HEAD_BYTES + int.from_bytes(plain[:_HEAD_BYTES], "big")
        return json.loads(plain[_HEAD_BYTES:size]), plain[size:]

    def keep(self, part: str, table: str, digit: str, *, notes: object, rows: bytes) -> None:
        """Seal a finished piece; it is there whole or not at all."""
        about = self._about(part, table, digit)
        head = specification.canonical(notes)
        plain = len(head).to_bytes(_HEAD_BYTES, "big") + head + rows
        nonce = secrets.token_bytes(NONCE_BYTES)
        whole.write(nonce + self._lock().encrypt(nonce, plain, about), self._file(about))

    def _about(self, part: str, table: str, digit: str) -> bytes:
        return specification.canonical([self.bound, part, table, digit])

    def _file(self, about: bytes) -> Path:
        return self.folder / f"{hashlib.sha256(about).hexdigest()}.piece"

    def _lock(self) -> AESGCM:
        key = pseudonyms.derive(self.line_key, purpose="resume", group="", namespace="")
        return AESGCM(key)
