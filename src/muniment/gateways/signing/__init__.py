"""Seals on agreements: one PAdES signature of the programme for each step, and how they check out.

A seal says: the programme attests that this person, so authenticated, signed what had this hash at
this time (privacy, B3). It is the programme's own signature and not the person's.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What one seal attests; `number` counts from 1 and names the signature field."""

    number: int
    signer: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """The file with one more signature; `level` is "B-B", or "B-LTA" where an authority stamped."""

    pdf: bytes
    level: str


@dataclass(frozen=True, slots=True)
class Found:
    """One signature as it was found: whose step, and what is wrong with it, if anything."""

    signer: str
    reason: str
    stamped: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a file's seals say. `faults` are those of the file as a whole."""

    steps: tuple[Found, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Every seal is ours and whole, nothing came after the last, and there is one."""
        return bool(self.steps) and not self.faults and not any(each.faults for each in self.steps)
