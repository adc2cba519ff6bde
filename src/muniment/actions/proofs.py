"""Letters that others can check: each carries a code, and `/verify/` says what it stands for.

A code is 128 random bits. What a page tells about it is kind, outcome and day (privacy, B3).
"""

import secrets
from datetime import date, datetime

from django.conf import settings

from muniment import models
from muniment.queries import proofs


def issue(
    kind: str,
    outcome: str,
    *,
    dated_on: date,
    actor: models.Actor,
    now: datetime,
    case: models.Case | None = None,
    enquiry: models.Enquiry | None = None,
) -> str:
    """Make a proof inside the step that writes the letter; return the address to print on it.

    Kinds and outcomes are those of `queries.proofs`.
    """
    code = secrets.token_hex(16)
    models.Proof.objects.create(
        code_sha256=proofs.code_sha256(code),
        kind=proofs.Kind(kind).value,
        outcome=proofs.Outcome(outcome).value,
        dated_on=dated_on,
        case=case,
        enquiry=enquiry,
        made_at=now,
        made_by=actor,
    )
    return f"{settings.MUNIMENT_SITE_URL}/verify/{code}/"


def revoke(proof: models.Proof, *, actor: models.Actor, now: datetime) -> models.Proof:
    """Take a letter back; its code then says so, and says no less than before."""
    if proof.revoked_at is None:
        proof.revoked_at, proof.revoked_by = now, actor
        proof.save(update_fields=["revoked_at", "revoked_by"])
    return proof
