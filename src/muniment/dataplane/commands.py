"""What the data plane process can be asked, one function a command: plain JSON in, plain JSON out.

`keys` holds bytes by name, and came by another road than the request. Every command raises
`Refused` for what the caller can mend.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from muniment.dataplane import (
    approval,
    asking,
    counts,
    embargo,
    engines,
    holding_check,
    plan,
    refusals,
    release,
    signatures,
    verify,
)
from muniment.dataplane.counts import sufficiency
from muniment.dataplane.cube import commands as cubes
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract import staging
from muniment.dataplane.extract.watch import Stopped, Watch
from muniment.dataplane.freetext import held as holding_texts
from muniment.dataplane.loading import commands as loading
from muniment.dataplane.package import commands as departing
from muniment.dataplane.refusals import Refused
from muniment.dataplane.release import gather
from muniment.dataplane.spec import faults, holding, specification
from muniment.dataplane.trace import commands as tracing

if TYPE_CHECKING:
    import duckdb

__all__ = ["BY_NAME", "Refused", "Stopped", "Watch", "versions"]

Asked = asking.Asked
Brought = asking.Brought
Told = dict[str, object]


def versions() -> Told:
    """What answers."""
    return {"dataplane": 1, "compiler_version": plan.compiler_version()}


def check(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`holding`: a folder. The findings of a holding check; the content hash of a sound one."""
    folder = Path(asking.text(asked, "holding"))
    report = holding_check.check(folder)
    sound = plan.content_hash(folder, holding.load(folder)) if report.fit else None
    return {**report.document(), "content_hash": sound}


def count(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`specification`, `holdings`, `now`, and noise keys named `noise:holding@edition`.

    With a `purpose` (staff only; the caller records it) each part also carries `exact`, and with
    `attrition` how many are left after each criterion, which costs a question each. `engine`
    is as for `build`; `scratch` a folder for what does not fit into memory.
    """
    wanted = asking.wanted(asked)
    found = gather.places(wanted.parts, asking.folders(asked))
    parts = []
    for done, part in enumerate(wanted.parts):
        watch.step(f"count {part.id} in {part.holding}", done, len(wanted.parts))
        folder, source = found[part.holding, part.edition]
        try:
            parts.append(_counted(part, source, folder, asked, keys))
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    return {"specification_hash": wanted.hash, "parts": parts}


def weigh(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`specification`, `holdings`, `now`, `purpose`. Staff only: what tells whether it is enough.

    `others` holds approved parts of the same holding by name, under the id of the part they are
    compared with. The caller records who looks and why.
    """
    wanted = asking.wanted(asked)
    found = gather.places(wanted.parts, asking.folders(asked))
    purpose, now = asking.text(asked, "purpose"), asking.moment(asked)
    parts = []
    for part in wanted.parts:
        watch.step(f"weigh {part.id}")
        folder, source = found[part.holding, part.edition]
        others = asking.others(asked, part.id)
        try:
            with _opened(source, folder, asked) as connection:
                weighed = sufficiency.of(
                    part, holding=source, connection=connection, as_of=now, others=others
                )
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
        parts.append({"part": part.id, "exact": weighed.reveal(purpose=purpose)})
    return {"parts": parts}


def terms(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`specification`, `holdings`, `policies`. What an agreement signs; no row is read for it.

    `policies` holds method policies by what each is for: `holding@edition`, `holding`, or an empty
    name for every holding without its own. `declared` holds descriptors of holdings whose files
    are elsewhere. Parts whose holding is neither given nor declared are left out.
    """
    made = gather.terms_of(asking.given(asked))
    return {"terms": made.document(), "terms_hash": made.hash}


def draw(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """Terms and plan as of now, with hashes, for a line that delivers `parts` (all where none).

    Beside what `terms` takes: `terms_version`, that of the terms which were signed (else the
    newest).
    """
    drawn = _drawn(asked, watch)
    return {
        "terms": drawn.terms.document(),
        "terms_hash": drawn.terms.hash,
        "plan": drawn.plan.document(),
        "plan_hash": drawn.plan.hash,
    }


def paper(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """An approval file before its signature, for the plan as of now.

    Beside what `draw` takes: `errand`, `now`, `key` (the approver's public key, PEM), `kinds` of
    files, `terms_hash`, what Annex B signed, and the key `line`, which the paper names and does
    not show. Refuses (plan-changed) when the terms are others.
    """
    drawn = _drawn(asked, watch)
    if drawn.terms.hash != asked.get("terms_hash"):
        message = "The terms are not those of the signed agreement; have them signed again."
        raise refusals.refused("plan-changed", message, differs=["terms_hash"])
    drafted = approval.drafted(
        drawn.terms,
        drawn.plan,
        errand=asking.errand(asked),
        parts=[part.id for part in drawn.parts],
        line_key=approval.named(asking.key(keys, "line")),
        kinds=asking.kinds(asked),
        signed_at=asking.moment(asked),
    )
    public = signatures.public_key(asking.text(asked, "key").encode(), name="The approval key")
    return {
        "paper": signatures.with_key_id(drafted, key=public),
        "plan_hash": drawn.plan.hash,
    }


def build(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """Beside what `draw` takes: `out`, `receipt`, `now`, `approval` (a file's text, or null).

    Keys: `line` (32 bytes), `manifest` (private, PEM), and under an approval `approval` (public,
    PEM). Answers the folder, the manifest, its SHA-256 and the receipt. Optional: `engine` (`kind`,
    `memory_limit`, `master`, `secret`), `resume` (a folder for finished pieces), `kinds` of files
    (else those that were approved, and in a rehearsal Parquet and CSV),
    `codes` (the line's sealed list of random codes, read and written), `redactions` (files),
    `earlier` (files of prints), `published` (documents of public tables); with a key `sketch`
    prints are kept beside the receipt.
    """
    order, held = asking.order(asked, keys), asking.build_keys(asked, keys)
    built = release.build(order, keys=held, watch=watch)
    return {
        "folder": str(built.folder),
        "manifest": built.manifest,
        "manifest_hash": specification.digest(built.manifest),
        "receipt": built.receipt,
    }


def check_package(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`folder`, `key` (public, PEM), `rehearsal`. The manifest of a folder that held."""
    public = signatures.public_key(asking.text(asked, "key").encode(), name="The key")
    folder = Path(asking.text(asked, "folder"))
    held = verify.folder(folder, key=public, rehearsal=bool(asked.get("rehearsal")))
    return {"manifest": held.document, "files": held.files, "bytes": held.bytes}


def texts(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`out`: a file for the held texts of `field` (table.field), in the rows of one part.

    Beside it what `draw` takes, and `now`. For staff only: the file holds the texts themselves.
    """
    watch.step("read the texts")
    found = gather.places(asking.wanted(asked).parts, asking.folders(asked))
    held = holding_texts.of(
        gather.chosen(asking.wanted(asked), asking.part_ids(asked)),
        found,
        field=asking.text(asked, "field"),
        now=asking.moment(asked),
    )
    return holding_texts.write(held, Path(asking.text(asked, "out")))


def sweep(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`folder`: delete what killed builds left there."""
    return {"swept": staging.sweep(Path(asking.text(asked, "folder")))}


BY_NAME: Mapping[str, Callable[[Asked, Brought, Watch], Told]] = {
    "check": check,
    "count": count,
    "weigh": weigh,
    "terms": terms,
    "draw": draw,
    "paper": paper,
    "build": build,
    "verify": check_package,
    "sweep": sweep,
    "texts": texts,
    "pack": departing.pack,
    "sample": departing.sample,
    "inspect": departing.inspect,
    "load": loading.load,
    "bring": loading.bring_in,
    "examine": loading.examine,
    "profile": loading.profiled,
    "diff": loading.differing,
    "cube": cubes.make,
    "trace": tracing.trace,
}


def _counted(
    part: specification.Part,
    source: holding.Holding,
    folder: Path,
    asked: Asked,
    keys: Brought,
) -> Told:
    noise_key = asking.key(keys, f"noise:{source.holding}@{source.edition}")
    purpose, now = asked.get("purpose"), asking.moment(asked)
    with _opened(source, folder, asked) as connection:
        shown = counts.protected(
            part, holding=source, connection=connection, key=noise_key, as_of=now
        )
        lifts = embargo.lifts_at(part, holding=source, connection=connection, now=now)
        told: Told = {
            "part": part.id,
            **shown.document(),
            "breakdown": None,
            "embargoed_until": lifts.isoformat() if lifts else None,
        }
        if part.group_by:
            cells = counts.breakdown(
                part, holding=source, connection=connection, key=noise_key, as_of=now
            )
            told["breakdown"] = cells.document()
        if asked.get("attrition"):
            left = counts.attrition(
                part, holding=source, connection=connection, key=noise_key, as_of=now
            )
            told["attrition"] = left.document()
        if isinstance(purpose, str):
            exact = counts.exact(part, holding=source, connection=connection, as_of=now)
            told["exact"] = exact.reveal(purpose=purpose)
    return told


@contextmanager
def _opened(
    source: holding.Holding, folder: Path, asked: Asked
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """Counts ask whatever engine is open in the place of a connection."""
    scratch = asked.get("scratch")
    if scratch is None:
        with engine.open(source, folder=folder) as connection:
            yield connection
        return
    beside = Path(str(scratch)) / "count"
    with (
        staging.beside(beside, setting=asking.setting(asked)) as stage,
        engines.open(source, folder=folder, setting=stage.setting, spill=stage.spill) as port,
    ):
        yield port  # type: ignore[misc]


def _drawn(asked: Asked, watch: Watch) -> gather.Drawn:
    watch.step("hash the holdings")
    return gather.draw(asking.given(asked), part_ids=asking.part_ids(asked))
