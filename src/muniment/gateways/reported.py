"""What providers post to us: signed with a secret that both have, over a time and the body.

The time keeps a report that somebody caught from being used for long.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

TOLERANCE_SECONDS = 300


class Invalid(ValueError):
    """Not from the provider, too old, or not to be read."""


def is_signed(body: bytes, *, time: str, given: Iterable[str], secret: str, now: datetime) -> bool:
    """Whether one of the signatures given is HMAC-SHA-256 over time, point and body, in hex.

    `time` is in seconds since 1970, as it was written. Without a secret nothing is signed.
    """
    if not secret or not (time.isascii() and time.isdigit()) or len(time) > 12:
        return False
    if abs(now.timestamp() - int(time)) > TOLERANCE_SECONDS:
        return False
    right = hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(right.encode(), each.encode()) for each in given)
