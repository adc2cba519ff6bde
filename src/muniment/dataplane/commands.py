"""What the data plane process can be asked, one function a command: plain JSON in, plain JSON out.

`keys` holds bytes by name, and came by another road than the request. Every command raises
`Refused` for what the caller can mend.
"""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

from muniment.dataplane import (
    approval,
    counts,
    embargo,
    holding_check,
    manifest,
    plan,
    policy,
    refusals,
    release,
    signatures,
    verify,
)
from muniment.dataplane.engines import duckdb as engine
from muniment.dataplane.extract import staging
from muniment.dataplane.extract.watch import Stopped, Watch
from muniment.dataplane.refusals import Refused
from muniment.dataplane.release import gather
from muniment.dataplane.spec import faults, holding, specification

__all__ = ["BY_NAME", "Refused", "Stopped", "Watch", "versions"]

Asked = Mapping[str, object]
Brought = Mapping[str, object]
Told = dict[str, object]


def versions() -> Told:
    """What answers."""
    return {"dataplane": 1, "compiler_version": plan.compiler_version()}


def check(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`holding`: a folder. The findings of a holding check; the content hash of a sound one."""
    folder = Path(_text(asked, "holding"))
    report = holding_check.check(folder)
    sound = plan.content_hash(folder, holding.load(folder)) if report.fit else None
    return {**report.document(), "content_hash": sound}


def count(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`specification`, `holdings`, `now`, and noise keys named `noise:holding@edition`.

    With a `purpose` (staff only; the caller records it) each part also carries `exact`.
    """
    wanted = _specification(asked)
    found = gather.places(wanted.parts, _folders(asked))
    parts = []
    for part in wanted.parts:
        watch.step(f"count {part.id}")
        folder, source = found[part.holding, part.edition]
        try:
            parts.append(_counted(part, source, folder, asked, keys))
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    return {"specification_hash": wanted.hash, "parts": parts}


def draw(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`specification`, `holdings`, `policy`, `parts`. Terms and plan as of now, with hashes."""
    drawn = _drawn(asked, watch)
    return {
        "terms": drawn.terms.document(),
        "terms_hash": drawn.terms.hash,
        "plan": drawn.plan.document(),
        "plan_hash": drawn.plan.hash,
    }


def paper(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """An approval file before its signature, for the plan as of now.

    Beside what `draw` takes: `errand`, `now`, `key` (the approver's public key, PEM) and
    `terms_hash`, what Annex B signed. Refuses (plan-changed) when the terms are others.
    """
    drawn = _drawn(asked, watch)
    if drawn.terms.hash != asked.get("terms_hash"):
        message = "The terms are not those of the signed agreement; have them signed again."
        raise refusals.refused("plan-changed", message, differs=["terms_hash"])
    drafted = approval.drafted(
        drawn.terms,
        drawn.plan,
        errand=_errand(asked),
        parts=[part.id for part in drawn.parts],
        signed_at=_moment(asked),
    )
    public = signatures.public_key(_text(asked, "key").encode(), name="The approval key")
    return {
        "paper": signatures.with_key_id(drafted, key=public),
        "plan_hash": drawn.plan.hash,
    }


def build(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """Beside what `draw` takes: `out`, `receipt`, `now`, `approval` (a file's text, or null).

    Keys: `line` (32 bytes), `manifest` (private, PEM), and under an approval `approval` (public,
    PEM). Answers the folder, the manifest, its SHA-256 and the receipt.
    """
    order = release.Order(
        asked=_specification(asked),
        folders=_folders(asked),
        override=_override(asked),
        out=Path(_text(asked, "out")),
        receipt=Path(_text(asked, "receipt")),
        now=_moment(asked),
        paper=_paper(asked, keys),
        part_ids=_part_ids(asked),
    )
    sign = signatures.private_key(_key(keys, "manifest"), name="The manifest key")
    built = release.build(order, keys=release.Keys(_key(keys, "line"), sign), watch=watch)
    return {
        "folder": str(built.folder),
        "manifest": built.manifest,
        "manifest_hash": specification.digest(built.manifest),
        "receipt": built.receipt,
    }


def check_package(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`folder`, `key` (public, PEM), `rehearsal`. The manifest of a folder that held."""
    public = signatures.public_key(_text(asked, "key").encode(), name="The key")
    folder = Path(_text(asked, "folder"))
    held = verify.folder(folder, key=public, rehearsal=bool(asked.get("rehearsal")))
    return {"manifest": held.document, "files": held.files, "bytes": held.bytes}


def sweep(asked: Asked, keys: Brought, watch: Watch) -> Told:
    """`folder`: delete what killed builds left there."""
    return {"swept": staging.sweep(Path(_text(asked, "folder")))}


BY_NAME: Mapping[str, Callable[[Asked, Brought, Watch], Told]] = {
    "check": check,
    "count": count,
    "draw": draw,
    "paper": paper,
    "build": build,
    "verify": check_package,
    "sweep": sweep,
}


def _counted(
    part: specification.Part,
    source: holding.Holding,
    folder: Path,
    asked: Asked,
    keys: Brought,
) -> Told:
    noise_key = _key(keys, f"noise:{source.holding}@{source.edition}")
    purpose, now = asked.get("purpose"), _moment(asked)
    with engine.open(source, folder=folder) as connection:
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
        if isinstance(purpose, str):
            exact = counts.exact(part, holding=source, connection=connection, as_of=now)
            told["exact"] = exact.reveal(purpose=purpose)
    return told


def _drawn(asked: Asked, watch: Watch) -> gather.Drawn:
    watch.step("hash the holdings")
    return gather.draw(
        _specification(asked),
        folders=_folders(asked),
        override=_override(asked),
        part_ids=_part_ids(asked),
    )


def _part_ids(asked: Asked) -> list[str] | None:
    if asked.get("parts") is None:
        return None
    return [str(part) for part in _list(asked, "parts")]


def _specification(asked: Asked) -> specification.Specification:
    try:
        return specification.parse(asked["specification"])
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None


def _folders(asked: Asked) -> gather.Folders:
    """The folders given, by the holding each declares."""
    found: dict[tuple[str, str], Path] = {}
    for folder in _list(asked, "holdings"):
        path = Path(str(folder))
        try:
            found[holding.load(path).key] = path
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    return found


def _override(asked: Asked) -> policy.Override | None:
    if asked.get("policy") is None:
        return None
    try:
        return policy.read(asked["policy"])
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None


def _paper(asked: Asked, keys: Brought) -> approval.Approval | None:
    if asked.get("approval") is None:
        return None
    public = signatures.public_key(_key(keys, "approval"), name="The approval key")
    return approval.opened(_text(asked, "approval").encode(), key=public)


def _errand(asked: Asked) -> manifest.Errand:
    errand = asked["errand"]
    assert isinstance(errand, dict)
    return manifest.Errand(**errand)


def _moment(asked: Asked) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(_text(asked, "now"))
    if moment.tzinfo is None:
        raise ValueError("`now` carries a time zone.")
    return moment


def _key(keys: Brought, name: str) -> bytes:
    key = keys.get(name)
    if not isinstance(key, bytes):
        what = name.partition(":")[0]
        message = f"The {what} key did not come with the request."
        raise refusals.refused("no-key", message, key=what)
    return key


def _text(asked: Asked, name: str) -> str:
    value = asked[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is text.")
    return value


def _list(asked: Asked, name: str) -> list[object]:
    value = asked[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} is a list.")
    return value
