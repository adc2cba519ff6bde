"""What the provider reports: the signature first, then the one event that is money."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from muniment.gateways import reported

Invalid = reported.Invalid
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
LARGEST = 256_000


@dataclass(frozen=True, slots=True)
class Paid:
    """A sum that was paid by card; `payment` names it at the provider, once and for all."""

    payment: str
    invoice: str
    amount_minor: int
    currency: str
    paid_on: date

    @property
    def key(self) -> str:
        """The same for every report of this payment."""
        return hashlib.sha256(f"card|{self.payment}".encode()).hexdigest()


def event(body: bytes, *, signature: str, secret: str, now: datetime) -> Paid | None:
    """The payment that a report tells of; None for a report of anything else.

    `signature` is the header `t=<seconds>,v1=<hex>…`. Raises Invalid for a wrong or an old one.
    """
    if not _signed(body, signature, secret, now):
        raise Invalid("The report is not signed by the card provider, or it is too old.")
    try:
        said: dict[str, Any] = json.loads(body)
        told = said["data"]["object"]
        if said["type"] not in PAID or told["payment_status"] != "paid":
            return None
        return Paid(
            str(told["payment_intent"]),
            str(told["client_reference_id"]),
            _whole(told["amount_total"]),
            str(told["currency"]).upper()[:3],
            datetime.fromtimestamp(_whole(said["created"]), UTC).date(),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as fault:
        raise Invalid(f"The report cannot be read: {type(fault).__name__}.") from None


def _signed(body: bytes, signature: str, secret: str, now: datetime) -> bool:
    parts = [part.partition("=") for part in signature.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    return len(times) == 1 and reported.is_signed(
        body, time=times[0], given=given, secret=secret, now=now
    )


def _whole(value: object) -> int:
    if type(value) is not int or value <= 0:
        raise ValueError("not a whole number above zero")
    return value
