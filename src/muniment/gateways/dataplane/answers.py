"""What the data plane answers, as values; how it refuses, as exceptions."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muniment.dataplane.spec import specification
from muniment.dataplane.spec.exact import Exact, ExactTable


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


class Unavailable(Failed):
    """Something that the data plane needs is away or full now; later it may not be."""


class Stopped(Exception):
    """The request was canceled; nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement signs, with its hash (`sha256:<hex>`)."""

    terms: dict[str, object]
    terms_hash: str

    @property
    def terms_text(self) -> str:
        """The terms in canonical form: what an agreement keeps and Annex B signs."""
        return specification.canonical(self.terms).decode()


@dataclass(frozen=True, slots=True)
class Drawn(Terms):
    """Terms and plan as of now, with their hashes."""

    plan: dict[str, object]
    plan_hash: str

    @property
    def plan_text(self) -> str:
        """The plan in canonical form."""
        return specification.canonical(self.plan).decode()


@dataclass(frozen=True, slots=True)
class Counted:
    """One part's protected answer. `exact` is there only when a purpose was given."""

    part: str
    shown: int | None
    says: str
    document: dict[str, object]
    exact: Exact | None
    embargoed_until: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What tells whether one part is enough."""

    part: str
    exact: ExactTable


@dataclass(frozen=True, slots=True)
class Built:
    """A finished package. The receipt is internal: exact numbers, SQL."""

    folder: str
    manifest: dict[str, Any]
    manifest_hash: str
    receipt: dict[str, Any]

    @property
    def manifest_text(self) -> str:
        """The signed manifest in canonical form, which is how its file is written."""
        return specification.canonical(self.manifest).decode()
