"""Builds for tests: a holding on disk, keys of known bytes, and the rows a recipient reads."""

import csv
import datetime
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import approval, manifest, policy, release
from muniment.dataplane.extract import staging
from muniment.dataplane.release import gather
from muniment.dataplane.spec import holding, specification
from tests.dataplane import tables

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
APPROVER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
LINE_KEY = bytes(range(100, 132))
OTHER_LINE_KEY = bytes(range(132, 164))
ERRAND = manifest.Errand(request="R-2026-1", agreement="A-7", line="L-3", build=1)

WHOLE = {
    "subjects": ["USUBJID", "SEX", "AGE", "BMI", "STATE", "CONSENTED", "START", "NOTE"],
    "events": ["USUBJID", "TERM", "SERIOUS", "GRADE", "ONSET"],
}


@dataclass
class Bench:
    """A place with one holding. Each build gets a folder of its own."""

    root: Path
    folder: Path
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def at(cls, root: Path, *, persons: int = 120, **settings: object) -> "Bench":
        return cls(root, tables.small_holding(root / "holding", persons=persons, **settings))

    def order(
        self,
        asked: Mapping[str, object],
        *,
        override: Mapping[str, object] | None = None,
        paper: approval.Approval | None = None,
        now: datetime.datetime = NOW,
        part_ids: Sequence[str] | None = None,
    ) -> release.Order:
        number = next(self._numbers)
        return release.Order(
            asked=specification.parse(asked),
            folders={holding.load(self.folder).key: self.folder},
            overrides={} if override is None else {policy.ALL: policy.read(override)},
            out=self.root / "out" / f"package-{number}",
            receipt=self.root / "receipts" / f"{number}.json",
            now=now,
            paper=paper,
            part_ids=part_ids,
        )

    def build(
        self, asked: Mapping[str, object], *, line_key: bytes = LINE_KEY, **more: object
    ) -> release.Built:
        keys = release.Keys(line_key, SIGNER)
        return release.build(self.order(asked, **more), keys=keys)

    def approved(
        self,
        asked: Mapping[str, object],
        *,
        override: Mapping[str, object] | None = None,
        errand: manifest.Errand = ERRAND,
        part_ids: Sequence[str] | None = None,
        kinds: Sequence[str] = staging.KINDS,
    ) -> approval.Approval:
        """The paper for a plan as of now, signed and read back."""
        order = self.order(asked, override=override)
        drawn = gather.draw(
            gather.Given(order.asked, order.folders, order.overrides), part_ids=part_ids
        )
        data = approval.sign(
            drawn.terms,
            drawn.plan,
            errand=errand,
            parts=[part.id for part in drawn.parts],
            line_key=approval.named(LINE_KEY),
            kinds=kinds,
            key=APPROVER,
            signed_at=NOW,
        )
        return approval.opened(data, key=APPROVER.public_key())


def rows(built: release.Built, table: str) -> list[dict[str, str]]:
    """The CSV rows of a table of a package."""
    with (built.folder / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held(bench: Bench, table: str) -> list[dict[str, str]]:
    """The CSV rows of a table of the holding."""
    with (bench.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(built: release.Built) -> dict[str, bytes]:
    """Every byte of a package, by path."""
    return {
        path.relative_to(built.folder).as_posix(): path.read_bytes()
        for path in sorted(built.folder.rglob("*"))
        if path.is_file()
    }
