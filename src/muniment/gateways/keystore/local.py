"""A folder of key files, each readable by its owner only (0600).

Signing keys are Ed25519 (RFC 8032) in PKCS#8 PEM; symmetric keys are 32 random bytes as hex. Every
key is made the first time it is asked for. A release line's key is found again by the line's public
id, so that a rebuild gives a person the pseudonym they had before.
"""

import re
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment import home

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


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
        return self._symmetric(f"line-{public_id}.key")

    def noise_key(self, holding: str, edition: str) -> bytes:
        """The key that seeds the noise of one holding's counts: 32 bytes."""
        return self._symmetric(f"noise-{holding}-{edition}.key".lower())

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
