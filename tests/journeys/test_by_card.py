"""An invoice is paid by card: from its page to the provider's and back, until the release opens."""

import re
import urllib.error
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from muniment.gateways.payment import fake
from tests.journeys import references
from tests.journeys.contracting import waits_for
from tests.journeys.people import Site, Someone, comes

pytestmark = pytest.mark.slow
SCENE = "billed"
REQUEST = references.Reference(1)
KEY, SECRET = "sk_test", "whsec_test"  # of the fake


@pytest.fixture(autouse=True)
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.Server]:
    """A card provider on loopback, which the site that is started next has declared."""
    with fake.Server(fake.Provider(KEY, SECRET)) as running:
        monkeypatch.setenv("MUNIMENT_CARD_URL", running.url)
        monkeypatch.setenv("MUNIMENT_CARD_KEY", KEY)
        monkeypatch.setenv("MUNIMENT_CARD_WEBHOOK_SECRET", SECRET)
        yield running


def test_a_card_pays_once_however_often_it_is_pressed_and_reported(
    someone: Callable[..., Someone], site: Site, provider: fake.Server
) -> None:
    there = f"{site.url}/api/payments/card/"
    provider.provider.reports_to = there
    cora, alice = comes(someone, "cora"), someone(phone=True)
    cora.goes_to(f"/office/{REQUEST}/release/")
    cora.page.get_by_text("The fee is not settled").wait_for()
    expect(cora.page.get_by_role("button", name="Open the release")).to_have_count(0)

    alice.signs_in("alice@lakeside.example")
    alice.goes_to(f"/invoices/{REQUEST}-1/")
    presses_twice(alice, "Pay by card")
    waits_for(alice, "Go to the card payment page")
    alice.finds_no_barrier()
    alice.keeps("invoice-card-phone")
    alice.page.get_by_role("link", name="Go to the card payment page").click()
    heading = alice.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(f"^{REQUEST}-1: USD [0-9,]+[.][0-9]{{2}}$"))
    asked = heading.inner_text().partition(": ")[2]
    presses_twice(alice, "Pay now")
    waits_for(alice, "Nothing is open on this invoice.")
    alice.finds_no_barrier()
    received = alice.page.locator("dl div").filter(has_text="Received").get_by_role("definition")
    expect(received).to_have_text(asked)

    assert provider.provider.charged == ["cs_test_1"], "one page, one charge"
    forged = provider.provider.sent[0][0].replace(b"cs_test_1", b"cs_test_2")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        fake.report(forged, provider.provider.sent[0][1], to=there)
    for told in provider.provider.sent * 2:
        assert fake.report(*told, to=there) == 200
    pays_nothing_twice(someone, asked)

    cora.goes_to(f"/office/{REQUEST}/release/")
    cora.page.get_by_role("button", name="Open the release").click()
    cora.page.get_by_role("heading", name="Release lines").wait_for()
    cora.goes_to(f"/office/{REQUEST}/release/")
    expect(cora.page.get_by_text("Approved, not opened")).to_have_count(0)


def presses_twice(person: Someone, name: str) -> None:
    """A double click, and the page that comes of it."""
    button = person.page.get_by_role("button", name=name)
    button.dblclick()
    expect(button).to_have_count(0)


def pays_nothing_twice(someone: Callable[..., Someone], asked: str) -> None:
    """Finance sees one payment over the sum that was asked for, and no line that waits."""
    fay = comes(someone, "fay")
    fay.goes_to(f"/office/{REQUEST}/fees/")
    fay.page.get_by_text("Paid", exact=True).wait_for()
    expect(fay.page.get_by_text("Overpaid")).to_have_count(0)
    came = fay.page.locator("table").filter(has_text="Money received").locator("tbody tr")
    expect(came).to_have_count(1)
    expect(came).to_contain_text("card")
    expect(came).to_contain_text(asked)
    fay.goes_to("/office/invoices/")
    expect(fay.page.get_by_text(re.compile("of the bank needs? you"))).to_have_count(0)
