"""Ask the provider for a checkout page, or to close one: form-encoded, no redirects followed."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from muniment.gateways import asking

from . import Failed, Session, Unreachable, Wanted

SECONDS = 20
LARGEST = 1_000_000
PAGES = "/v1/checkout/sessions"


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
    said = _ask(PAGES, fields, url=url, key=key, once=wanted.once)
    if not said.get("id") or not said.get("url"):
        raise Failed("The card provider gave no page: its answer names none.")
    return Session(str(said["id"]), str(said["url"]))


def expire(name: str, *, url: str, key: str) -> bool:
    """Close a page, so that it takes no money. False where it took it, or closed, before.

    Raises Failed where it is still open; Unreachable where nothing is known of it.
    """
    page = f"{PAGES}/{urllib.parse.quote(name, safe='')}"
    try:
        _ask(f"{page}/expire", {}, url=url, key=key)
    except Unreachable:
        raise
    except Failed:
        if _ask(page, None, url=url, key=key).get("status") not in ("complete", "expired"):
            raise
        return False
    return True


def _ask(
    path: str, fields: Mapping[str, str] | None, *, url: str, key: str, once: str = ""
) -> dict[str, object]:
    """One question, posted where it has fields."""
    request = urllib.request.Request(  # the declared address, checked below
        f"{url.rstrip('/')}{path}",
        data=None if fields is None else urllib.parse.urlencode(fields).encode(),
        headers={"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": once} if once else {}),
    )
    if not asking.is_safe(url):
        raise Failed("The card provider's address has to begin with https.")
    try:
        return dict(json.loads(asking.read(request, most=LARGEST, seconds=SECONDS)))
    except urllib.error.HTTPError as fault:
        fault.close()  # it holds the connection
        kind = Unreachable if asking.is_away(fault.code) else Failed
        raise kind(f"The card provider answered with {fault.code}.") from None
    except (OSError, http.client.HTTPException) as fault:
        raise Unreachable(f"The card provider gave no page: {type(fault).__name__}.") from None
    except (ValueError, TypeError) as fault:
        raise Failed(f"The card provider gave no page: {type(fault).__name__}.") from None
