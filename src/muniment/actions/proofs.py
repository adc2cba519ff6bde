"""Letters that others can check: each carries a code, and `/verify/` says what it stands for.

A code is 128 random bits. What a page tells about it is kind, outcome and day (privacy, B3).
"""

import secrets
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from muniment import models
from muniment.queries import proofs

DECISION = proofs.Kind.DECISION.value


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


def revoke_decisions(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """Take back every letter that told of a decision of this case which no longer stands."""
    for proof in case.proofs.filter(kind=DECISION, revoked_at__isnull=True):
        revoke(proof, actor=actor, now=now)


def record_signed(agreement: models.Agreement, *, day: date) -> None:
    """From now on the agreement's code says that everybody signed, and when the last one did."""
    _of_agreement(agreement).update(outcome=proofs.Outcome.SIGNED.value, dated_on=day)


def revoke_agreement(agreement: models.Agreement, *, actor: models.Actor, now: datetime) -> None:
    """Take back the code of an agreement that another version takes the place of, or none."""
    for proof in _of_agreement(agreement).filter(revoked_at__isnull=True):
        revoke(proof, actor=actor, now=now)


def _of_agreement(agreement: models.Agreement) -> QuerySet[models.Proof]:
    code = agreement.document.get("verify", "").rstrip("/").rpartition("/")[2]
    return models.Proof.objects.filter(code_sha256=proofs.code_sha256(code), case=agreement.case)
