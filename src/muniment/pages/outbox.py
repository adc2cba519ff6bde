"""The mail that a demo wrote, for its guests only: it may hold codes."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muniment.pages import demo_door, frame

NEWEST = 100
NAME = re.compile(r"[0-9]{8}T[0-9]{12,}-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it was written."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What was written, newest first."""
    if not demo_door.is_guest(request):
        raise Http404
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:NEWEST]
    return frame.render(request, "demo/outbox.html", {"mails": [_read(path) for path in paths]})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as text."""
    path = _folder() / f"{name}.eml"
    if not demo_door.is_guest(request) or not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return frame.render(request, "demo/mail.html", {"mail": _read(path)})


def _folder() -> Path:
    return Path(settings.MUNIMENT_HOME) / "outbox"


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        name=path.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=datetime.strptime(path.stem[:15] + "+0000", "%Y%m%dT%H%M%S%z"),
        text=body.get_content() if body else "",
    )
