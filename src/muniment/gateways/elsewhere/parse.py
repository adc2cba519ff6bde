"""What the provider reports (DocuSeal's signed webhook): which envelope to look at, and no more.

What happened to it is asked of the provider itself, so that a report can be repeated, come late or
lie about its content without moving anything.
"""

import json
from datetime import datetime
from typing import Any

from muniment.gateways import reported

Invalid = reported.Invalid
LARGEST = 2_000_000
ABOUT_A_SIGNER, ABOUT_ALL = "form.", "submission."


def event(body: bytes, *, signature: str, secret: str, now: datetime) -> str | None:
    """The envelope that a report is about; None for a report of anything else.

    `signature` is the header `<seconds>.<hex>`. Raises Invalid for a wrong or an old one.
    """
    time, _, given = signature.partition(".")
    if not reported.is_signed(body, time=time, given=[given], secret=secret, now=now):
        raise Invalid("The report is not signed by the signing provider, or it is too old.")
    try:
        said: dict[str, Any] = json.loads(body)
        kind, data = str(said["event_type"]), said["data"]
        if kind.startswith(ABOUT_A_SIGNER):
            return str(int(data["submission_id"]))
        return str(int(data["id"])) if kind.startswith(ABOUT_ALL) else None
    except (ValueError, KeyError, TypeError, OverflowError) as fault:
        raise Invalid(f"The report cannot be read: {type(fault).__name__}.") from None
