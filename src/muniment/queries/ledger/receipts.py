"""Receipts of a request: which entries have one, and the document itself.

A receipt opens only values that its reader knows anyway: what was decided, what was signed, which
package was delivered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from muniment import models
from muniment.notary import entries, merkle, receipts
from muniment.queries import access
from muniment.queries.ledger import anchors


class Kind(StrEnum):
    """What a receipt is about."""

    DETERMINATION = "determination"
    SIGNATURE = "signature"
    DELIVERY = "delivery"


STEPS = {
    Kind.DETERMINATION: """approve approve_with_conditions ask_to_revise deny approve_by_office
        approve_by_office_with_conditions ask_to_revise_by_office deny_by_office""",
    Kind.SIGNATURE: """sign_as_applicant sign_as_supervisor sign_team_pledge sign_for_institution
        sign_joinder accept_standard_terms record_ink_signature countersign""",
    Kind.DELIVERY: "open_delivery download confirm_receipt",
}
ROOMS = {
    Kind.DETERMINATION: "decision", Kind.SIGNATURE: "agreement", Kind.DELIVERY: "release",
}  # fmt: skip
KINDS = {f"{ROOMS[kind]}.{step}": kind for kind, steps in STEPS.items() for step in steps.split()}
"""Ledger tag -> what its receipt is about."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One entry that has a receipt, or will have it within the hour."""

    number: int
    kind: Kind
    tag: str
    at: datetime
    anchored: bool


def list_receipts(sight: access.Sight) -> list[Receipt]:
    """What this reader may take away, oldest first; nothing for the committee."""
    if not _reads(sight):
        return []
    placed = set(
        models.Leaf.objects.filter(subject_kind="case", subject_id=sight.case.pk).values_list(
            "number", flat=True
        )
    )
    return [
        Receipt(entry.number, KINDS[entry.tag], entry.tag, entry.at, entry.number in placed)
        for entry in _entries(sight.case)
    ]


def find_document(sight: access.Sight, number: int) -> dict[str, Any] | None:
    """The receipt of one entry against the newest checkpoint; None where there is none yet."""
    entry = _entries(sight.case).filter(number=number).first() if _reads(sight) else None
    newest = anchors.find_newest()
    leaf = None if entry is None else anchors.find_leaf("case", sight.case.pk, number)
    if entry is None or leaf is None or newest is None or leaf.position >= newest.size:
        return None
    return receipts.write(
        _as_hashed(entry),
        values=dict(_opened(sight.case, entry)),
        position=leaf.position,
        path=merkle.inclusion(anchors.Stored(), leaf.position, newest.size),
        note=newest.note,
        key=newest.key,
    )


def _reads(sight: access.Sight) -> bool:
    return sight.is_party or sight.is_office


def _entries(case: models.Case) -> Any:
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk, tag__in=KINDS)
    return chain.order_by("number")


def _as_hashed(entry: models.Entry) -> dict[str, Any]:
    """The entry's columns in the form that its hash covers."""
    columns = ("subject_kind", "subject_id", "number", "tag", "actor", "stage_from", "stage_to",
               "values", "previous")  # fmt: skip
    told = {name: getattr(entry, name) for name in columns}
    return {**told, "at": entry.at.astimezone(UTC).isoformat()}


def _opened(case: models.Case, entry: models.Entry) -> Iterator[tuple[str, tuple[str, Any]]]:
    """(name, (salt, value)) of what can be opened: the value whose salted hash is in the entry."""
    kept = models.Salt.objects.filter(
        subject_kind="case", subject_id=case.pk, number=entry.number
    ).values_list("name", "salt")
    known = _known(case, KINDS[entry.tag])
    for name, salt in kept.order_by("name"):
        for value in known.get(name, ()):
            if entries.salted(salt, value) == entry.values.get(name):
                yield name, (salt, value)
                break


def _known(case: models.Case, kind: Kind) -> dict[str, list[Any]]:
    """Values by the name under which the step recorded them, from the rows of the case."""
    if kind is Kind.DETERMINATION:
        rows = list(case.determinations.values_list("outcome", "letter"))
        return {"outcome": [row[0] for row in rows], "notice": [row[1] for row in rows]}
    if kind is Kind.SIGNATURE:
        signed = models.Signature.objects.filter(agreement__case=case)
        rows = list(signed.values_list("shown_sha256", "capacity"))
        return {"shown": [row[0] for row in rows], "capacity": [row[1] for row in rows]}
    builds = models.Build.objects.filter(line__part__case=case)
    return {"package": list(builds.values_list("package_sha256", flat=True))}
