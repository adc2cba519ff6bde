"""In a demo a card can be tried: a page on this machine stands in for the provider."""

import os
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from muniment import models
from muniment.actions import payment
from muniment.cli.serve import cards
from muniment.demo import contracting
from muniment.gateways import payment as gateway
from muniment.gateways import serving
from muniment.gateways.payment import parse, stripe
from muniment.queries import payment as queries
from muniment.rulebook.words import Role
from tests.actions.payment.test_money import TOTAL, invoice_of
from tests.world import World

NAMES = ("MUNIMENT_CARD_URL", "MUNIMENT_CARD_KEY", "MUNIMENT_CARD_WEBHOOK_SECRET")


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "https://api.example.org")


def paid_in_a_run() -> parse.Paid:
    """What the site is told when somebody presses the button of a page in one run of the demo."""
    told: list[tuple[bytes, str]] = []

    class Site(serving.Handler):
        def do_POST(self) -> None:
            told.append((self.posted(), self.headers["Stripe-Signature"]))
            self.say(200, b"{}")

        def do_GET(self) -> None:
            self.say(200, b"back")

    with serving.Server(Site) as site, cards.stand_in(int(site.url.rpartition(":")[2])):
        url, key, secret = (os.environ[name] for name in NAMES)
        assert url.startswith("http://127.0.0.1:")
        until = datetime.now(UTC) + timedelta(hours=1)
        wanted = gateway.Wanted("C-1", TOTAL, "USD", f"{site.url}/back/", "wish", until)
        page = stripe.create(wanted, url=url, key=key)
        with urllib.request.urlopen(page.address, timeout=5) as answer:
            assert "moves no money" in answer.read().decode()
        with urllib.request.urlopen(page.address, data=b"", timeout=5) as answer:
            assert answer.read() == b"back"
    [(body, signature)] = told
    found = parse.event(body, signature=signature, secret=secret, now=datetime.now(UTC))
    assert found is not None
    return found


def test_the_page_moves_no_money_says_so_and_reports_to_this_site_alone() -> None:
    found = paid_in_a_run()
    assert (found.invoice, found.amount_minor) == ("C-1", TOTAL)


def test_a_payment_of_a_later_run_is_not_taken_for_one_of_an_earlier_run() -> None:
    assert paid_in_a_run().key != paid_in_a_run().key


def test_nobody_is_sent_to_a_page_of_an_earlier_run(world: World) -> None:
    story, now = world.after(contracting.invoice), datetime.now(UTC)
    by = {**world.by("alice", Role.APPLICANT), "now": now}
    for made in (True, False):
        asked = payment.ask_for_checkout(invoice_of(story), amount_minor=TOTAL, **by)
        if made:
            payment.record_checkout(asked, session="cs_1", address="http://127.0.0.1:9/pay/cs_1")
        cards.forget_pages()
        left = queries.find_live_checkout(invoice_of(story), amount_minor=TOTAL, now=now)
        assert left == (None if made else asked), "what is still to be made is made by this run"
    assert models.Checkout.objects.count() == 2
