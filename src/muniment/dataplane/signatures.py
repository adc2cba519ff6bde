"""Ed25519 signatures (RFC 8032) over canonical JSON (RFC 8785), and the files that hold keys.

One document has one spelling: reading compares the bytes with their canonical form, so that no
byte of a signed file can change, not even a space or the case of a hexadecimal digit.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from muniment.dataplane import refusals
from muniment.dataplane.spec import faults, jsontext, specification

SIGNATURE = "signature"
KEY_ID = "key_id"
LARGEST_KEY_FILE = 10_000


def key_id(public: Ed25519PublicKey) -> str:
    """Names a key without showing it: SHA-256 over its 32 raw bytes."""
    return "sha256:" + hashlib.sha256(public.public_bytes_raw()).hexdigest()


def sign(document: Mapping[str, object], *, key: Ed25519PrivateKey) -> bytes:
    """Canonical bytes of the document with `key_id` and `signature` added."""
    named = with_key_id(document, key=key.public_key())
    signature = key.sign(specification.canonical(named)).hex()
    return specification.canonical({**named, SIGNATURE: signature})


def with_key_id(document: Mapping[str, object], *, key: Ed25519PublicKey) -> dict[str, object]:
    """What is signed: the document and the name of the key that will sign it."""
    return {**document, KEY_ID: key_id(key)}


def opened(data: bytes, *, key: Ed25519PublicKey, name: str) -> dict[str, object]:
    """The signed document, or `Refused` with a sentence about the file called `name`.

    Codes: not-a-document, other-key, bad-signature.
    """
    document = _read(data, name)
    signature = document.get(SIGNATURE)
    if not isinstance(signature, str):
        raise refusals.refused("bad-signature", f"{name} carries no signature.", file=name)
    if document.get(KEY_ID) != key_id(key):
        message = f"{name} was signed with another key than the one given."
        raise refusals.refused("other-key", message, file=name)
    rest = {member: value for member, value in document.items() if member != SIGNATURE}
    try:
        raw = bytes.fromhex(signature)
        if specification.canonical({**rest, SIGNATURE: raw.hex()}) != data:
            raise ValueError
        key.verify(raw, specification.canonical(rest))
    except (ValueError, InvalidSignature):
        message = f"{name} was changed after it was signed."
        raise refusals.refused("bad-signature", message, file=name) from None
    return document


def _read(data: bytes, name: str) -> dict[str, object]:
    try:
        document = jsontext.load(data)
    except faults.Faulty as error:
        message = f"{name} cannot be read. {error.faults[0].message}"
        raise refusals.refused("not-a-document", message, file=name) from None
    if not isinstance(document, dict):
        raise refusals.refused("not-a-document", f"{name} is not a JSON object.", file=name)
    return document


def public_pem(key: Ed25519PublicKey) -> bytes:
    """The file a recipient is given."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def private_key(pem: bytes, *, name: str) -> Ed25519PrivateKey:
    """Raises `Refused` (not-a-key) when `pem` holds no Ed25519 private key."""
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{name} does not hold an Ed25519 private key in PEM form."
        raise refusals.refused("not-a-key", message, file=name)
    return key


def public_key(pem: bytes, *, name: str) -> Ed25519PublicKey:
    """Raises `Refused` (not-a-key) when `pem` holds no Ed25519 public key."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        message = f"{name} does not hold an Ed25519 public key in PEM form."
        raise refusals.refused("not-a-key", message, file=name)
    return key


def key_file(path: Path) -> bytes:
    """The bytes of a key's file; raises `Refused` (no-such-file) with a sentence."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_KEY_FILE)
    except OSError as error:
        message = f"The key file {path} cannot be read: {error.strerror or error}."
        raise refusals.refused("no-such-file", message, file=str(path)) from None
