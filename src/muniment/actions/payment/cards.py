"""Pages of the card provider: asked for by a payer, made, and closed when their sum is settled."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import step, work
from muniment.queries import payment
from muniment.rulebook import words

CHECKOUT = "card_checkout"
"""The kind of job that has the card provider make a page."""
CLOSING = "close_card_page"
"""The kind of job that has it close one."""


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


def close_pages(invoices: Iterable[models.Invoice], *, actor: models.Actor, now: datetime) -> None:
    """Have the pages for these closed whose sum is open no more; within the step that settles it.

    A worker looks whether it is: by then it sees what the step left.
    """
    for page in payment.list_live_checkouts(invoices, now=now):
        payload = {"checkout": page.pk}
        work.enqueue(CLOSING, actor=actor, now=now, case=page.invoice.case, payload=payload)


def record_closed(checkout: models.Checkout) -> models.Checkout:
    """The provider takes no money on the page any more; its name there stays on record."""
    return record_checkout(checkout, session=checkout.session, address="")
