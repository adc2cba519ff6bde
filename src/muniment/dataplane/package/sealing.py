"""A released folder as one encrypted file: what is stored, and what a recipient downloads.

An AES-256 ZIP (WinZip AE-2) under a generated passphrase opens with common tools; an age file
(C2SP age specification, X25519) or a Crypt4GH file (GA4GH, version 1) opens with the secret half of
a registered key and holds a tar of the folder. Every byte is hashed again on its way in: the file
holds what the signed manifest lists, or it does not come to be (`privacy.md` A8). Names and sizes
of files can be read in a ZIP without the passphrase; in the other two nothing can.
"""

import fcntl
import hashlib
import os
import secrets
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from muniment.dataplane import manifest, refusals, verify
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.package import crypt4gh
from muniment.dataplane.package.crypt4gh import START as CRYPT4GH

PREFIX = ".muniment-seal-"
PIECE = 1 << 20
LONG = 1 << 30
"""From this size on a file in a ZIP needs its 64-bit form; smaller ones open everywhere."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The finished file: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """A folder that held when it was checked: what goes into the file, and under which name."""

    place: Path
    name: str
    files: dict[str, tuple[int, str]]
    watch: Watch


Write = Callable[[Parcel, BinaryIO], None]
Encrypt = Callable[[BinaryIO, BinaryIO], object]


def with_passphrase(parcel: Parcel, out: Path, *, passphrase: str) -> Sealed:
    """An AES-256 ZIP at `out`, which must not exist. Raises `Refused` (see `_whole`)."""
    return _whole(parcel, out, lambda inside, file: _zip(inside, file, passphrase))


def with_key(parcel: Parcel, out: Path, *, recipient: str) -> Sealed:
    """A tar at `out` for one recipient: an age file, or a Crypt4GH one for a key of that kind.

    Raises `Refused` (bad-recipient).
    """
    kinds = {"age1": _to_age, CRYPT4GH: _to_crypt4gh}
    lock = next((to for start, to in kinds.items() if recipient.startswith(start)), None)
    encrypt = None if lock is None else lock(recipient)
    if encrypt is None:
        message = "The recipient's key is no age or Crypt4GH key; have it registered again."
        raise refusals.refused("bad-recipient", message)
    return _whole(parcel, out, lambda inside, file: _piped(inside, file, encrypt))


def _to_age(recipient: str) -> Encrypt | None:
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        return None

    def encrypt(plain: BinaryIO, file: BinaryIO) -> None:
        kept = _Remembering(file)
        try:
            pyrage.encrypt_io(plain, kept, [to])
        except pyrage.EncryptError as error:
            raise kept.fault or error from None

    return encrypt


class _Remembering:
    """A file that keeps the fault of its last write: the library passes on its words alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as fault:
            self.fault = fault
            raise


def _to_crypt4gh(recipient: str) -> Encrypt | None:
    """With a sender's key of its own, made for this file: the header names nobody."""
    from crypt4gh import lib

    public = crypt4gh.public_of(recipient)
    if public is None:
        return None
    return lambda plain, file: lib.encrypt([(0, os.urandom(32), public)], plain, file)


def parcel(
    folder: Path, *, key: Ed25519PublicKey, package_sha256: str, name: str, watch: Watch
) -> Parcel:
    """Check a release before it is locked: whole, signed, and the very one that was checked.

    `package_sha256` is the hash of its manifest, which the checker's mark is bound to. Raises
    `Refused` (other-package, and those of `verify.folder`).
    """
    watch.step("check the package")
    held = verify.folder(folder, key=key)
    _, found = manifest.digest(folder / manifest.NAME)
    if found != package_sha256:
        message = "This is not the package that was checked; build and check it again."
        raise refusals.refused("other-package", message)
    listed = held.document["files"]
    assert isinstance(listed, list)
    files = {str(each["path"]): (int(each["bytes"]), str(each["sha256"])) for each in listed}
    return Parcel(folder, name, {**files, manifest.NAME: manifest.digest(folder / manifest.NAME)},
                  watch)  # fmt: skip


def sweep(parent: Path) -> int:
    """Delete what killed processes left half locked; returns how many there were.

    It holds no readable row. A file that somebody alive still writes is locked by them, and stays.
    """
    return sum(_swept(path) for path in parent.glob(PREFIX + "*"))


def _swept(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except OSError:
        return False
    return True


def _whole(parcel: Parcel, out: Path, write: Write) -> Sealed:
    """The file appears finished or not at all.

    Raises `Refused` (target-exists, changed-file, cannot-write, disk-full).
    """
    if out.exists():
        message = f"{out} already exists; a locked file is never written over."
        raise refusals.refused("target-exists", message)
    half = out.with_name(f"{PREFIX}{secrets.token_hex(8)}")
    try:
        handle = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            write(parcel, file)
            file.flush()
            os.fsync(file.fileno())
            size, digest = manifest.digest(half)
            parcel.watch.step("keep the locked file")
            os.rename(half, out)
    except OSError as error:
        raise refusals.not_written(error, "The locked file cannot be written") from None
    finally:
        half.unlink(missing_ok=True)
    return Sealed(digest, size)


def _zip(parcel: Parcel, file: BinaryIO, passphrase: str) -> None:
    import pyzipper

    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(passphrase.encode("ascii"))
        for path, size in _each(parcel):
            name = f"{parcel.name}/{path}"
            with archive.open(name, "w", force_zip64=size >= LONG) as inside:
                _copy(parcel, path, inside)


def _piped(parcel: Parcel, file: BinaryIO, encrypt: Encrypt) -> None:
    """The tar goes through a pipe, so that it never lies anywhere in the clear."""
    end, way = os.pipe()
    failed: list[BaseException] = []

    def pack() -> None:
        try:
            with os.fdopen(way, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|") as archive:
                for path, size in _each(parcel):
                    entry = tarfile.TarInfo(f"{parcel.name}/{path}")
                    entry.size, entry.mode = size, 0o600
                    with _Checked(parcel, path) as inside:
                        archive.addfile(entry, inside)
        except BaseException as error:
            failed.append(error)

    packing = threading.Thread(target=pack)
    packing.start()
    with os.fdopen(end, "rb") as plain:
        encrypt(plain, file)
    packing.join()
    if failed:
        raise failed[0]


def _each(parcel: Parcel) -> Iterator[tuple[str, int]]:
    for done, (path, (size, _)) in enumerate(sorted(parcel.files.items())):
        parcel.watch.step("lock the files", done, len(parcel.files))
        yield path, size


def _copy(parcel: Parcel, path: str, inside: Any) -> None:
    with _Checked(parcel, path) as source:
        while piece := source.read(PIECE):
            inside.write(piece)


class _Checked:
    """A file of the parcel that must end with the hash and size the manifest gives it."""

    def __init__(self, parcel: Parcel, path: str) -> None:
        self._path, self._listed = path, parcel.files[path]
        self._file = (parcel.place / path).open("rb")
        self._sha, self._size = hashlib.sha256(), 0

    def __enter__(self) -> "_Checked":
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        self._file.close()
        if not failed and (self._size, self._sha.hexdigest()) != self._listed:
            message = f"{self._path} was changed while it was locked; build it again."
            raise refusals.refused("changed-file", message, file=self._path)

    def read(self, size: int = PIECE) -> bytes:
        piece = self._file.read(size)
        self._sha.update(piece)
        self._size += len(piece)
        return piece
