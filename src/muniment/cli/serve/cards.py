"""A card provider for a demo: it takes no card and moves no money, and forgets when it ends."""

import contextlib
import os
import secrets
from collections.abc import Iterator


@contextlib.contextmanager
def stand_in(port: int) -> Iterator[None]:
    """While it runs, the site on this port has a card provider. Settings are read after this."""
    from muniment.gateways.payment import fake

    key, secret, run = (secrets.token_hex(16) for _ in range(3))
    reports_to = f"http://127.0.0.1:{port}/api/payments/card/"
    with fake.Server(fake.Provider(key, secret, reports_to=reports_to, run=run)) as running:
        os.environ["MUNIMENT_CARD_URL"] = running.url
        os.environ["MUNIMENT_CARD_KEY"] = key
        os.environ["MUNIMENT_CARD_WEBHOOK_SECRET"] = secret
        yield


def forget_pages() -> None:
    """Nobody is sent to a page of an earlier run, which is gone with it."""
    from datetime import UTC, datetime

    from muniment import models
    from muniment.actions import payment as actions
    from muniment.queries import payment

    every = models.Invoice.objects.all()
    for page in payment.list_live_checkouts(every, now=datetime.now(UTC)):
        if page.session:
            actions.record_closed(page)
