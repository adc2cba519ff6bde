"""Ask a provider over its HTTP interface: encrypted, sent nowhere else, and read up to a size."""

import urllib.parse
import urllib.request
from typing import Any

from muniment.gateways.loopback import is_loopback

TOO_MANY, BROKEN = 429, 500


class _Still(urllib.request.HTTPRedirectHandler):
    """Whoever answers for a provider sends us, and what we send, nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def is_safe(address: str) -> bool:
    """Whether it begins with https; only this machine is spoken to in clear."""
    parts = urllib.parse.urlsplit(address)
    here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return parts.scheme == "https" or here


def read(request: urllib.request.Request, *, most: int, seconds: int) -> bytes:
    """The first `most` bytes of the answer. Raises what urllib raises; a redirect is a fault."""
    with urllib.request.build_opener(_Still).open(request, timeout=seconds) as answer:
        body: bytes = answer.read(most)
        return body


def is_away(status: int) -> bool:
    """Whether an answer says nothing about what was asked: the provider is busy or broken."""
    return status == TOO_MANY or status >= BROKEN
