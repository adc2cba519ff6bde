"""A witness behind an address (C2SP tlog-witness): `POST <url>/add-checkpoint`.

old 20                     the size that it saw last
<base64 of each hash>      the proof that the first 20 entries are the same
(an empty line)
<the signed note>
"""

import base64
import http.client
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from muniment.gateways.loopback import is_loopback
from muniment.notary import notes

from . import Behind, Contradicted, Unreachable

SECONDS = 10
LARGEST = 64 * 1024
SIZE = "text/x.tlog.size"
DIGITS = re.compile(r"[0-9]{1,18}\n?")
REFUSED = (400, 403, 404, 422)


def check(url: str, *, key: str) -> None:
    """Raises ValueError with one sentence for an address or key that is none; both may be empty."""
    if not url:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("MUNIMENT_WITNESS_URL must read https://host/path.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("MUNIMENT_WITNESS_URL: http is for this machine alone; use https.")
    try:
        kind = notes.key_of(key).kind
    except notes.Unreadable as fault:
        raise ValueError(f"MUNIMENT_WITNESS_KEY: {fault}") from None
    if kind != notes.COSIGNATURE:
        raise ValueError("MUNIMENT_WITNESS_KEY is not the key of a witness (cosignature/v1).")


def add(url: str, note: str, *, old: int, proof: Sequence[bytes]) -> str:
    """Show the note to the witness; its cosignature lines.

    Raises Behind where it saw another size than `old`, Contradicted where it refuses, Unreachable.
    """
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in proof)]
    body = "".join(f"{line}\n" for line in lines) + f"\n{note}"
    status, kind, said = _post(url, body.encode())
    if status == 200:
        return said
    if status == 409 and kind == SIZE and DIGITS.fullmatch(said):
        raise Behind(int(said))
    if status in REFUSED:
        raise Contradicted(f"The witness refused the checkpoint ({status}).")
    raise Unreachable(f"The witness answered {status}, without a cosignature.")


def _post(url: str, body: bytes) -> tuple[int, str, str]:
    """One request, no redirect followed: status, kind and text of the answer."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", body)
        answer = connection.getresponse()
        said = answer.read(LARGEST).decode()
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise Unreachable(f"The witness does not answer: {type(error).__name__}.") from None
    finally:
        connection.close()
    return answer.status, answer.headers.get_content_type(), said
