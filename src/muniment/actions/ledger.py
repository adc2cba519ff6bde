"""Append to the ledger, one chain per subject, and verify every chain against its stored head.

An entry holds salted hashes of values, never the values: deleting a salt makes its value
unprovable while the chain still verifies. The actor stands as a pseudonym that differs from one
subject's chain to the next. What a stored head cannot detect (a whole chain recomputed together
with its head, a subject deleted with its chain) needs checkpoints kept elsewhere.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from muniment import models
from muniment.notary import entries
from muniment.queries.prepared import planned

Subject = models.Case | models.Programme | models.Holding

KINDS: dict[str, type[models.Case] | type[models.Programme] | type[models.Holding]] = {
    "case": models.Case,
    "programme": models.Programme,
    "holding": models.Holding,
}
"""The kinds of subject that carry a chain."""

# Plain SQL, the same on both databases: every step writes these rows, and through the ORM they
# cost three times as much (figures L1 and L2).
_ENTRY = """
    INSERT INTO muniment_entry (
        subject_kind, subject_id, number, tag, at, actor, stage_from, stage_to, "values",
        previous, sha256
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_SALTS = "INSERT INTO muniment_salt (subject_kind, subject_id, number, name, salt) VALUES "
_SALT = "(%s, %s, %s, %s, %s)"
_HEAD = {
    "case": "UPDATE muniment_case SET ledger_length = %s, ledger_head = %s WHERE id = %s",
    "programme": "UPDATE muniment_programme SET ledger_length = %s, ledger_head = %s WHERE id = %s",
    "holding": "UPDATE muniment_holding SET ledger_length = %s, ledger_head = %s WHERE id = %s",
}


salted, digest = entries.salted, entries.digest
"""Hashed here as by anyone who holds a receipt."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not verify."""

    subject_kind: str
    subject_id: int
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}, entry {self.number}: {self.what}"


def kind_of(subject: Subject) -> str:
    """The ledger's word for a subject."""
    return next(kind for kind, model in KINDS.items() if isinstance(subject, model))


def append(
    subject: Subject,
    *,
    tag: str,
    actor: models.Actor,
    now: datetime,
    stage_from: str = "",
    stage_to: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to the subject's chain and move its head, on the row and in memory.

    The caller is in the transaction of the step and holds the subject's lock. `values` are JSON
    values by name; each is stored as SHA-256 of a fresh 128-bit salt and the value's canonical
    form.
    """
    kind, number = kind_of(subject), subject.ledger_length + 1
    salts = {name: secrets.token_hex(16) for name in values or {}}
    entry = {
        "subject_kind": kind,
        "subject_id": subject.pk,
        "number": number,
        "tag": tag,
        "at": now.astimezone(UTC).isoformat(),
        "actor": pseudonym(kind, subject.pk, actor),
        "stage_from": stage_from,
        "stage_to": stage_to,
        "values": {name: salted(salts[name], value) for name, value in (values or {}).items()},
        "previous": subject.ledger_head,
    }
    sha256 = digest(entry)
    _write(entry, sha256, salts=salts, at=now)
    subject.ledger_length, subject.ledger_head = number, sha256


def _write(
    entry: Mapping[str, Any], sha256: str, *, salts: Mapping[str, str], at: datetime
) -> None:
    kind, subject, number = entry["subject_kind"], entry["subject_id"], entry["number"]
    row = {
        **entry,
        "at": connection.ops.adapt_datetimefield_value(at),
        "values": json.dumps(entry["values"]),
        "sha256": sha256,
    }
    statements = [(_ENTRY, list(row.values()))]
    if salts:
        rows = [(kind, subject, number, name, salt) for name, salt in salts.items()]
        statements.append((_SALTS + ", ".join([_SALT] * len(rows)), list(chain(*rows))))
    statements.append((_HEAD[kind], [number, sha256, subject]))
    told = [_in_one(statements)] if connection.vendor == "postgresql" else statements
    with planned.cursor() as cursor:
        for statement, values in told:
            cursor.execute(statement, values)


Statement = tuple[str, list[Any]]


def _in_one(statements: list[Statement]) -> Statement:
    """The same writes in one message to the server: the first ones under names, the last as it is.

    They touch different tables, so their order does not matter. SQLite has no such statement, and
    no way to a server that could be saved.
    """
    *first, (last, _) = statements
    named = ", ".join(f"write_{number} AS ({text})" for number, (text, _) in enumerate(first))
    return f"WITH {named} {last}", list(chain(*(values for _, values in statements)))


def pseudonym(kind: str, subject_id: int, actor: models.Actor) -> str:
    """The actor's name in one subject's chain: HMAC-SHA-256 under a key outside the database."""
    words = f"{kind}:{subject_id}:{actor.pk}".encode()
    return hmac.new(settings.LEDGER_PSEUDONYM_KEY.encode(), words, hashlib.sha256).hexdigest()[:32]


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
    for entry, sha256 in _stored():
        total += 1
        subject = (entry["subject_kind"], entry["subject_id"])
        breaks.extend(_breaks_of(entry, sha256, before=seen.get(subject, (0, ""))))
        seen[subject] = (entry["number"], sha256)
    breaks.extend(_breaks_of_heads(heads, seen))
    return total, breaks


def _stored() -> Iterator[tuple[dict[str, Any], str]]:
    """Every entry as its hash covers it, and the hash it claims; chain by chain, in order."""
    entries = models.Entry.objects.annotate(moment=Cast("at", TextField()))
    ordered = entries.order_by("subject_kind", "subject_id", "number")
    columns = (
        *("subject_kind", "subject_id", "number", "tag", "moment", "actor"),
        *("stage_from", "stage_to", "values", "previous", "sha256"),
    )
    for entry in ordered.values(*columns).iterator():
        entry["at"] = _instant(entry.pop("moment"))
        yield entry, entry.pop("sha256")


def _instant(text: str) -> str:
    """A database's spelling of an instant in the form that was hashed; any other text as it is."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return text


def _breaks_of(
    entry: Mapping[str, Any], sha256: str, *, before: tuple[int, str]
) -> Iterator[Break]:
    place = (entry["subject_kind"], entry["subject_id"], entry["number"])
    number, previous = before
    if entry["number"] != number + 1:
        yield Break(*place, f"entry {number + 1} is missing before it")
    elif entry["previous"] != previous:
        yield Break(*place, "it does not follow the entry before it")
    if digest(entry) != sha256:
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
