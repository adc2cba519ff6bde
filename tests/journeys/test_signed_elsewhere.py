"""An official signs at the provider of her institution; the office sees it come back."""

import os
import re
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from muniment.gateways.elsewhere import fake
from tests.journeys import references
from tests.journeys.contracting import waits_for
from tests.journeys.people import NARROW, Site, Someone

pytestmark = pytest.mark.slow
SCENE = "offered"
REQUEST = references.Reference(1)
NAMES = ("MUNIMENT_ESIGN_URL", "MUNIMENT_ESIGN_KEY", "MUNIMENT_ESIGN_WEBHOOK_SECRET")


@pytest.fixture(autouse=True)
def provider(tmp_path: Path) -> Iterator[fake.Server]:
    """A signing provider on loopback, which the site that is started next has declared."""
    with fake.Server(fake.Provider("key", "secret", tmp_path / "there")) as running:
        before = {name: os.environ.get(name) for name in NAMES}
        os.environ |= dict(zip(NAMES, (running.url, "key", "secret"), strict=True))
        yield running
        for name, value in before.items():
            os.environ.pop(name)
            os.environ |= {name: value} if value is not None else {}


def signs_there(provider: fake.Server, address: str, site: Site) -> None:
    """At the provider's page; it reports to us what happened.

    In a thread of its own, because the browser's driver keeps an event loop in this one.
    """
    name, now = address.rpartition("/")[2], datetime.now(UTC)
    with ThreadPoolExecutor(1) as apart:
        sign = apart.submit(provider.provider.sign, name, at=now, serves=provider.place)
    body, header = sign.result()
    request = urllib.request.Request(
        f"{site.url}/api/signatures/report/", data=body, method="POST",
        headers={"X-Docuseal-Signature": header},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def test_an_official_signs_at_her_own_provider(
    someone: Callable[..., Someone], site: Site, provider: fake.Server
) -> None:
    sam = someone(phone=True, javascript=False, dark=True)
    page = sam.page
    sam.follows_the_mail("sam@lakeside.example", about="signature")
    page.get_by_text(re.compile("^Sign at .* instead$")).click()
    page.get_by_text("which we do not judge").wait_for()
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name=re.compile("^Have it sent to")).click()
    waits_for(sam, "The agreement waits for you at")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    there = page.get_by_role("link", name=re.compile("^Sign at"))
    signs_there(provider, str(there.get_attribute("href")), site)
    waits_for(sam, "You have signed")
    page.get_by_text("at a signing provider").wait_for()

    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to(f"/office/{REQUEST}/agreement/")
    cora.page.get_by_role("heading", name="Signed elsewhere").wait_for()
    expect(cora.page.get_by_text("Sam Signer, at a signing provider")).to_be_visible()
    cora.finds_no_barrier()
    cora.keeps("agreement-elsewhere")


def test_where_to_sign_has_no_barrier(someone: Callable[..., Someone]) -> None:
    sam = someone()
    sam.follows_the_mail("sam@lakeside.example", about="signature")
    sam.page.get_by_text(re.compile("^Sign at .* instead$")).click()
    sam.finds_no_barrier()
    sam.page.get_by_role("button", name=re.compile("^Have it sent to")).click()
    waits_for(sam, "The agreement waits for you at")
    sam.finds_no_barrier()
    sam.keeps("sign-elsewhere")
