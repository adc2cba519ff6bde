"""How much one request may carry, judged before a byte of it is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

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
