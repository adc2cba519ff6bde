"""What the data plane answers, as values; how it refuses, as exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muniment.dataplane.spec.exact import Exact


@dataclass(frozen=True, slots=True)
class Refusal:
    """The data plane's own reason; the same three parts as the rulebook's."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


class Refused(Exception):
    """The data plane said no; nothing was done."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(refusal.message for refusal in refusals))

    @property
    def code(self) -> str:
        """The first reason's code."""
        return self.refusals[0].code


class Failed(Exception):
    """The data plane broke or died; its sentence says where, and quotes no data."""


class Stopped(Exception):
    """The request was canceled; nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Terms and plan as of now, with their hashes (`sha256:<hex>`)."""

    terms: dict[str, object]
    terms_hash: str
    plan: dict[str, object]
    plan_hash: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One part's protected answer. `exact` is there only when a purpose was given."""

    part: str
    shown: int | None
    says: str
    document: dict[str, object]
    exact: Exact | None


@dataclass(frozen=True, slots=True)
class Built:
    """A finished package. The receipt is internal: exact numbers, SQL."""

    folder: str
    manifest: dict[str, object]
    manifest_hash: str
    receipt: dict[str, object]
