"""The one paper the executor obeys: terms and plan, for one line and build, signed.

The signing key is kept outside the database, so that nobody who can edit rows can approve. The
executor does not trust the paper's contents either: it computes terms and plan anew from what lies
before it and refuses, naming what differs. The paper also names the key of the pseudonyms, without
showing it, and the forms of the files: nobody chooses either once it is signed.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from muniment.dataplane import pseudonyms, refusals, signatures
from muniment.dataplane.manifest import Errand
from muniment.dataplane.plan import Plan
from muniment.dataplane.spec import specification
from muniment.dataplane.terms import Terms

VERSION = 2
"""Version 1 named neither the key of the pseudonyms nor the forms of the files."""
PURPOSE = "approval"
NAME = "The approval file"
# What a reader is told when a member of the terms or of the plan is not what was approved.
DIFFERENCES = {
    "specification": "the specification",
    "method_policy": "the method policy",
    "thresholds": "the thresholds of the holding",
    "reference_tables": "a reference table",
    "editions": "the editions",
    "holding_content_hashes": "the contents of the holding",
    "compiler_version": "the version of the compiler",
    "muniment_terms": "the form of the terms",
    "muniment_plan": "the form of the plan",
    "terms_hash": "the terms",
    "parts": "the choice of parts",
    "line_key": "the key of the pseudonyms",
    "kinds": "the forms of the files",
}


@dataclass(frozen=True, slots=True)
class Approval:
    """A paper whose signature held. `parts` are the specification's parts this line delivers.

    `line_key` names the key of the pseudonyms (`named`); `kinds` are the forms in which each table
    leaves.
    """

    terms: Terms
    plan: Plan
    errand: Errand
    parts: tuple[str, ...]
    line_key: str
    kinds: tuple[str, ...]
    signed_at: str


def sign(
    terms: Terms,
    plan: Plan,
    *,
    errand: Errand,
    parts: Sequence[str],
    line_key: str,
    kinds: Sequence[str],
    key: Ed25519PrivateKey,
    signed_at: datetime.datetime,
) -> bytes:
    """The approval file's bytes. `signed_at` carries a time zone; it is written in UTC."""
    document = drafted(
        terms, plan, errand=errand, parts=parts, line_key=line_key, kinds=kinds,
        signed_at=signed_at,
    )  # fmt: skip
    return signatures.sign(document, key=key)


def drafted(
    terms: Terms,
    plan: Plan,
    *,
    errand: Errand,
    parts: Sequence[str],
    line_key: str,
    kinds: Sequence[str],
    signed_at: datetime.datetime,
) -> dict[str, object]:
    """The paper before its signature, for a signer that keeps the key elsewhere."""
    moment = signed_at.astimezone(datetime.UTC).replace(microsecond=0)
    return {
        "muniment_approval": VERSION,
        "terms": terms.document(),
        "plan": plan.document(),
        **errand.document(),
        "parts": list(parts),
        "line_key": line_key,
        "kinds": list(kinds),
        "signed_at": moment.isoformat().replace("+00:00", "Z"),
    }


def named(line_key: bytes) -> str:
    """A name for the key of the pseudonyms that does not show it: 32 hexadecimal digits."""
    return pseudonyms.derive(line_key, purpose=PURPOSE, group="", namespace="").hex()


def opened(data: bytes, *, key: Ed25519PublicKey) -> Approval:
    """Check the signature and the paper's own consistency; raises `Refused`.

    Codes: not-a-document, other-key, bad-signature, plan-changed.
    """
    document = signatures.opened(data, key=key, name=NAME)
    if document.get("muniment_approval") == 1:
        message = (
            f"{NAME} is of version 1, which does not name the key of the pseudonyms; "
            "plan the build again and have it authorized."
        )
        raise refusals.refused("not-a-document", message)
    if document.get("muniment_approval") != VERSION:
        message = f"{NAME} is not an approval of version {VERSION}."
        raise refusals.refused("not-a-document", message)
    terms, plan = document["terms"], document["plan"]
    parts, kinds = document["parts"], document["kinds"]
    assert isinstance(terms, dict)
    assert isinstance(plan, dict)
    assert isinstance(parts, list)
    assert isinstance(kinds, list)
    paper = Approval(
        terms=Terms(terms),
        plan=Plan(plan),
        errand=_errand(document),
        parts=tuple(str(part) for part in parts),
        line_key=str(document["line_key"]),
        kinds=tuple(str(kind) for kind in kinds),
        signed_at=str(document["signed_at"]),
    )
    if plan.get("terms_hash") != paper.terms.hash:
        message = f"{NAME} joins a plan to terms that are not its own; approve the build again."
        raise refusals.refused("plan-changed", message, differs=["terms_hash"])
    return paper


def check_request(
    paper: Approval,
    *,
    asked: specification.Specification,
    parts: Sequence[str],
    line_key: bytes,
    kinds: Sequence[str],
) -> None:
    """Raise `Refused` (plan-changed) when something else is ordered than was approved.

    That is another specification, other parts, another key of the pseudonyms, or other forms.
    """
    _compare(
        {
            "specification": paper.terms.contents.get("specification"),
            "parts": sorted(paper.parts),
            "line_key": paper.line_key,
            "kinds": sorted(paper.kinds),
        },
        {
            "specification": asked.document(),
            "parts": sorted(parts),
            "line_key": named(line_key),
            "kinds": sorted(kinds),
        },
    )


def check_terms(paper: Approval, *, terms: Terms) -> None:
    """Raise `Refused` (plan-changed) naming every member of the terms that is not as approved."""
    _compare(paper.terms.contents, terms.contents)


def check_plan(paper: Approval, *, plan: Plan) -> None:
    """Raise `Refused` (plan-changed) naming every member of the plan that is not as approved."""
    _compare(paper.plan.contents, plan.contents)


def _compare(approved: Mapping[str, object], found: Mapping[str, object]) -> None:
    differs = sorted(set(_differing(approved, found)))
    if not differs:
        return
    named = " and ".join(DIFFERENCES.get(member, member) for member in differs)
    message = (
        f"The build is not what was approved: {named} changed since. "
        "Put it back, or have the new plan approved."
    )
    raise refusals.refused("plan-changed", message, differs=differs)


def _differing(approved: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    for member in {*approved, *found}:
        ours = {"": found[member]} if member in found else {}
        theirs = {"": approved[member]} if member in approved else {}
        if specification.digest(ours) != specification.digest(theirs):
            yield member


def _errand(document: Mapping[str, object]) -> Errand:
    def text(member: str) -> str | None:
        value = document.get(member)
        return None if value is None else str(value)

    build = document.get("build")
    errand = Errand(
        request=text("request"),
        agreement=text("agreement"),
        line=text("line"),
        build=build if isinstance(build, int) else None,
    )
    if None in errand.document().values():
        message = f"{NAME} must name request, agreement, line and build."
        raise refusals.refused("not-a-document", message)
    return errand
