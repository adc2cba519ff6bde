"""An official signs at the provider of her institution; the office sees it come back."""

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
from tests.journeys.people import NARROW, Site, Someone, comes

pytestmark = pytest.mark.slow
SCENE = "offered"
REQUEST = references.Reference(1)
KEY, SECRET = "key", "secret"  # of the fake


@pytest.fixture(autouse=True)
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fake.Server]:
    """A signing provider on loopback, which the site that is started next has declared."""
    with fake.Server(fake.Provider(KEY, SECRET, tmp_path / "there")) as running:
        monkeypatch.setenv("MUNIMENT_ESIGN_URL", running.url)
        monkeypatch.setenv("MUNIMENT_ESIGN_KEY", KEY)
        monkeypatch.setenv("MUNIMENT_ESIGN_WEBHOOK_SECRET", SECRET)
        yield running


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
    sam.finds_nothing_cut()
    there = page.get_by_role("link", name=re.compile("^Sign at"))
    signs_there(provider, str(there.get_attribute("href")), site)
    waits_for(sam, "You have signed")
    page.get_by_text("at a signing provider").wait_for()

    cora = comes(someone, "cora")
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
