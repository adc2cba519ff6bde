"""Is this folder, byte for byte, what the programme released? For the recipient and for anyone.

Needs the folder and the programme's public key, nothing else: no database, no network. Everything
in the folder must be in the manifest and the other way round; the manifest must carry the key's
signature over its canonical bytes.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.dataplane import manifest, refusals, signatures

LARGEST_MANIFEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verified:
    """A folder that held; `document` is its manifest."""

    document: dict[str, object]
    files: int
    bytes: int


def folder(place: Path, *, key: Ed25519PublicKey, rehearsal: bool = False) -> Verified:
    """Check a release, or a rehearsal when `rehearsal` says so.

    Raises `Refused` with one sentence that names the file. Codes: no-such-folder, no-manifest,
    other-key, bad-signature, not-a-document, rehearsal-not-release, release-not-rehearsal,
    unexpected-file, missing-file, changed-file.
    """
    if not place.is_dir():
        raise refusals.refused("no-such-folder", f"There is no folder {place}.", file=str(place))
    document = signatures.opened(_manifest(place), key=key, name=manifest.NAME)
    if document.get("muniment_manifest") != manifest.VERSION:
        message = f"{manifest.NAME} is not a manifest of version {manifest.VERSION}."
        raise refusals.refused("not-a-document", message, file=manifest.NAME)
    _check_kind(document, rehearsal)
    listed = _listed(document)
    total = 0
    for name in _present(place, listed):
        total += _check_file(place, name, listed.pop(name))
    if listed:
        name = min(listed)
        message = f"{name} is missing: the manifest lists it, the folder does not hold it."
        raise refusals.refused("missing-file", message, file=name)
    return Verified(document, len(_listed(document)), total)


def _manifest(place: Path) -> bytes:
    path = place / manifest.NAME
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise OSError(0, "it is not a plain file")
        with path.open("rb") as file:
            return file.read(LARGEST_MANIFEST + 1)
    except OSError as error:
        message = f"{manifest.NAME} cannot be read: {error.strerror or error}."
        raise refusals.refused("no-manifest", message, file=manifest.NAME) from None


def _check_kind(document: dict[str, object], rehearsal: bool) -> None:
    kind = document.get("kind")
    if rehearsal and kind != manifest.Kind.REHEARSAL:
        message = f"{manifest.NAME} is of a release; verify it without --rehearsal."
        raise refusals.refused("release-not-rehearsal", message, file=manifest.NAME)
    if not rehearsal and kind != manifest.Kind.RELEASE:
        message = (
            f"{manifest.NAME} is of a rehearsal, which nobody approved; "
            "it is not a release. Verify it with --rehearsal."
        )
        raise refusals.refused("rehearsal-not-release", message, file=manifest.NAME)


def _listed(document: dict[str, object]) -> dict[str, tuple[int, str]]:
    """Path to (bytes, sha256); a signed manifest of the right version has this shape."""
    files = document["files"]
    assert isinstance(files, list)
    return {entry["path"]: (entry["bytes"], entry["sha256"]) for entry in files}


def _present(place: Path, listed: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Every file the manifest lists; anything else in the folder is refused where it is met."""
    expected = {*listed, manifest.NAME}
    for root, folders, files in os.walk(place):
        here = Path(root)
        for name in sorted([*folders, *files]):
            path = here / name
            shown = path.relative_to(place).as_posix()
            kind = path.lstat().st_mode
            if stat.S_ISDIR(kind):
                if not any(known.startswith(shown + "/") for known in expected):
                    raise _unexpected(shown, "a folder")
            elif not stat.S_ISREG(kind):
                raise _unexpected(shown, "a link or special file")
            elif shown not in expected:
                raise _unexpected(shown, "a file")
            elif shown != manifest.NAME:
                yield shown


def _unexpected(name: str, what: str) -> refusals.Refused:
    message = f"{name} is {what} that the manifest does not list."
    return refusals.refused("unexpected-file", message, file=name)


def _check_file(place: Path, name: str, listed: tuple[int, str]) -> int:
    try:
        found = manifest.digest(place / name)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or error}."
        raise refusals.refused("missing-file", message, file=name) from None
    if found != listed:
        message = f"{name} was changed: its bytes do not match the manifest."
        raise refusals.refused("changed-file", message, file=name)
    return found[0]
