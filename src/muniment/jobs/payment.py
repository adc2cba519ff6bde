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
    its time is over, the payer may ask again.
    """
    asked = payment.find_checkout(job.payload["checkout"])
    until = asked.made_at + payment.CHECKOUT_LASTS
    if asked.address or until - now < LEFT:
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
