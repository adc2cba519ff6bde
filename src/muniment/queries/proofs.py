"""What a letter's code stands for."""

import hashlib
from enum import StrEnum

from muniment import models


class Kind(StrEnum):
    """Letters that carry a code."""

    SUPPORT = "support"
    DECISION = "decision"
    AGREEMENT = "agreement"
    ADDENDUM = "addendum"
    DESTRUCTION = "destruction"


class Outcome(StrEnum):
    """What such a letter says in one word."""

    AVAILABILITY = "availability"
    APPROVED = "approved"
    DENIED = "denied"
    ISSUED = "issued"
    SIGNED = "signed"
    EXTENDED = "extended"
    CERTIFIED = "certified"


def code_sha256(code: str) -> str:
    """What is kept of a code; spaces, dashes and letter case do not matter when it is typed."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def find(code: str) -> models.Proof | None:
    """The letter with this code; None where we never sent one."""
    return models.Proof.objects.filter(code_sha256=code_sha256(code)).first()
