"""The manifest: what a release says about itself to the outside, signed.

It names methods, hashes and protected figures. Exact counts, SQL and what was changed stay in the
receipt, which never leaves; the manifest only carries the receipt's hash (`privacy.md` A7).
"""

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import signatures

VERSION = 1
NAME = "manifest.json"
PIECE = 1 << 20


class Kind(StrEnum):
    """A release rests on an approval; a rehearsal on nobody's."""

    RELEASE = "release"
    REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Errand:
    """For whom a release is built, as the approval names it; all None in a rehearsal."""

    request: str | None = None
    agreement: str | None = None
    line: str | None = None
    build: int | None = None

    def document(self) -> dict[str, object]:
        return {
            "request": self.request,
            "agreement": self.agreement,
            "line": self.line,
            "build": self.build,
        }


def signed(
    folder: Path,
    *,
    kind: Kind,
    errand: Errand,
    hashes: Mapping[str, str],
    made_on: datetime.date,
    parts: Sequence[Mapping[str, object]],
    key: Ed25519PrivateKey,
) -> bytes:
    """The manifest of every file now in `folder`.

    `hashes` are those of specification, terms, plan and receipt, as `sha256:<hex>`; `parts` tell
    source, methods and protected figures, one each.
    """
    document: dict[str, object] = {
        "muniment_manifest": VERSION,
        "kind": kind.value,
        **errand.document(),
        **hashes,
        "made_on": made_on.isoformat(),
        "parts": [dict(part) for part in parts],
        "files": list(_listed(folder)),
    }
    return signatures.sign(document, key=key)


def digest(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file, read in pieces."""
    total, sha = 0, hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            total += len(piece)
            sha.update(piece)
    return total, sha.hexdigest()


def _listed(folder: Path) -> Iterator[dict[str, object]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            size, sha = digest(path)
            name = path.relative_to(folder).as_posix()
            yield {"path": name, "bytes": size, "sha256": sha}
