"""A downloaded file opened again, by its recipient: `muniment fetch`. The reverse of `sealing`."""

import os
import shutil
import tarfile
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from muniment.dataplane import refusals
from muniment.dataplane.package import crypt4gh

PIECE = 1 << 20


def zipped(path: Path, *, passphrase: str, into: Path) -> Path:
    """Unlock an AES ZIP into `into`; the one folder it holds. Raises `Refused`.

    Codes: wrong-passphrase, not-a-delivery.
    """
    import pyzipper

    try:
        with pyzipper.AESZipFile(path) as archive:
            archive.setpassword(passphrase.encode())
            names = [each.filename for each in archive.infolist()]
            for name, target in _targets(names, into):
                with archive.open(name) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, PIECE)
    except RuntimeError:
        message = "The passphrase is not the one that this file was locked with."
        raise refusals.refused("wrong-passphrase", message) from None
    except (pyzipper.BadZipFile, zlib.error, OSError) as error:
        raise _damaged(error) from None
    return _only(into)


def aged(path: Path, *, identity: str, into: Path) -> Path:
    """Unlock an age file with the secret key (text of its file); the one folder it holds.

    Raises `Refused`. Codes: bad-identity, wrong-key, not-a-delivery.
    """
    import pyrage

    lines = [line.strip() for line in identity.splitlines() if not line.startswith("#")]
    try:
        own = pyrage.x25519.Identity.from_str(next((line for line in lines if line), ""))
    except pyrage.IdentityError:
        message = "The identity file holds no age secret key; it has a line AGE-SECRET-KEY-1…"
        raise refusals.refused("bad-identity", message) from None
    failed: list[BaseException] = []
    with path.open("rb") as locked, _unpacking(into, failed) as plain:
        try:
            pyrage.decrypt_io(locked, plain, [own])
        except (pyrage.DecryptError, OSError) as error:
            raise _wrong_key() from error
    if failed:
        raise _damaged(failed[0])
    return _only(into)


def crypted(path: Path, *, identity: Path, ask: crypt4gh.Ask, into: Path) -> Path:
    """Unlock a Crypt4GH file with the secret key of a file; the one folder it holds.

    `ask` for the passphrase of the key. Raises `Refused`, with the codes of `aged`.
    """
    secret = crypt4gh.secret_of(identity, ask=ask)
    if secret is None:
        message = "The identity file holds no Crypt4GH secret key that this passphrase opens."
        raise refusals.refused("bad-identity", message)
    failed: list[BaseException] = []
    with path.open("rb") as locked, _unpacking(into, failed) as plain:
        opened = crypt4gh.decrypt(locked, plain, secret=secret)
    if not opened:
        raise _wrong_key()
    if failed:
        raise _damaged(failed[0])
    return _only(into)


@contextmanager
def _unpacking(into: Path, failed: list[BaseException]) -> Iterator[BinaryIO]:
    """Unpack a tar while it is decrypted; nothing of it lies in between."""
    end, way = os.pipe()

    def unpack() -> None:
        with os.fdopen(end, "rb") as pipe:
            try:
                with tarfile.open(fileobj=pipe, mode="r|") as archive:
                    archive.extractall(into, filter="data")
            except (tarfile.TarError, OSError) as error:
                failed.append(error)
            while pipe.read(PIECE):  # or whoever decrypts would wait for ever
                pass

    thread = threading.Thread(target=unpack)
    thread.start()
    try:
        with os.fdopen(way, "wb") as plain:
            yield plain
    finally:
        thread.join()


def _targets(names: list[str], into: Path) -> Iterator[tuple[str, Path]]:
    """Where each file goes, its folders made; a path that leads elsewhere is refused."""
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name.endswith("/"):
            raise _damaged(ValueError("it names a file outside its folder"))
        target = into.joinpath(*path.parts)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield name, target


def _only(into: Path) -> Path:
    inside = list(into.iterdir())
    if len(inside) != 1 or not inside[0].is_dir():
        raise _damaged(ValueError("it holds more than one folder"))
    return inside[0]


def _wrong_key() -> refusals.Refused:
    message = "This key does not open the file, or the file was damaged."
    return refusals.refused("wrong-key", message)


def _damaged(error: BaseException) -> refusals.Refused:
    message = f"This is no delivery of ours, or it was damaged: {error}."
    return refusals.refused("not-a-delivery", message)
