"""Envelopes at the provider of signatures: which are on their way, and what pages say of them."""

from urllib.parse import urlsplit

from django.conf import settings

from muniment import models

EVIDENCE = "signed elsewhere"
"""The purpose under which the signed PDF lies among the files of the request."""
LIVE = models.Envelope.LIVE


def host() -> str:
    """The provider's host as pages name it; empty where none is declared."""
    return urlsplit(settings.DECLARED.esign_url).netloc.removeprefix("api.")


def get_envelope(key: int) -> models.Envelope:
    """With its text and people; raises DoesNotExist."""
    rows = models.Envelope.objects.select_related("agreement__case", "signer", "made_by")
    return rows.get(pk=key)


def find_sent(name: str) -> models.Envelope | None:
    """The one of that name at the provider that waits for its signer."""
    rows = models.Envelope.objects.select_related("agreement__case")
    return rows.filter(name=name, state=models.Envelope.State.SENT).first()


def list_live() -> list[models.Envelope]:
    """All that are to be sent, or wait for their signers."""
    rows = models.Envelope.objects.select_related("agreement__case").filter(state__in=LIVE)
    return list(rows.order_by("pk"))


def is_asked(envelope: models.Envelope, kind: str) -> bool:
    """Whether a job of that kind is about to look at it."""
    rows = models.Job.objects.filter(kind=kind, state__in=models.Job.LIVE)
    return rows.filter(payload__envelope=envelope.pk).exists()


def is_over(envelope: models.Envelope) -> bool:
    """Whether nobody needs it: another version stands, or it was signed otherwise."""
    agreement = models.Agreement.objects.get(pk=envelope.agreement_id)
    signed = agreement.signatures.filter(signer=envelope.signer_id, capacity=envelope.made_by.role)
    stands = agreement.superseded_at is None and agreement.text_sha256 == envelope.shown_sha256
    return not stands or signed.exists()


def newest_of(agreement: models.Agreement, person: models.Person) -> models.Envelope | None:
    """The reader's own, whatever became of it."""
    return agreement.envelopes.filter(signer=person).order_by("-pk").first()


def list_of(agreement: models.Agreement) -> list[models.Envelope]:
    """Every one of a text, the newest first, as the office sees them."""
    return list(
        agreement.envelopes.select_related("signer", "signature__scan__file").order_by("-pk")
    )


def waits_for(envelope: models.Envelope) -> str:
    """What its newest job waits for, in a sentence; empty where nothing is in the way."""
    newest = models.Job.objects.filter(payload__envelope=envelope.pk).order_by("-pk").first()
    return "" if newest is None else newest.error
