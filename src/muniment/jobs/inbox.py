"""Reads the office's mailbox every minute: replies go to their thread, the rest are enquiries."""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from muniment.actions import mailbox, step
from muniment.gateways import storage
from muniment.gateways.mail import inbox, parse
from muniment.queries import catalogue, enquiries

EVERY_SECONDS = 60
LOG = logging.getLogger(__name__)


def collect(*, clock: Callable[[], datetime]) -> int:
    """One round, if the last one of any worker was a minute ago; return how many mails it took."""
    box = inbox.at(Path(settings.MUNIMENT_HOME), url=settings.DECLARED.imap_url)
    if box is None or not cache.add("mail:inbox", 1, timeout=EVERY_SECONDS):
        return 0
    return take_all(box, clock=clock)


def take_all(box: inbox.Mailbox, *, clock: Callable[[], datetime]) -> int:
    """Deal with what waits. A mail that breaks stays and comes again; it stops no other."""
    try:
        waiting = list(box.fetch())
    except inbox.Failed as failed:
        LOG.warning("%s", failed)
        return 0
    taken = 0
    for each in waiting:
        try:
            said = _take(each, now=clock())
            box.done(each.key)
        except Exception:
            LOG.exception("a mail in the mailbox could not be taken in")
        else:
            LOG.info("a mail became: %s", said)
            taken += 1
    return taken


def _take(waiting: inbox.Waiting, *, now: datetime) -> str:
    """What the mail became."""
    programme = catalogue.find_active()
    if programme is None:
        raise LookupError("There is no programme yet, so nobody can be asked.")
    if waiting.data is None:
        LOG.warning("a mail is larger than is read; it stays in the mailbox, marked as seen")
        return "too-large"
    received = parse.parse(waiting.data)
    if received.automatic or received.from_address == _own_address():
        return "automatic"
    store = storage.at(Path(settings.MUNIMENT_HOME), url=settings.MUNIMENT_STORAGE_URL)
    kept = store.put([waiting.data], most=inbox.LARGEST)
    mail = mailbox.Mail(
        from_name=received.from_name,
        from_address=received.from_address,
        subject=received.subject,
        text=_with_attached(received),
        replies_to=received.replies_to,
        sha256=kept.sha256,
        size=kept.size,
    )
    try:
        return mailbox.take_in(programme, mail, now=now)
    except step.Refused as refused:
        if refused.changed_meanwhile:
            raise  # somebody was only quicker: it comes again
        LOG.warning("a mail was not taken in: %s", refused)
        return "refused"


def _with_attached(received: parse.Received) -> str:
    """The text, and which files came with it; they lie in the kept mail, unopened."""
    if not received.attached:
        return received.text
    names = ", ".join(f"{file.name} ({file.size:,} bytes)" for file in received.attached)
    return f"{received.text}\n\n{enquiries.ATTACHED}{names}]".strip()


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
