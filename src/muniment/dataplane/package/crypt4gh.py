"""Crypt4GH keys as they are written, and its files opened again (GA4GH Crypt4GH, version 1).

The library would tell session keys to a log at its lowest level; here it may tell nothing.
"""

import base64
import binascii
import contextlib
import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

START = "crypt4gh:"
"""What a registered key of this kind begins with; the rest is its 32 bytes in base64."""
MAGIC = b"crypt4gh"
Ask = Callable[[], str]

logging.getLogger("crypt4gh").setLevel(logging.CRITICAL)


def public_of(recipient: str) -> bytes | None:
    """The key itself; None where the text is none."""
    with contextlib.suppress(binascii.Error):
        raw = base64.b64decode(recipient.removeprefix(START), validate=True)
        if recipient.startswith(START) and len(raw) == 32:
            return raw
    return None


def secret_of(path: Path, *, ask: Ask) -> bytes | None:
    """The secret key of a file; `ask` for its passphrase. None where it cannot be read."""
    from crypt4gh import keys

    try:
        with contextlib.redirect_stderr(io.StringIO()):  # the library talks there
            secret: bytes = keys.get_private_key(str(path), ask)
    except (Exception, SystemExit):  # whatever a broken file makes its parsers raise; or it ends
        return None
    return secret


def decrypt(locked: BinaryIO, plain: BinaryIO, *, secret: bytes) -> bool:
    """Decrypt into a stream; False where this key does not open it, or it was damaged."""
    from crypt4gh import lib

    try:
        lib.decrypt([(0, secret, None)], locked, plain)
    except (ValueError, AssertionError, OSError):
        return False
    return True
