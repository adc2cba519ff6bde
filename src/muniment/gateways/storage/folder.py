"""Files in a folder, each under its hash, readable by its owner only."""

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from muniment.gateways.storage import Missing, Stored, TooLarge

NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Folder:
    """`root` holds one folder per first two digits, so that no folder grows without end."""

    root: Path

    def put(self, chunks: Iterable[bytes], *, most: int) -> Stored:
        """Write beside, count and hash on the way, then move into place."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.root / f".part-{secrets.token_hex(16)}"
        digest, size = hashlib.sha256(), 0
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > most:
                        raise TooLarge
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(digest.hexdigest())
            place.parent.mkdir(exist_ok=True, mode=0o700)
            draft.replace(place)  # the same bytes may lie there already: now they are fresh
        finally:
            draft.unlink(missing_ok=True)
        return Stored(digest.hexdigest(), size)

    def open(self, sha256: str, *, start: int = 0) -> BinaryIO:
        """The bytes; raises Missing."""
        try:
            file = self._place(sha256).open("rb")
        except FileNotFoundError:
            raise Missing from None
        file.seek(start)
        return file

    def remove(self, sha256: str) -> None:
        """Forget the bytes."""
        with contextlib.suppress(Missing):
            self._place(sha256).unlink(missing_ok=True)

    def list_old(self, before: datetime) -> Iterator[str]:
        """Old hashes; what a process left half written is cleared on the way."""
        for path in sorted(self.root.glob("**/*")):
            if not path.is_file():
                continue
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if written >= before:
                continue
            if NAME.fullmatch(path.name):
                yield path.name
            elif path.name.startswith(".part-"):
                path.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        """A name that is no hash names nothing here, and so no file elsewhere either."""
        if not NAME.fullmatch(sha256):
            raise Missing
        return self.root / sha256[:2] / sha256
