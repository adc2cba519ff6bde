"""Every page that an applicant can reach, of requests at every stage, as the browser draws it.

Wide and light, then narrow and dark: axe finds nothing, one button at most is filled, nothing is
wider than the smallest phone, and the console stays silent.
"""

import re
from collections.abc import Callable

import pytest

from tests.journeys import walking
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "at_every_stage"
REFERENCE = re.compile(r"/CENTRA-\d{4}-\d{4}/")
FIRST = ["/requests/", "/enquiries/", "/accounts/profile/", "/accounts/security/"]


def test_no_page_has_a_barrier_or_is_cut_or_too_faint(someone: Callable[..., Someone]) -> None:
    alice = someone()
    alice.signs_in("alice@lakeside.example")
    alice.page.get_by_role("heading", name="My requests").wait_for()
    requests, seen = set(), set[int]()
    for address in walking.pages(alice, FIRST):
        walking.looks_at(alice, address, "page", seen=seen)
        requests |= set(REFERENCE.findall(address))
    assert len(requests) == 18
