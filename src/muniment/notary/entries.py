"""An entry of the ledger as its hash covers it; whoever holds a receipt computes the same."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest(entry: Mapping[str, Any]) -> str:
    """The entry's own hash: every column but the hash itself, in RFC 8785 form.

    An entry is text and whole numbers under ASCII names, and for these the standard library
    writes the RFC 8785 form, far sooner than the library that can also do floats.
    """
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def salted(salt: str, value: Any) -> str:
    """SHA-256 of the salt and the value's RFC 8785 form, as hex."""
    import rfc8785

    return hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(value)).hexdigest()
