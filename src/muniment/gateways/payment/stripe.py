"""Ask the provider for a checkout page: one POST, form-encoded, no redirects followed."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from muniment.gateways.loopback import is_loopback

from . import Failed, Session, Wanted

SECONDS = 20
LARGEST = 1_000_000


class _Still(urllib.request.HTTPRedirectHandler):
    """Whoever answers for the provider sends us nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def create(wanted: Wanted, *, url: str, key: str) -> Session:
    """A page on which this sum can be paid. Raises Failed; asking again makes no second page."""
    fields = {
        "mode": "payment",
        "client_reference_id": wanted.invoice,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": wanted.currency.lower(),
        "line_items[0][price_data][unit_amount]": str(wanted.amount_minor),
        "line_items[0][price_data][product_data][name]": f"Invoice {wanted.invoice}",
        "success_url": wanted.back_to,
        "cancel_url": wanted.back_to,
    }
    request = urllib.request.Request(  # the declared address, checked below
        f"{url.rstrip('/')}/v1/checkout/sessions",
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": wanted.once},
        method="POST",
    )
    host = urllib.parse.urlsplit(url).hostname or ""
    if request.type != "https" and not (request.type == "http" and is_loopback(host)):
        raise Failed("The card provider's address has to begin with https.")
    try:
        with urllib.request.build_opener(_Still).open(request, timeout=SECONDS) as answer:
            said = json.loads(answer.read(LARGEST))
        return Session(str(said["id"]), str(said["url"]))
    except urllib.error.HTTPError as fault:
        raise Failed(f"The card provider answered with {fault.code}.") from None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise Failed(f"The card provider gave no page: {type(fault).__name__}.") from None
