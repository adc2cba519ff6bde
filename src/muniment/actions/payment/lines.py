"""Lines of bank files and card payments as they arrive: each kept once, however often it comes.

These are edits: taking a line in moves no money. What a line is worth is decided by matching it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.queries import payment
from muniment.rulebook import words

MATCH = "match_bank_lines"
"""The kind of job that looks for each line's invoice."""
CHECKOUT = "card_checkout"
"""The kind of job that has the card provider make a page."""


class Arrived(NamedTuple):
    """A line as it was read; `key` is the same whenever the same line is read again."""

    key: str
    booked_on: date
    amount_minor: int
    currency: str
    text: str


def take_bank_lines(
    programme: models.Programme, lines: Iterable[Arrived], *, actor: models.Actor, now: datetime
) -> int:
    """Keep the lines of a bank's file that were not here yet; return how many are new."""
    step.only_for({words.Role.FINANCE}, programme, actor=actor, now=now)
    return _keep(lines, models.BankLine.Source.BANK, actor=actor, now=now)


def take_card_payment(line: Arrived, *, actor: models.Actor, now: datetime) -> int:
    """Keep what the card provider reports; a replayed report changes nothing."""
    return _keep([line], models.BankLine.Source.CARD, actor=actor, now=now)


def set_line_aside(
    line: models.BankLine,
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.BankLine:
    """Say that a line is not money for an invoice, with the reason."""
    step.only_for({words.Role.FINANCE}, programme, actor=actor, now=now)
    input_refused.unless_reason(reason)
    mark = {"set_aside_at": now, "set_aside_by": actor, "set_aside_reason": reason}
    open_lines = models.BankLine.objects.filter(payment__isnull=True, set_aside_at__isnull=True)
    if not open_lines.filter(pk=line.pk).update(**mark):
        message = "This line is settled already."
        raise step.Refused([words.Refusal("line-settled", message)])
    line.refresh_from_db()
    return line


def ask_for_checkout(
    invoice: models.Invoice, *, amount_minor: int, actor: models.Actor, now: datetime
) -> models.Checkout:
    """Ask for a page of the card provider on which what is open can be paid.

    Only a party asks; while there is such a page, that one is returned: a sum is paid once.
    """
    step.only_for(set(words.CASE_ROLES), invoice.case, actor=actor, now=now)
    with transaction.atomic():
        models.Invoice.objects.select_for_update().get(pk=invoice.pk)  # of two, one waits
        live = payment.find_live_checkout(invoice, amount_minor=amount_minor, now=now)
        if live is not None:
            return live
        made = models.Checkout.objects.create(
            invoice=invoice,
            amount_minor=amount_minor,
            currency=invoice.currency,
            made_at=now,
            made_by=actor,
        )
        payload = {"checkout": made.pk}
        work.enqueue(CHECKOUT, actor=actor, now=now, case=invoice.case, payload=payload)
    return made


def record_checkout(checkout: models.Checkout, *, session: str, address: str) -> models.Checkout:
    """The provider made the page; whoever asked for it goes there."""
    checkout.session, checkout.address = session, address
    checkout.save(update_fields=["session", "address"])
    return checkout


def _keep(lines: Iterable[Arrived], source: str, *, actor: models.Actor, now: datetime) -> int:
    new = 0
    with transaction.atomic():
        for line in lines:
            _row, made = models.BankLine.objects.get_or_create(
                key=line.key,
                defaults={
                    "source": source, "booked_on": line.booked_on, "text": line.text[:300],
                    "amount_minor": line.amount_minor, "currency": line.currency,
                    "made_at": now, "made_by": actor,
                },
            )  # fmt: skip
            new += made
        if new:
            work.enqueue(MATCH, actor=actor, now=now)
    return new
