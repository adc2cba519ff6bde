"""One mail out, through whatever the deployment declared: a mail server, or files in the home."""

import smtplib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to go. `message_id` stays the same however often it is tried.

    `stands_for` are the Message-IDs of the letters that a digest brings: whoever replies to it
    names them too (RFC 5322, section 3.6.4).
    """

    to: str
    subject: str
    plain: str
    html: str
    message_id: str
    stands_for: tuple[str, ...] = ()


class Failed(Exception):
    """Whoever takes mail in did not take this one; it may be tried again."""


def send(mail: Mail) -> None:
    """Hand one mail in; raises Failed with a sentence where that did not work."""
    from django.core.mail import EmailMultiAlternatives

    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.stands_for:
        headers["References"] = " ".join(mail.stands_for)
    message = EmailMultiAlternatives(mail.subject, mail.plain, to=[mail.to], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as fault:
        raise Failed(f"The mail server did not take it: {type(fault).__name__}.") from fault
