"""The worker's scanner, for what pages took in."""

from django.conf import settings

from muniment import models
from muniment.gateways.scanner import signatures
from muniment.jobs import files, plane
from tests.pages import rows

BAD = b"muniment-test-signature"
KNOWS = signatures.Signatures({"Test": BAD})


def scan_all() -> None:
    """Look at every file that waits."""
    plant = plane.plant(settings.MUNIMENT_HOME, scanner=KNOWS)
    for job in models.Job.objects.filter(kind="scan", state="queued"):
        files.scan(job, plant=plant, now=rows.NOW)
