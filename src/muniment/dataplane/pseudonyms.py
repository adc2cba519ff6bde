"""Keyed pseudonyms and shifts: AES-CMAC (RFC 4493), many at a time, the key never as text.

A release line has one secret of 32 bytes. Every use derives its own AES-128 key from it (HKDF,
RFC 5869), so that a pseudonym in one line, in one unlinked part, or of another kind of identifier
says nothing about any other. The engine only ever sees finished pairs (identifier, pseudonym) in a
temporary table; keys and the pads made from them stay inside this module's stack frames.
"""

import secrets
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives import cmac as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from muniment.dataplane.spec import specification

BLOCK = 16
LINE_KEY_BYTES = 32
CHUNK = 1 << 16
# The constant of RFC 4493 section 2.3 for a block of 128 bits.
RB = 0x87

SHIFT_LEAST_WEEKS = 4
SHIFT_MOST_WEEKS = 52


def new_line_key() -> bytes:
    """A fresh secret for one release line."""
    return secrets.token_bytes(LINE_KEY_BYTES)


def derive(line_key: bytes, *, purpose: str, group: str, namespace: str) -> bytes:
    """The AES-128 key of one use.

    `purpose` is "pseudonym" or "shift", `group` names the parts that may be joined, `namespace`
    the kind of identifier. Raises `ValueError` for a line key of another length.
    """
    if len(line_key) != LINE_KEY_BYTES:
        raise ValueError(f"A line key has {LINE_KEY_BYTES} bytes.")
    info = specification.canonical(["muniment", 1, purpose, group, namespace])
    return HKDF(algorithm=hashes.SHA256(), length=BLOCK, salt=None, info=info).derive(line_key)


def tag(key: bytes, message: bytes) -> bytes:
    """AES-CMAC of one message, by the library."""
    mac = library.CMAC(algorithms.AES(key))
    mac.update(message)
    return mac.finalize()


def tags(key: bytes, messages: Sequence[bytes]) -> list[bytes]:
    """AES-CMAC of each message, in order; 16 bytes each.

    Identifiers nearly always fit one block. For those the whole chunk is padded, masked and
    enciphered in one call (RFC 4493 section 2.4 with n = 1); longer ones go to the library.
    """
    made: list[bytes] = []
    for start in range(0, len(messages), CHUNK):
        chunk = messages[start : start + CHUNK]
        single = iter(_single_blocks(key, [m for m in chunk if len(m) <= BLOCK]))
        made.extend(next(single) if len(m) <= BLOCK else tag(key, m) for m in chunk)
    return made


def shift_days(shift_tag: bytes) -> int:
    """A person's shift: whole weeks, 4 to 52 of them, either way.

    Whole weeks keep the weekday, which visits on working days would reveal anyway; shifts under
    four weeks are left out because they hardly hide a date (`privacy.md` A9).
    """
    span = SHIFT_MOST_WEEKS - SHIFT_LEAST_WEEKS + 1
    drawn = int.from_bytes(shift_tag, "big") % (2 * span)
    weeks = SHIFT_LEAST_WEEKS + drawn % span
    return 7 * (weeks if drawn < span else -weeks)


def _single_blocks(key: bytes, messages: list[bytes]) -> Iterator[bytes]:
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    whole, padded = _masks(encrypt(bytes(BLOCK)))
    blocks = b"".join(
        m if len(m) == BLOCK else (m + b"\x80").ljust(BLOCK, b"\x00") for m in messages
    )
    masks = b"".join(whole if len(m) == BLOCK else padded for m in messages)
    mixed = int.from_bytes(blocks, "big") ^ int.from_bytes(masks, "big")
    out = encrypt(mixed.to_bytes(len(blocks), "big"))
    return (out[at : at + BLOCK] for at in range(0, len(out), BLOCK))


def _masks(zero_enciphered: bytes) -> tuple[bytes, bytes]:
    """Subkeys K1 (whole last block) and K2 (padded last block), RFC 4493 section 2.3."""
    whole = _doubled(zero_enciphered)
    return whole, _doubled(whole)


def _doubled(block: bytes) -> bytes:
    value = int.from_bytes(block, "big") << 1
    if value >> 128:
        value = (value ^ RB) & ((1 << 128) - 1)
    return value.to_bytes(BLOCK, "big")
