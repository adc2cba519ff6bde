"""A few words locked with somebody's public key: whoever reads them holds the secret half."""

import base64
import io
import logging
import os

CRYPT4GH = "crypt4gh:"


def locked(words: str, *, recipient: str) -> str:
    """An armored age file, or Crypt4GH in base64. Raises ValueError for a key that is none."""
    if recipient.startswith(CRYPT4GH):
        return _crypt4gh(words, recipient.removeprefix(CRYPT4GH))
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise ValueError("This is no age key; paste the public one once more.") from error
    locked_words: bytes = pyrage.encrypt(words.encode(), [to], armored=True)
    return locked_words.decode("ascii")


def _crypt4gh(words: str, public: str) -> str:
    from crypt4gh import lib

    logging.getLogger("crypt4gh").setLevel(logging.CRITICAL)  # it would log keys
    try:
        raw = base64.b64decode(public, validate=True)
        out = io.BytesIO()
        lib.encrypt([(0, os.urandom(32), raw)], io.BytesIO(words.encode()), out)
    except (ValueError, SystemError) as error:  # the second for a point of the curve that is none
        raise ValueError("This is no Crypt4GH key; paste the public one once more.") from error
    return base64.encodebytes(out.getvalue()).decode("ascii")
