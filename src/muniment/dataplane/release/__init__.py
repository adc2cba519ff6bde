"""A build, from plan to package: engine, methods, risk, files, manifest. All of it or nothing.

Only this module decides what leaves. A column leaves when the specification names it, its holding
gives it a class, and its method lets it out; a row when it belongs to the cohort and is under no
embargo at the moment of the build.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment.dataplane import (
    approval,
    crosswalk,
    engines,
    manifest,
    policy,
    receipt,
    refusals,
    signatures,
    terms,
)
from muniment.dataplane import plan as plans
from muniment.dataplane.extract import partitions, staging
from muniment.dataplane.extract.lookups import Secrets
from muniment.dataplane.extract.watch import Watch
from muniment.dataplane.freetext import review
from muniment.dataplane.package import readme
from muniment.dataplane.release import gather, papers, parts
from muniment.dataplane.risk import joins
from muniment.dataplane.spec import faults, fields, holding, specification
from muniment.dataplane.trace import sketch, writing


@dataclass(frozen=True, slots=True)
class Order:
    """What to build and where.

    `asked`, `overrides` and the `declared` holdings (`gather.Given`) are what the caller holds
    now; under a `paper` they must be what was approved. `now` carries a zone and decides about
    embargoes. Without a paper the build is a rehearsal. `part_ids` are the parts the line delivers,
    None for all. `setting` is the engine, `resume` a folder for finished pieces, `kinds` the forms
    in which each table leaves,
    `earlier` the prints of earlier releases, to say whom they share; `published` are the public
    tables of the holdings. `codes` is where the line's random codes are kept, sealed, from before
    the package exists.
    """

    asked: specification.Specification
    folders: gather.Folders
    overrides: policy.Overrides
    out: Path
    receipt: Path
    now: datetime.datetime
    paper: approval.Approval | None = None
    part_ids: Sequence[str] | None = None
    setting: engines.Setting = engines.EMBEDDED
    resume: Path | None = None
    kinds: tuple[str, ...] = staging.KINDS
    earlier: Sequence[Path] = ()
    published: Sequence[Mapping[str, object]] = ()
    codes: Path | None = None
    declared: holding.Holdings = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`line` makes pseudonyms and shifts; `sign` signs the manifest. Never shown.

    `crosswalk` is the line's list of random codes; a release that needs one adds to it, and it is
    kept at the order's `codes` or by the caller. `redactions` are the approved ones of free text,
    by their hash.
    `sketch` prints courses, alike in all releases of a programme; without it no prints are kept.
    """

    line: bytes
    sign: Ed25519PrivateKey
    crosswalk: "crosswalk.Crosswalk | None" = None
    redactions: Mapping[str, review.Approved] = field(default_factory=dict)
    sketch: bytes | None = None

    def secret(self) -> Secrets:
        """What the methods need. Without a list, codes are drawn for this build alone."""
        return Secrets(self.line, self.crosswalk or crosswalk.Crosswalk(), self.redactions)

    def __repr__(self) -> str:
        return "Keys(hidden)"


@dataclass(frozen=True, slots=True)
class Built:
    """What a finished build left behind."""

    folder: Path
    manifest: dict[str, object]
    receipt: dict[str, object]


def build(order: Order, *, keys: Keys, watch: Watch | None = None) -> Built:
    """Build a release or a rehearsal. Raises `Refused`, or `Stopped` through `watch`.

    On any failure neither package nor receipt exists, and no working file is left.
    """
    watch = watch or Watch()
    receipt.refuse_existing(order.receipt)
    receipt.refuse_existing(sketch.beside(order.receipt))
    try:
        drawn = _drawn(order, keys, watch)
        finished = _finished(order, drawn, keys)
        with staging.beside(
            order.out, setting=order.setting, partitions=finished, kinds=order.kinds
        ) as stage:
            return _build(order, drawn, keys, watch, stage)
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    except OSError as error:
        raise refusals.not_written(error, "The package cannot be written") from None


def _drawn(order: Order, keys: Keys, watch: Watch) -> gather.Drawn:
    """Terms first, then the plan: what differs earliest is named."""
    watch.step("check the specification")
    asked, version = order.asked, terms.VERSION
    if order.paper:
        wanted = [part.id for part in gather.chosen(asked, order.part_ids)]
        approval.check_request(
            order.paper, asked=asked, parts=wanted, line_key=keys.line, kinds=order.kinds
        )
        version = terms.version_of(order.paper.terms.contents)
    given = gather.Given(asked, order.folders, order.overrides, order.declared, version)
    outlined = gather.outline(given, part_ids=order.part_ids)
    if order.paper:
        approval.check_terms(order.paper, terms=outlined.terms)
    watch.step("hash the holdings")
    drawn = gather.planned(outlined)
    if order.paper:
        approval.check_plan(order.paper, plan=drawn.plan)
    return drawn


def _finished(order: Order, drawn: gather.Drawn, keys: Keys) -> partitions.Partitions | None:
    """Where pieces of this very build lie. Random codes are drawn anew, so nothing is kept then."""
    if order.resume is None or _draws_codes(drawn):
        return None
    moment = ""
    if any(source.embargo for source in drawn.holdings.values()):
        moment = order.now.astimezone(datetime.UTC).isoformat()
    order.resume.mkdir(mode=0o700, parents=True, exist_ok=True)
    return partitions.Partitions(order.resume, f"{drawn.plan.hash} {moment}", keys.line)


def _build(
    order: Order, drawn: gather.Drawn, keys: Keys, watch: Watch, stage: staging.Staging
) -> Built:
    _check_codes(order, drawn, keys)
    before = plans.stamps(drawn.read)
    secret = keys.secret()
    taken: set[str] = set()
    prints = joins.Prints(keys.sketch, sketch.courses(order.earlier))
    known = sketch.aggregates(order.earlier)
    made: list[parts.Made] = []
    for part in drawn.parts:
        done = parts.build(
            drawn,
            part,
            secret=secret,
            now=order.now,
            alone=len(drawn.parts) == 1,
            taken=taken,
            stage=stage,
            watch=watch,
            prints=prints,
            published=order.published,
            known=known,
        )
        made.append(done)
        known += [] if done.left is None else [done.left]
    if plans.stamps(drawn.read) != before or gather.reread(drawn.read) != drawn.holdings:
        message = "The holding's files changed during the build. Nothing was released; build again."
        raise refusals.refused("plan-changed", message, differs=["holding_content_hashes"])
    watch.step("write the package")
    story = _story(order, drawn, made)
    papers.write(stage.package, story, made, plan_hash=drawn.plan.hash)
    return _sealed(order, drawn, keys, watch, stage, made)


def _check_codes(order: Order, drawn: gather.Drawn, keys: Keys) -> None:
    """Random codes that nobody keeps would be others in the next build of the line."""
    if _draws_codes(drawn) and order.paper and keys.crosswalk is None:
        message = "The release assigns random codes, so give the line's list of codes to add to."
        raise refusals.refused("no-crosswalk", message)


def _draws_codes(drawn: gather.Drawn) -> bool:
    ruled = [drawn.methods.holdings[key].rules.values() for key in drawn.places]
    return any(rule.method is fields.Method.RANDOM_CODE for each in ruled for rule in each)


def _story(order: Order, drawn: gather.Drawn, made: Sequence[parts.Made]) -> readme.Story:
    keys = dict.fromkeys((each.part.holding, each.part.edition) for each in made)
    files = {table.name: paths for each in made for table, paths in each.files}
    return readme.Story(
        kind=_kind(order),
        errand=_errand(order),
        sentence=" ".join(each.part.sentence() for each in made),
        made_on=order.now.astimezone(datetime.UTC).date().isoformat(),
        sources=[papers.source(*drawn.places[key]) for key in keys],
        tables=[table for each in made for table, _ in each.files],
        files=files,
        figures=[sentence for each in made for sentence in each.sentences],
    )


def _sealed(
    order: Order,
    drawn: gather.Drawn,
    keys: Keys,
    watch: Watch,
    stage: staging.Staging,
    made: Sequence[parts.Made],
) -> Built:
    """Receipt, manifest, and the rename that makes the package exist."""
    internal = _receipt(order, drawn, made)
    outward = manifest.signed(
        stage.package,
        kind=_kind(order),
        errand=_errand(order),
        hashes={**_hashes(drawn), "receipt_hash": receipt.hash_of(internal)},
        made_on=order.now.astimezone(datetime.UTC).date(),
        parts=[each.outward for each in made],
        key=keys.sign,
    )
    (stage.package / manifest.NAME).write_bytes(outward)
    # Read as the recipient will, before anyone is one.
    document = signatures.opened(outward, key=keys.sign.public_key(), name=manifest.NAME)
    watch.step("publish")
    receipt.write(internal, order.receipt)
    try:
        if order.codes and keys.crosswalk and _draws_codes(drawn):
            crosswalk.write(keys.crosswalk, order.codes, line_key=keys.line)
        if keys.sketch:
            writing.write(stage.package, made, receipt=order.receipt, plan=drawn.plan.hash)
        staging.publish(stage, out=order.out)
    except OSError:
        order.receipt.unlink(missing_ok=True)
        sketch.beside(order.receipt).unlink(missing_ok=True)
        raise
    return Built(order.out, document, internal)


def _receipt(order: Order, drawn: gather.Drawn, made: Sequence[parts.Made]) -> dict[str, object]:
    return receipt.make(
        kind=_kind(order).value,
        errand=_errand(order).document(),
        plan=drawn.plan.document(),
        hashes=_hashes(drawn),
        built_at=order.now.astimezone(datetime.UTC).isoformat(),
        parts=[each.internal for each in made],
        statements=[statement for each in made for statement in each.statements],
    )


def _hashes(drawn: gather.Drawn) -> dict[str, str]:
    return {
        "specification_hash": drawn.asked.hash,
        "terms_hash": drawn.terms.hash,
        "plan_hash": drawn.plan.hash,
    }


def _kind(order: Order) -> manifest.Kind:
    return manifest.Kind.RELEASE if order.paper else manifest.Kind.REHEARSAL


def _errand(order: Order) -> manifest.Errand:
    return order.paper.errand if order.paper else manifest.Errand()
