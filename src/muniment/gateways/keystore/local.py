"""A folder of key files, each readable by its owner only (0600).

Signing keys are Ed25519 (RFC 8032) in PKCS#8 PEM; symmetric keys are 32 random bytes as hex. Every
key is made the first time it is asked for. A release line's key is found again by the line's public
id, so that a rebuild gives a person the pseudonym they had before.
"""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment import home

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


class Changed(Exception):
    """What was to be replaced is not what it was; nothing was written."""


def keeper(line: str, *, agreement: str | None = None) -> str:
    """Under whose name a build's secret and codes are kept: its line's, and so nobody else's.

    `agreement` is given only where following people was approved, over time or into a linked part:
    then all such lines of the agreement share one.
    """
    return f"line-{line}" if agreement is None else f"agreement-{agreement}"


class Keystore:
    """The keys of one install, under `<home>/keys/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "keys"

    def signing_key(self, name: str) -> Ed25519PrivateKey:
        """The Ed25519 key of that name (`approval`, `manifest`)."""
        pem = home.secret(self._path(f"{name}.pem"), _new_signing_key)
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"The key '{name}' is not an Ed25519 key.")
        return key

    def public_key(self, name: str) -> bytes:
        """The public half as PEM, to be handed to recipients and to the data plane."""
        return (
            self.signing_key(name)
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )

    def line_key(self, public_id: str) -> bytes:
        """The pseudonym key of one release line: 32 bytes."""
        return self.kept_key(keeper(public_id))

    def kept_key(self, keeper: str) -> bytes:
        """The pseudonym key of a keeper (a line, or an agreement): 32 bytes."""
        return self._symmetric(f"{keeper}.key")

    def sketch_key(self, programme: str) -> bytes:
        """The key of the prints that a programme's releases are compared by: 32 bytes."""
        return self._symmetric(f"sketch-{programme}.key".lower())

    def find_codes(self, keeper: str) -> bytes | None:
        """The sealed list of random codes of a keeper; None before there is one."""
        try:
            return self._path(f"{keeper}.codes").read_bytes()
        except FileNotFoundError:
            return None

    def keep_codes(self, keeper: str, codes: bytes, *, after: bytes | None) -> None:
        """Put a longer list in the place of the one that it was made from.

        Raises `Changed` where that is no longer the one here: codes that somebody else drew in the
        meantime must not be lost.
        """
        with self._locked():
            if self.find_codes(keeper) != after:
                raise Changed("Somebody else drew codes meanwhile; build again.")
            path = self._path(f"{keeper}.codes")
            half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(codes)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, path)

    def noise_key(self, holding: str, edition: str) -> bytes:
        """The key that seeds the noise of one holding's counts: 32 bytes."""
        return self._symmetric(f"noise-{holding}-{edition}.key".lower())

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time among all processes of this install."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._folder / ".lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _symmetric(self, name: str) -> bytes:
        return bytes.fromhex(home.secret(self._path(name), lambda: secrets.token_hex(32)))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"'{name}' cannot be the name of a key.")
        return self._folder / name


def _new_signing_key() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode("ascii")
    )
