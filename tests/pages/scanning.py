"""The worker's scanner, for what pages took in."""

import io

import pypdf
from django.conf import settings

from muniment import models
from muniment.gateways.scanner import signatures
from muniment.jobs import files, plane
from tests.pages import rows

BAD = b"muniment-test-signature"
KNOWS = signatures.Signatures({"Test": BAD})


def paper() -> bytes:
    """A PDF for whatever is to be attached; the same bytes each time."""
    out, written = io.BytesIO(), pypdf.PdfWriter()
    written.add_blank_page(width=72, height=72)
    written.add_metadata({"/CreationDate": "D:20260101000000Z"})
    written.write(out)
    return out.getvalue()


def scan_all() -> None:
    """Look at every file that waits."""
    plant = plane.plant(settings.MUNIMENT_HOME, scanner=KNOWS)
    for job in models.Job.objects.filter(kind="scan", state="queued"):
        files.scan(job, plant=plant, now=rows.NOW)
