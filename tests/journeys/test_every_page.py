"""Every page that an applicant can reach, of requests at every stage, as the browser draws it.

Wide and light, then narrow and dark: axe finds nothing, one button at most is filled, nothing is
wider than the smallest phone, and the console stays silent.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "at_every_stage"
MOST = 500
NARROW = {"width": 320, "height": 700}
REFERENCE = re.compile(r"/CENTRA-\d{4}-\d{4}/")
LEAVES = ("sign-out", "/static/", "/oidc/")
"""Addresses that end the visit, or that are no page."""
LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map(each => each.getAttribute('href'))"
IN_DARK = {"runOnly": ["color-contrast"]}
"""What else axe looks at does not hang on the color of the paper, and was looked at in light."""


def pages(someone: Someone) -> Iterator[str]:
    """Open every page that is linked, once, beginning with one's own requests."""
    waiting, seen = (
        ["/requests/", "/enquiries/", "/accounts/profile/", "/accounts/security/"],
        set(),
    )
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        if address in seen or any(each in address for each in LEAVES):
            continue
        seen.add(address)
        assert len(seen) < MOST, "the walk goes in circles"
        kind = someone.page.context.request.head(someone.site.url + address).headers
        if "text/html" not in kind.get("content-type", ""):
            continue
        someone.goes_to(address)
        yield address
        waiting += someone.page.evaluate(LINKS)


def test_wide_and_light_no_page_has_a_barrier(someone: Callable[..., Someone]) -> None:
    alice = someone()
    alice.signs_in("alice@lakeside.example")
    alice.page.get_by_role("heading", name="My requests").wait_for()
    requests = set()
    for address in pages(alice):
        alice.finds_no_barrier()
        assert alice.page.locator("main .btn-primary").count() <= 1, address
        requests |= set(REFERENCE.findall(address))
        kept = address.strip("/").replace("/", "_").partition("?")[0]
        alice.keeps(f"page-{kept}-light")
    assert len(requests) == 18


def test_narrow_and_dark_no_page_is_cut_or_too_faint(someone: Callable[..., Someone]) -> None:
    alice = someone(phone=True, dark=True)
    alice.page.set_viewport_size(NARROW)
    alice.signs_in("alice@lakeside.example")
    alice.page.get_by_role("heading", name="My requests").wait_for()
    for address in pages(alice):
        wide = alice.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"], (address, wide)
        found = Axe().run(alice.page, options=IN_DARK).response["violations"]
        assert found == [], (address, [node["html"] for each in found for node in each["nodes"]])
        kept = address.strip("/").replace("/", "_").partition("?")[0]
        alice.keeps(f"page-{kept}-dark-320")
