"""The receipt: what a build really did, exact, for the office's own files and never for outside.

It holds exact counts, the SQL, cells changed and the risk before treatment. The manifest carries
its hash, so a receipt shown later can be recognized; a random salt keeps that hash from telling the
counts to someone who tries them all (`privacy.md` A7).
"""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from muniment.dataplane import refusals
from muniment.dataplane.extract import whole
from muniment.dataplane.spec import specification

VERSION = 1
SALT_BYTES = 16


def make(
    *,
    kind: str,
    errand: Mapping[str, object],
    plan: Mapping[str, object],
    hashes: Mapping[str, str],
    built_at: str,
    parts: Sequence[Mapping[str, object]],
    statements: Sequence[Mapping[str, str]],
) -> dict[str, object]:
    """The receipt as plain JSON values; `built_at` in UTC."""
    return {
        "muniment_receipt": VERSION,
        "salt": secrets.token_hex(SALT_BYTES),
        "kind": kind,
        **errand,
        **hashes,
        "plan": dict(plan),
        "built_at": built_at,
        "parts": [dict(part) for part in parts],
        "statements": [dict(statement) for statement in statements],
    }


def hash_of(document: Mapping[str, object]) -> str:
    """`sha256:<hex>` over the canonical bytes, which are also the bytes of its file."""
    return specification.digest(dict(document))


def refuse_existing(path: Path) -> None:
    """Raises `Refused` (target-exists)."""
    if path.exists():
        message = f"{path} already exists; a receipt is never written over."
        raise refusals.refused("target-exists", message)


def write(document: Mapping[str, object], path: Path) -> None:
    """Write the receipt whole or not at all, readable by its owner only.

    Raises `Refused` (cannot-write).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole.write(specification.canonical(dict(document)), path)
    except OSError as error:
        message = f"The receipt {path} cannot be written: {error.strerror or error}."
        raise refusals.refused("cannot-write", message) from None
