"""What comes in as a file: how much one request may carry, how often, and where it is kept."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from muniment.actions import files
from muniment.documents import reading
from muniment.gateways import storage
from muniment.rulebook.words import Refusal

MB = 1024 * 1024
LARGEST = 110 * MB
"""A few files of the largest size a form may ask for; the disk is not for everyone to fill."""
PAPER_MB, PAPER_PAGES = 10, 50
"""Of a CV, or of the certificate of a training."""
FAULTS = (reading.Refused, storage.Unreachable)
"""What `kept` raises."""


class Limit(FileUploadHandler):
    """Stands before Django's own handlers and passes everything on to them."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **more: Any
    ) -> None:
        """Refuse by the announced length: the server reads no more than was announced."""
        if content_length > LARGEST:
            raise RequestDataTooBig("The upload is larger than this site takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handlers make the file."""


def kept(upload: Any, *, most_mb: int, most_pages: int, actor: Any, now: datetime) -> Any:
    """Look at an upload, store its bytes, and record them; the virus scanner comes with the step.

    Raises reading.Refused for a file that is not taken, and storage.Unreachable.
    """
    name, data = reading.plain_name(upload.name or ""), upload.read(most_mb * MB + 1)
    if len(data) > most_mb * MB:
        message = "This file is larger than {most} MB. Send a smaller one."
        raise reading.Refused(Refusal("file-too-large", message, {"most": str(most_mb)}))
    looked = reading.look_at(data, name=name, most_pages=most_pages)
    stored = store().put([data], most=most_mb * MB)
    return files.record_file(
        stored.sha256, size=stored.size, media_type=looked.media_type, actor=actor, now=now
    )


def paper(upload: Any, *, actor: Any, now: datetime) -> Any:
    """A CV or a certificate, kept; None where none was sent."""
    if not upload:
        return None
    return kept(upload, most_mb=PAPER_MB, most_pages=PAPER_PAGES, actor=actor, now=now)


def reason(fault: reading.Refused | storage.Unreachable) -> Refusal:
    """Why a file was not taken, for who sent it; what a store says is for the log."""
    if isinstance(fault, reading.Refused):
        return fault.reason
    message = "Files cannot be kept at the moment. Try again in a few minutes."
    return Refusal("store-silent", message)


def store() -> storage.Store:
    """Where uploads lie: a folder of the home, or the declared bucket."""
    return storage.at(settings.MUNIMENT_HOME, url=settings.MUNIMENT_STORAGE_URL)
