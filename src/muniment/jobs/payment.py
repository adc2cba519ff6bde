"""Match the lines of bank and card that name an invoice; have the card provider make a page."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from muniment.actions import payment as actions
from muniment.actions import people, step
from muniment.gateways import payment as gateway
from muniment.gateways.payment import stripe
from muniment.queries import payment

from . import plane, points

if TYPE_CHECKING:
    from muniment import models

LOG = logging.getLogger(__name__)
LEFT = gateway.SHORTEST + timedelta(minutes=5)
"""Their clock may be ahead of ours."""


def match(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Record every waiting line that is clear; what is not waits for a person.

    Where somebody was only quicker on a case, the job is tried again.
    """
    again: step.Refused | None = None
    for line in payment.list_waiting_lines():
        invoice = payment.find_match(line)
        if invoice is None:
            continue
        take = actions.record_card_payment if line.source == "card" else actions.match_bank_line
        points.reach(points.Point.MONEY_CLAIMED)
        try:
            take(line, invoice, actor=people.system(), now=now)
            points.reach(points.Point.MONEY_RECORDED)
        except step.Refused as refused:
            again = refused if refused.changed_meanwhile else again
            LOG.info("a line of money waits for a person: %s", refused)
    if again is not None:
        raise again


def checkout(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have the page made and put its address where the payer finds it.

    Where the wish was waiting for so long that the page would close at once, none is made: when
    its time is over, the payer may ask again. What was settled meanwhile needs none either; where
    that came while the provider made it, it is closed again.
    """
    asked = payment.find_checkout(job.payload["checkout"])
    until = asked.made_at + payment.CHECKOUT_LASTS
    if asked.session or until - now < LEFT or not _is_open(asked):
        return
    made = stripe.create(
        gateway.Wanted(
            invoice=asked.invoice.number,
            amount_minor=asked.amount_minor,
            currency=asked.currency,
            back_to=f"{settings.MUNIMENT_SITE_URL}/invoices/{asked.invoice.number}/",
            once=str(asked.public_id),
            until=until,
        ),
        url=settings.DECLARED.card_url,
        key=settings.DECLARED.card_key,
    )
    actions.record_checkout(asked, session=made.name, address=made.address)
    _close_if_settled(payment.find_checkout(asked.pk), now=now)


def close(job: "models.Job", *, plant: plane.Plant, now: datetime) -> None:
    """Have a page closed whose sum was paid otherwise, credited, voided or waived."""
    _close_if_settled(payment.find_checkout(job.payload["checkout"]), now=now)


def _close_if_settled(page: "models.Checkout", *, now: datetime) -> None:
    """What was paid on it in the same moment is reported as ever, and waits for finance."""
    over = now >= page.made_at + payment.CHECKOUT_LASTS
    if not page.address or over or _is_open(page):
        return
    declared = settings.DECLARED
    if not stripe.expire(page.session, url=declared.card_url, key=declared.card_key):
        LOG.info("a card page took its money, or closed, before it was to be closed")
    actions.record_closed(page)


def _is_open(page: "models.Checkout") -> bool:
    return payment.open_by_card(page.invoice) == page.amount_minor
