"""Timestamps of an authority (RFC 3161), for seals. The only address asked is the declared one.

    MUNIMENT_TIMESTAMP_URL=https://stamps.example.org/tsa      its certificate in
    MUNIMENT_HOME/keys/timestamp.crt                           (PEM, one or several)

One's own authority proves nothing to others; it is a tool for tests (privacy, B3).
"""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from muniment.gateways.loopback import is_loopback

SECONDS = 10
LARGEST = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class Unreachable(Exception):
    """The authority does not answer, or not with a timestamp; it may be asked again."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority: `ask` sends the DER of a request and returns that of the reply."""

    ask: Callable[[bytes], bytes]
    certificates: Path

    def stamper(self) -> Any:
        """What the signing library calls for a timestamp; nonce and imprint are checked there."""
        from asn1crypto import tsp  # type: ignore[import-untyped]
        from pyhanko.sign import timestamps
        from pyhanko.sign.timestamps import TimestampRequestError

        ask = self.ask

        class Asking(timestamps.TimeStamper):
            async def async_request_tsa_response(self, req: Any) -> Any:
                return tsp.TimeStampResp.load(ask(req.dump()))

            async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
                try:
                    return await super().async_timestamp(message_digest, md_algorithm)
                except (TimestampRequestError, ValueError) as fault:
                    raise Unreachable(f"The timestamp authority refused: {fault}") from None

        return Asking()  # type: ignore[no-untyped-call]

    def token(self, data: bytes) -> bytes:
        """The authority's word on when these bytes were there, as DER. Raises Unreachable."""
        import asyncio
        import hashlib

        stamped = self.stamper().async_timestamp(hashlib.sha256(data).digest(), "sha256")
        token: bytes = asyncio.run(stamped).dump()
        return token

    def roots(self) -> tuple[bytes, ...]:
        """The certificates whose timestamps count, each as PEM."""
        try:
            text = self.certificates.read_text(encoding="ascii")
        except FileNotFoundError:
            return ()
        end = "-----END CERTIFICATE-----"
        return tuple(f"{each.strip()}\n{end}\n".encode() for each in text.split(end)[:-1])


def at(url: str, *, home: Path) -> Authority | None:
    """The declared authority; None for an empty address. Raises ValueError with one sentence."""
    if not url:
        return None
    parts = urlparse(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("MUNIMENT_TIMESTAMP_URL must read https://host/path.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("MUNIMENT_TIMESTAMP_URL: http is for this machine alone; use https.")
    return Authority(lambda query: _ask(url, query), home / "keys" / "timestamp.crt")


def _ask(url: str, query: bytes) -> bytes:
    """One request, no redirect followed."""
    parts = urlparse(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", parts.path or "/", query, {"Content-Type": QUERY})
        answer = connection.getresponse()
        body = answer.read(LARGEST)
    except (OSError, http.client.HTTPException) as error:
        said = f"The timestamp authority does not answer: {type(error).__name__}."
        raise Unreachable(said) from None
    finally:
        connection.close()
    if answer.status != 200 or answer.headers.get_content_type() != REPLY:
        raise Unreachable(f"The timestamp authority answered {answer.status}, without a timestamp.")
    return body
