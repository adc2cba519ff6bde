"""What the card provider posts to us: kept once, matched by a job as every line of money is."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from muniment.actions import payment, people
from muniment.api import posted
from muniment.gateways.payment import parse


@csrf_exempt
@require_POST
def card(request: HttpRequest) -> HttpResponse:
    """Take a signed report in; the same one again changes nothing. Anything else is refused."""
    now = timezone.now()
    try:
        paid = _paid(request, now)
    except parse.Invalid as fault:
        return posted.refused(fault)
    if paid is not None:
        payment.take_card_payment(_line(paid), actor=people.system(), now=now)
    return posted.received()


def _paid(request: HttpRequest, now: datetime) -> parse.Paid | None:
    return parse.event(
        posted.body(request, most=parse.LARGEST),
        signature=request.headers.get("Stripe-Signature", "")[:1_000],
        secret=settings.DECLARED.card_webhook_secret,
        now=now,
    )


def _line(paid: parse.Paid) -> payment.Arrived:
    text = f"{paid.invoice} {paid.payment}"
    return payment.Arrived(paid.key, paid.paid_on, paid.amount_minor, paid.currency, text)
