"""What a request to the data plane holds, read with its types."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from muniment.dataplane import (
    approval,
    crosswalk,
    engines,
    manifest,
    policy,
    refusals,
    release,
    signatures,
    terms,
)
from muniment.dataplane.extract import staging
from muniment.dataplane.freetext import review
from muniment.dataplane.package import statistical
from muniment.dataplane.release import gather
from muniment.dataplane.spec import faults, holding, jsontext, specification

Asked = Mapping[str, object]
Brought = Mapping[str, object]


def order(asked: Asked, keys: Brought) -> release.Order:
    """What to build: every member that `commands.build` names, but for keys."""
    signed = paper(asked, keys)
    return release.Order(
        asked=wanted(asked),
        folders=folders(asked),
        overrides=overrides(asked),
        out=Path(text(asked, "out")),
        receipt=Path(text(asked, "receipt")),
        now=moment(asked),
        paper=signed,
        part_ids=part_ids(asked),
        setting=setting(asked),
        resume=path(asked, "resume"),
        kinds=kinds(asked, signed=signed),
        earlier=paths(asked, "earlier"),
        published=documents(asked, "published"),
        codes=path(asked, "codes"),
        declared=declared(asked),
    )


def build_keys(asked: Asked, keys: Brought) -> release.Keys:
    """The keys of a build, and what it opens with them."""
    line, kept = key(keys, "line"), path(asked, "codes")
    read = [redactions(each) for each in paths(asked, "redactions")]
    return release.Keys(
        line=line,
        sign=signatures.private_key(key(keys, "manifest"), name="The manifest key"),
        crosswalk=crosswalk.read(kept, line_key=line) if kept else None,
        redactions={each.hash: each for each in read},
        sketch=key(keys, "sketch") if "sketch" in keys else None,
    )


def redactions(file: Path) -> review.Approved:
    """The approved redactions in a file. Raises `Refused`."""
    try:
        return review.read(jsontext.load(file.read_bytes(), most=review.LARGEST_BYTES))
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}."
        raise refusals.refused("no-redactions", message) from None
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None


def setting(asked: Asked) -> engines.Setting:
    given = asked.get("engine") or {}
    assert isinstance(given, dict)
    secret, kind = given.get("secret"), str(given.get("kind", engines.Kind.EMBEDDED))
    if kind not in list(engines.Kind):
        message = f"There is no engine {kind}; name {' or '.join(engines.Kind)}."
        raise refusals.refused("bad-engine", message)
    try:
        return engines.Setting(
            kind=engines.Kind(kind),
            memory_limit=str(given.get("memory_limit", engines.MEMORY_LIMIT)),
            master=str(given.get("master", engines.EMBEDDED.master)),
            secret=None if secret is None else Path(str(secret)),
        )
    except ValueError as error:
        raise refusals.refused("bad-engine", str(error)) from None


def kinds(asked: Asked, *, signed: approval.Approval | None = None) -> tuple[str, ...]:
    """The forms of the files; where none are named, those that were approved."""
    if asked.get("kinds") is None:
        return staging.KINDS if signed is None else signed.kinds
    wanted = listed(asked, "kinds")
    further = [kind for kind in statistical.KINDS if kind in wanted]
    plain = [kind for kind in staging.KINDS if kind in wanted or (further and kind == "parquet")]
    return (*plain, *further)


def part_ids(asked: Asked) -> list[str] | None:
    if asked.get("parts") is None:
        return None
    return [str(part) for part in listed(asked, "parts")]


def wanted(asked: Asked) -> specification.Specification:
    try:
        return specification.parse(asked["specification"])
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None


def given(asked: Asked) -> gather.Given:
    """What terms are drawn from."""
    return gather.Given(
        wanted(asked),
        folders(asked),
        overrides(asked),
        declared(asked),
        version(asked),
        over_time=bool(asked.get("over_time")),
    )


def others(asked: Asked, part: str) -> dict[str, specification.Part]:
    """Parts of other requests that one part is compared with, by the name they were given."""
    named = asked.get("others") or {}
    assert isinstance(named, dict)
    return {
        str(name): wanted(
            {"specification": {"muniment_specification": 1, "parts": [written], "links": []}}
        ).parts[0]
        for name, written in named.get(part, {}).items()
    }


def folders(asked: Asked) -> gather.Folders:
    """The folders given, by the holding each declares."""
    found: dict[tuple[str, str], Path] = {}
    for folder in listed(asked, "holdings"):
        path = Path(str(folder))
        try:
            found[holding.load(path).key] = path
        except faults.Faulty as error:
            raise refusals.from_faults(error) from None
    return found


def declared(asked: Asked) -> dict[tuple[str, str], holding.Holding]:
    """Holdings whose files are elsewhere, by their descriptors: terms are drawn over them too."""
    try:
        found = [holding.parse(document) for document in documents(asked, "declared")]
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None
    return {source.key: source for source in found}


def overrides(asked: Asked) -> policy.Overrides:
    """The method policies, each under what it is for; see `policy.Overrides`."""
    given = asked.get("policies") or {}
    assert isinstance(given, dict)
    try:
        return {str(name): policy.read(document) for name, document in given.items()}
    except faults.Faulty as error:
        raise refusals.from_faults(error) from None


def version(asked: Asked) -> int:
    """In which form terms are drawn: that of those which were signed, else the newest."""
    return terms.version_of({"muniment_terms": asked.get("terms_version")})


def paper(asked: Asked, keys: Brought) -> approval.Approval | None:
    if asked.get("approval") is None:
        return None
    public = signatures.public_key(key(keys, "approval"), name="The approval key")
    return approval.opened(text(asked, "approval").encode(), key=public)


def errand(asked: Asked) -> manifest.Errand:
    errand = asked["errand"]
    assert isinstance(errand, dict)
    return manifest.Errand(**errand)


def moment(asked: Asked) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text(asked, "now"))
    if moment.tzinfo is None:
        raise ValueError("`now` carries a time zone.")
    return moment


def key(keys: Brought, name: str) -> bytes:
    key = keys.get(name)
    if not isinstance(key, bytes):
        what = name.partition(":")[0]
        message = f"The {what} key did not come with the request."
        raise refusals.refused("no-key", message, key=what)
    return key


def path(asked: Asked, name: str) -> Path | None:
    return None if asked.get(name) is None else Path(text(asked, name))


def paths(asked: Asked, name: str) -> list[Path]:
    """None where the member is left out."""
    return [Path(str(each)) for each in listed(asked, name)] if asked.get(name) else []


def documents(asked: Asked, name: str) -> list[Mapping[str, object]]:
    """None where the member is left out."""
    found = listed(asked, name) if asked.get(name) else []
    return [each for each in found if isinstance(each, dict)]


def text(asked: Asked, name: str) -> str:
    value = asked[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is text.")
    return value


def listed(asked: Asked, name: str) -> list[object]:
    value = asked[name]
    if not isinstance(value, list):
        raise TypeError(f"{name} is a list.")
    return value
