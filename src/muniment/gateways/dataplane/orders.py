"""What the data plane is asked to work from, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment.gateways.dataplane.child import Message


@dataclass(frozen=True, slots=True)
class Order:
    """What a plan is drawn from: plain JSON documents and the folders of the holdings.

    `policies` are the method policies as they are now, each under what it is for
    (`holding@edition`, `holding`, or an empty name for all others); a holding without one leaves by
    its descriptor. `parts` are the parts a release line delivers, None for all; `terms_version` is
    the form of the terms that were signed, None for the newest. `declared` are descriptors of
    holdings whose files are built elsewhere. `over_time` says that later editions of the parts
    leave under the same codes.
    """

    specification: Mapping[str, object]
    folders: Sequence[Path]
    policies: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    parts: Sequence[str] | None = None
    terms_version: int | None = None
    declared: Sequence[Mapping[str, object]] = ()
    over_time: bool = False

    def message(self) -> Message:
        return {
            "specification": dict(self.specification),
            "holdings": [str(folder.resolve()) for folder in self.folders],
            "policies": {name: dict(each) for name, each in self.policies.items()},
            "parts": None if self.parts is None else list(self.parts),
            "terms_version": self.terms_version,
            "declared": [dict(each) for each in self.declared],
            "over_time": self.over_time,
        }


@dataclass(frozen=True, slots=True)
class Means:
    """With what to build: an engine (`kind`, `memory_limit`, `master`, `secret`), a folder where
    finished pieces lie, sealed, for the next try, the kinds of files (None: those that were
    approved, and in a rehearsal Parquet and CSV)."""

    engine: Mapping[str, str] | None = None
    resume: Path | None = None
    kinds: Sequence[str] | None = None

    def message(self) -> Message:
        return {
            "engine": dict(self.engine or {}),
            "resume": None if self.resume is None else str(self.resume.absolute()),
            "kinds": None if self.kinds is None else list(self.kinds),
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """What a build has beside its holdings, each file where the child may read it.

    `codes` is the line's sealed list of random codes, read and written anew; `redactions` are
    approved ones of free text, `earlier` the prints of earlier releases, `published` documents of
    public tables.
    """

    codes: Path | None = None
    redactions: Sequence[Path] = ()
    earlier: Sequence[Path] = ()
    published: Sequence[Mapping[str, object]] = ()

    def message(self) -> Message:
        return {
            "codes": None if self.codes is None else str(self.codes.absolute()),
            "redactions": [str(path.resolve()) for path in self.redactions],
            "earlier": [str(path.resolve()) for path in self.earlier],
            "published": [dict(document) for document in self.published],
        }
