"""What comes in as a file: how much one request may carry, how often, and where it is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from muniment.gateways import storage

LARGEST = 110 * 1024 * 1024
"""A few files of the largest size a form may ask for; the disk is not for everyone to fill."""


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


def store() -> storage.Store:
    """Where uploads lie: a folder of the home, or the declared bucket."""
    return storage.at(settings.MUNIMENT_HOME, url=settings.MUNIMENT_STORAGE_URL)
