"""Prints of text under a salt, and one form for a value that programs write in several."""

import hashlib
import hmac

PRINT_BYTES = 8


def of(text: str, *, salt: bytes) -> str:
    """HMAC-SHA-256 of a text, cut to 64 bits, in hex."""
    return hmac.new(salt, text.encode(), hashlib.sha256).digest()[:PRINT_BYTES].hex()


def plain(cell: str) -> str:
    """A value as every program that saves it would agree on: 3.0 and 3 are one."""
    text = cell.strip().removeprefix("'")
    try:
        number = float(text)
    except ValueError:
        return text.casefold()
    return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
