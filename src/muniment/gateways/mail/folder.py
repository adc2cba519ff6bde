"""Mail as files in the home folder, for an office that has not declared a mail server yet.

One message a file, readable by its owner only: a message may carry a one-time code.
"""

import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class EmailBackend(BaseEmailBackend):
    """Django's port for mail; the name is the one Django looks for."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message whole or not at all."""
        folder = Path(settings.MUNIMENT_HOME) / "outbox"
        for message in email_messages:
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            _write(folder / f"{stamp}-{uuid.uuid4().hex}.eml", message.message().as_bytes())
        return len(email_messages)


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    draft.rename(path)
