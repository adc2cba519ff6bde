"""Source files in, a holding's edition out: read, convert, check, write, publish in one rename.

What is published is what was checked: every table goes into a hidden folder as text first, with
the file and row each record came from; the holding check runs on that, so that a fault is told
where its author can mend it; then the tables are written with types and checked once more.
Sources are only ever read.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment.dataplane import holding_check, refusals
from muniment.dataplane.extract import staging
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.holding_check import report
from muniment.dataplane.loading import documents, editions, found, raw, wanted
from muniment.dataplane.spec import faults


@dataclass(frozen=True, slots=True)
class Order:
    """What to load and where.

    `sources` are files, folders, `s3://bucket/prefix` or `postgresql:VARIABLE`. One of
    `descriptor` (a datapackage.json whose paths name source files) and `mapping` (a file that
    says how tables come out of sources). `s3` configures the object store. `environment` is where
    addresses and keys are looked up; they are never written anywhere.
    """

    sources: Sequence[str]
    out: Path
    now: datetime.datetime
    descriptor: Path | None = None
    mapping: Path | None = None
    s3: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`folder` is None where the report has faults: then nothing was written."""

    report: report.Report
    folder: Path | None = None
    content_hash: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        return {
            **self.report.document(),
            "muniment_holding_load": 1,
            "folder": None if self.folder is None else str(self.folder),
            "content_hash": self.content_hash,
            "rows": dict(self.rows),
        }


def load(order: Order, *, watch: Watch | None = None) -> Outcome:
    """Load an edition, all of it or nothing.

    Faults of the data are in the report. Raises `Refused` for what is wrong with the order
    itself: the descriptor, the mapping, a source that is not there, a folder that is.
    """
    watch = watch or Watch()
    if order.out.exists() or order.out.is_symlink():
        message = f"{order.out} already exists; an edition is never changed. Name a new folder."
        raise refusals.refused("edition-exists", message)
    try:
        asked = documents.read(order.descriptor, order.mapping)
        with staging.beside(order.out) as stage:
            return _load(order, asked, stage, watch)
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    except OSError as error:
        message = f"The edition cannot be written: {error.strerror or error}."
        raise refusals.refused("cannot-write", message) from None


def _load(order: Order, asked: wanted.Asked, stage: staging.Staging, watch: Watch) -> Outcome:
    notes = report.Notes()
    places = found.find(
        order.sources,
        asked.tables,
        s3=order.s3,
        environment=order.environment,
        fetched=stage.root / "fetched",
        watch=watch,
    )
    with places:
        tables = [
            raw.write(each, places, stage.root / "raw", notes, watch) for each in asked.tables
        ]
    if notes.faults:
        return Outcome(notes.report(None))
    asked = asked.with_labels({each.name: each.labels for each in tables})
    documents.write(stage.root / "raw", asked.document)
    watch.step("check every cell")
    said = raw.told(holding_check.check(stage.root / "raw"), tables)
    if not said.fit:
        return Outcome(said)
    edition = editions.write(
        asked, stage, rows={each.name: each.rows for each in tables}, watch=watch
    )
    said = _again(said, holding_check.check(stage.package))
    if not said.fit:
        return Outcome(said)
    editions.seal(stage.package, edition, sources=places.digests(), now=order.now)
    watch.step("publish")
    staging.publish(stage, out=order.out)
    return Outcome(said, order.out, edition.content_hash, edition.rows)


def _again(first: report.Report, second: report.Report) -> report.Report:
    """The first report's warnings name source rows; the second may only add faults."""
    return first if second.fit else second
