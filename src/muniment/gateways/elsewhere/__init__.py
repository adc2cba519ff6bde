"""Signing elsewhere: one PDF for one signer, in an envelope at a provider that the office declared.

    MUNIMENT_ESIGN_URL=https://sign.example.org/api

The shape is DocuSeal's open HTTP interface (https://www.docuseal.com/docs/api), which hosts run for
themselves as well; the fake holds to the same contract. The provider writes no mail for us: the
signer finds the address on our page.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Failed(Exception):
    """The provider did not do it; it may be tried again."""


class Unreachable(Failed):
    """The provider does not answer, or not now; later it may."""


class State(StrEnum):
    """How far an envelope is."""

    WAITING = "waiting"
    SIGNED = "signed"
    DECLINED = "declined"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One signature on one PDF; `once` makes a repeated wish the same wish.

    `page` (from 1) is where the provider draws the signature.
    """

    title: str
    pdf: bytes
    page: int
    name: str
    email: str
    back_to: str
    once: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The envelope that was made: its name at the provider, and where its signer signs."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the provider says of an envelope. `at` is the time of signing by its clock, `reason`
    why the signer declined, `file` where the signed PDF is.
    """

    state: State
    at: datetime | None = None
    reason: str = ""
    file: str = ""
