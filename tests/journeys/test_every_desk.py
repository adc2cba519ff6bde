"""Every kind of page that a desk of the office or the committee can reach, as the browser draws it.

What test_every_page.py looks for, at each desk in turn, over requests at every stage: the first few
of the pages that differ only in what they are about.
"""

from collections.abc import Callable

import pytest

from tests.journeys import walking
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "at_every_stage"
DESKS = {
    "cora": 2, "stella": 1, "paula": 1, "chen": 1, "mia": 1, "otto": 1, "dana": 1, "fay": 1,
    "ada": 1, "audra": 1,
}  # fmt: skip
"""Who looks, and at how many pages of a kind."""
FIRST = ["/office/", "/"]


def test_no_page_has_a_barrier_or_is_cut_or_too_faint(someone: Callable[..., Someone]) -> None:
    before, seen = walking.Walked(), set[int]()
    for name, most in DESKS.items():
        officer, reached, looked_at = someone(), set[str](), 0
        officer.enters_the_office(f"{name}@library.example")
        walk = walking.pages(officer, FIRST, of_a_kind=most, before=before, reached=reached)
        for address in walk:
            walking.looks_at(officer, address, f"desk-{name}", seen=seen)
            looked_at += 1
        assert looked_at > 5, (name, looked_at)
        assert len(reached) > 20, (name, len(reached))
