"""What the worker records of seals; the rule of each step was asked when it was taken."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import work


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file already stored: hash, size in bytes, and the level of its newest seal."""

    sha256: str
    size: int
    level: str


def store_seal(
    signature: models.Signature,
    sealed: SealedFile,
    *,
    job: models.Job,
    actor: models.Actor,
    now: datetime,
    stamp_later: bool = False,
) -> models.Seal | None:
    """Record the PDF after a signature, once; None when the job was lost to another worker.

    `stamp_later`: the authority did not answer, so the timestamp is queued with the record.
    """
    with transaction.atomic():
        if not work.still_held(job):
            return None
        seal, new = models.Seal.objects.get_or_create(
            signature=signature,
            defaults={
                "file": _kept(sealed, actor=actor, now=now), "level": sealed.level,
                "made_at": now, "made_by": actor,
            },
        )  # fmt: skip
        if new and stamp_later:
            case, wanted = signature.agreement.case, {"seal": seal.pk}
            work.enqueue("timestamp", actor=actor, now=now, case=case, payload=wanted)
    return seal


def store_stamp(
    seal: models.Seal,
    sealed: SealedFile,
    *,
    job: models.Job,
    actor: models.Actor,
    now: datetime,
) -> models.Seal | None:
    """Record the file with the timestamp that came late; None where it came in vain.

    In vain: the job was lost, or another signature was sealed meanwhile and is the newest now.
    """
    with transaction.atomic():
        newest = models.Seal.objects.filter(signature__agreement=seal.signature.agreement_id)
        if newest.latest("pk") != seal or not work.still_held(job):
            return None
        seal.stamped = _kept(sealed, actor=actor, now=now)
        seal.save(update_fields=["stamped"])
    return seal


def _kept(sealed: SealedFile, *, actor: models.Actor, now: datetime) -> models.StoredFile:
    """Its record; it is of our own making, so no scanner is asked."""
    kept, _new = models.StoredFile.objects.get_or_create(
        sha256=sealed.sha256,
        defaults={
            "size": sealed.size, "media_type": "application/pdf",
            "verdict": models.StoredFile.Verdict.CLEAN, "made_at": now, "made_by": actor,
        },
    )  # fmt: skip
    return kept
