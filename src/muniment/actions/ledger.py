"""Append to the ledger, one chain per subject, and verify every chain against its stored head.

An entry holds salted hashes of values, never the values: deleting a salt makes its value
unprovable while the chain still verifies. The actor stands as a pseudonym that differs from one
subject's chain to the next. What a stored head cannot detect (a whole chain recomputed together
with its head, a subject deleted with its chain) needs checkpoints kept elsewhere.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from django.conf import settings

from muniment import models

KINDS: dict[str, type[models.Case] | type[models.Programme] | type[models.Holding]] = {
    "case": models.Case,
    "programme": models.Programme,
    "holding": models.Holding,
}
"""The kinds of subject that carry a chain."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not verify."""

    subject_kind: str
    subject_id: int
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}, entry {self.number}: {self.what}"


def kind_of(subject: object) -> str:
    """The ledger's word for a subject."""
    return next(kind for kind, model in KINDS.items() if isinstance(subject, model))


def append(
    subject: models.Case | models.Programme | models.Holding,
    *,
    tag: str,
    actor: models.Actor,
    now: datetime,
    stage_from: str = "",
    stage_to: str = "",
    values: Mapping[str, Any] | None = None,
) -> models.Entry:
    """Add one entry to the subject's chain and move the head on the row in memory.

    The caller holds the subject's lock and saves `ledger_length` and `ledger_head` with it.
    `values` are JSON values by name; each is stored as SHA-256 of a fresh 128-bit salt and the
    value's canonical form.
    """
    kind, number = kind_of(subject), subject.ledger_length + 1
    salts = {name: secrets.token_hex(16) for name in sorted(values or {})}
    entry = models.Entry(
        subject_kind=kind,
        subject_id=subject.pk,
        number=number,
        tag=tag,
        at=now,
        actor=pseudonym(kind, subject.pk, actor),
        stage_from=stage_from,
        stage_to=stage_to,
        values={name: salted(salt, (values or {})[name]) for name, salt in salts.items()},
        previous=subject.ledger_head,
    )
    entry.sha256 = digest(entry)
    models.Entry.objects.bulk_create([entry])
    models.Salt.objects.bulk_create(
        models.Salt(subject_kind=kind, subject_id=subject.pk, number=number, name=name, salt=salt)
        for name, salt in salts.items()
    )
    subject.ledger_length, subject.ledger_head = number, entry.sha256
    return entry


def pseudonym(kind: str, subject_id: int, actor: models.Actor) -> str:
    """The actor's name in one subject's chain: HMAC-SHA-256 under a key outside the database."""
    words = f"{kind}:{subject_id}:{actor.pk}".encode()
    return hmac.new(settings.LEDGER_PSEUDONYM_KEY.encode(), words, hashlib.sha256).hexdigest()[:32]


def salted(salt: str, value: Any) -> str:
    """SHA-256 of the salt and the value's RFC 8785 form, as hex."""
    return hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(value)).hexdigest()


def digest(entry: models.Entry) -> str:
    """The entry's own hash: every column but the hash itself, in RFC 8785 form."""
    document = {
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "number": entry.number,
        "tag": entry.tag,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "stage_from": entry.stage_from,
        "stage_to": entry.stage_to,
        "values": entry.values,
        "previous": entry.previous,
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def verify() -> tuple[int, list[Break]]:
    """Check every chain against the heads on the subjects; return (entries read, breaks)."""
    breaks: list[Break] = []
    heads = {
        (kind, pk): (length, head)
        for kind, model in KINDS.items()
        for pk, length, head in model.objects.values_list("pk", "ledger_length", "ledger_head")
    }
    seen: dict[tuple[str, int], tuple[int, str]] = {}
    total = 0
    ordered = models.Entry.objects.order_by("subject_kind", "subject_id", "number")
    for entry in ordered.iterator():
        total += 1
        subject = (entry.subject_kind, entry.subject_id)
        breaks.extend(_breaks_of(entry, seen.get(subject, (0, ""))))
        seen[subject] = (entry.number, entry.sha256)
    breaks.extend(_breaks_of_heads(heads, seen))
    return total, breaks


def _breaks_of(entry: models.Entry, before: tuple[int, str]) -> Iterator[Break]:
    place = (entry.subject_kind, entry.subject_id, entry.number)
    number, sha256 = before
    if entry.number != number + 1:
        yield Break(*place, f"entry {number + 1} is missing before it")
    elif entry.previous != sha256:
        yield Break(*place, "it does not follow the entry before it")
    if digest(entry) != entry.sha256:
        yield Break(*place, "its content was changed")


def _breaks_of_heads(
    heads: dict[tuple[str, int], tuple[int, str]], seen: dict[tuple[str, int], tuple[int, str]]
) -> Iterator[Break]:
    for subject in sorted(heads.keys() | seen.keys()):
        if subject not in heads:
            yield Break(*subject, seen[subject][0], "the subject of this chain does not exist")
            continue
        length, head = heads[subject]
        last, sha256 = seen.get(subject, (0, ""))
        if last < length:
            yield Break(*subject, last + 1, f"entries {last + 1} to {length} are missing")
        elif last > length:
            yield Break(*subject, last, f"the stored head ends at entry {length}")
        elif head != sha256:
            yield Break(*subject, last, "the last entry is not the one the stored head names")
