"""Send the text that somebody wants to sign elsewhere, after they asked for it."""

import hashlib
import io
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from muniment.actions import agreement
from muniment.documents import agreement as documents
from muniment.gateways import elsewhere as gateway
from muniment.gateways.elsewhere import docuseal
from muniment.jobs import plane
from muniment.queries.agreement import elsewhere, paper

if TYPE_CHECKING:
    from muniment import models

OVER = "The agreement changed, or was signed otherwise, before it could be sent."


def send(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """One envelope; asked for again after a lost answer, only the last can be signed.

    What goes out is the text without seals: a provider draws on it, and no seal would survive.
    """
    envelope = elsewhere.get_envelope(job.payload["envelope"])
    if envelope.state != envelope.State.ASKED:
        return
    if elsewhere.is_over(envelope):
        agreement.end_envelope(envelope, job=job, said=OVER)
        return
    found = paper.paper_of(envelope.agreement)
    pdf = documents.pdf(found.document, text=found.text, copy=found.copy)
    case, signer = envelope.agreement.case, envelope.signer
    wanted = gateway.Wanted(
        title=f"Agreement {case.reference}",
        pdf=pdf,
        page=_pages(pdf),
        name=signer.name,
        email=signer.email,
        back_to=f"{settings.MUNIMENT_SITE_URL}/sign/{case.reference}/",
        once=str(envelope.public_id),
    )
    declared = settings.DECLARED
    made = docuseal.send(wanted, url=declared.esign_url, key=declared.esign_key)
    recorded = agreement.record_sent(
        envelope, job=job, name=made.name, address=made.address,
        sent_sha256=hashlib.sha256(pdf).hexdigest(), sent_size=len(pdf),
    )  # fmt: skip
    if not recorded:  # another worker made one meanwhile, and that one's is on the page
        docuseal.close(made.name, url=declared.esign_url, key=declared.esign_key)


def _pages(pdf: bytes) -> int:
    """Of a file of our own making."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)
