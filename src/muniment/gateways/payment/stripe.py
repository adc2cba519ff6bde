"""Ask the provider for a checkout page: one POST, form-encoded, no redirects followed."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request

from muniment.gateways import asking

from . import Failed, Session, Unreachable, Wanted

SECONDS = 20
LARGEST = 1_000_000


def create(wanted: Wanted, *, url: str, key: str) -> Session:
    """A page on which this sum can be paid. Raises Failed; asking again makes no second page.

    Unreachable where it says nothing about what was asked for.
    """
    fields = {
        "mode": "payment",
        "client_reference_id": wanted.invoice,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": wanted.currency.lower(),
        "line_items[0][price_data][unit_amount]": str(wanted.amount_minor),
        "line_items[0][price_data][product_data][name]": f"Invoice {wanted.invoice}",
        "expires_at": str(int(wanted.until.timestamp())),
        "success_url": wanted.back_to,
        "cancel_url": wanted.back_to,
    }
    request = urllib.request.Request(  # the declared address, checked below
        f"{url.rstrip('/')}/v1/checkout/sessions",
        data=urllib.parse.urlencode(fields).encode(),
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": wanted.once},
        method="POST",
    )
    if not asking.is_safe(url):
        raise Failed("The card provider's address has to begin with https.")
    try:
        said = json.loads(asking.read(request, most=LARGEST, seconds=SECONDS))
        return Session(str(said["id"]), str(said["url"]))
    except urllib.error.HTTPError as fault:
        fault.close()  # it holds the connection
        kind = Unreachable if asking.is_away(fault.code) else Failed
        raise kind(f"The card provider answered with {fault.code}.") from None
    except (OSError, http.client.HTTPException) as fault:
        raise Unreachable(f"The card provider gave no page: {type(fault).__name__}.") from None
    except (ValueError, KeyError, TypeError) as fault:
        raise Failed(f"The card provider gave no page: {type(fault).__name__}.") from None
