"""Why the data plane says no: a stable code, one plain sentence, and the values inside it.

The shape is the rulebook's, written again here because this process loads no other ring.
"""

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from muniment.dataplane.spec import faults

DISK_FULL = "disk-full"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the kernel says when there is no room; that says nothing about what was asked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`message` says what to do; `params` holds plain JSON values and never a cell of data."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def document(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, "params": dict(self.params)}

    def __str__(self) -> str:
        return self.message


class Refused(Exception):
    """Nothing was done; `refusals` says why and is never empty."""

    def __init__(self, refusals: Refusal | Iterable[Refusal]) -> None:
        listed = (refusals,) if isinstance(refusals, Refusal) else tuple(refusals)
        self.refusals: tuple[Refusal, ...] = listed
        super().__init__("\n".join(str(refusal) for refusal in listed))

    @property
    def code(self) -> str:
        """The first reason's code."""
        return self.refusals[0].code


def refused(code: str, message: str, **params: object) -> Refused:
    """An exception with a single reason."""
    return Refused(Refusal(code, message, params))


def not_written(error: OSError, message: str) -> Refused:
    """Nothing can be written: there is no room, or no leave. `message` begins the sentence."""
    code = DISK_FULL if error.errno in FULL else "cannot-write"
    return refused(code, f"{message}: {error.strerror or error}.")


def from_faults(faulty: faults.Faulty) -> Refused:
    """The faults of an input as reasons, each with its place."""
    return Refused(Refusal(fault.code, str(fault), {"path": fault.path}) for fault in faulty.faults)
