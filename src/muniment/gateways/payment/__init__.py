"""The card provider: a page on which a sum is paid while it is open, and a signed report of it.

The shape is Stripe's Checkout; the fake holds to the same contract. Card numbers never come here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


class Failed(Exception):
    """The provider did not make the page; it may be tried again."""


class Unreachable(Failed):
    """The provider does not answer, or not now; later it may."""


SHORTEST = timedelta(minutes=30)
"""The provider makes no page that closes sooner than this, nor later than after a day."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sum to be paid for one invoice; `once` makes a repeated wish the same wish.

    After `until` the page takes no money, so that another one for the same sum may be made.
    """

    invoice: str
    amount_minor: int
    currency: str
    back_to: str
    once: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """The page that was made: its name at the provider, and where it is."""

    name: str
    address: str
