"""Sends what waits in the outbox: at least once, under the same Message-ID every time.

A mail server that is down stops nothing: the letter waits for its next try, other work goes on.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from muniment.actions import outbox
from muniment.documents import mail as documents
from muniment.gateways.mail import sending

AT_A_TIME = 20
LOG = logging.getLogger(__name__)


def send_due(*, clock: Callable[[], datetime]) -> int:
    """Send what is due, a few at a time so that other work goes on; return how many mails went.

    The first failure ends the round: where one mail is not taken, the next will hardly be.
    """
    for done in range(AT_A_TIME):
        parcel = outbox.claim(now=clock())
        if parcel is None:
            return done
        if not _send(parcel, clock=clock):
            return done
    return AT_A_TIME


def _send(parcel: outbox.Parcel, *, clock: Callable[[], datetime]) -> bool:
    try:
        sending.send(_mail(parcel))
    except sending.Failed as failed:
        outbox.record_failure(parcel, error=str(failed))
        return False
    except Exception as fault:
        LOG.exception("the letter %s could not be sent", parcel.letters[0].message_id)
        outbox.record_failure(parcel, error=f"It broke: {type(fault).__name__}.")
        return True
    outbox.record_sent(parcel, now=clock())
    return True


def _mail(parcel: outbox.Parcel) -> sending.Mail:
    site = settings.MUNIMENT_SITE_URL
    if len(parcel.letters) == 1:
        [letter] = parcel.letters
        made = documents.letter(letter.subject, letter.body, site=site)
        return sending.Mail(
            parcel.to.email, letter.subject, made.plain, made.html, letter.message_id
        )
    subject = f"{len(parcel.letters)} things for you today"
    bodies = [(letter.subject, letter.body) for letter in parcel.letters]
    made = documents.digest(subject, bodies, site=site)
    brought = tuple(letter.message_id for letter in parcel.letters)
    return sending.Mail(
        parcel.to.email, subject, made.plain, made.html, _name(parcel), stands_for=brought
    )


def _name(parcel: outbox.Parcel) -> str:
    """A digest's own Message-ID: the same letters have the same one."""
    every = " ".join(sorted(letter.message_id for letter in parcel.letters))
    digest = hashlib.sha256(every.encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MUNIMENT_MAIL_DOMAIN}>"
