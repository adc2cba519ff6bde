"""A file is opened while the store of files is silent: one page says so, and when to come back."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone
from tests.journeys.references import Reference

pytestmark = pytest.mark.slow
SCENE = "submitted"
REQUEST = Reference(1)
REFUSED = "Failed to load resource: the server responded with a status of 503 (Service Unavailable)"


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site that is started next has a store where nobody listens."""
    monkeypatch.setenv("MUNIMENT_STORAGE_URL", "s3+http://key:secret@127.0.0.1:9/muniment")


def test_who_opens_a_file_meanwhile_is_told_when_to_come_back(
    someone: Callable[..., Someone],
) -> None:
    alice = someone()
    page = alice.page
    alice.signs_in("alice@lakeside.example")
    page.get_by_role("heading", name="My requests").wait_for()
    alice.goes_to(f"/requests/{REQUEST}/?tab=files")
    page.get_by_role("main").get_by_role("link", name=".pdf").first.click()
    page.get_by_role("heading", name="Files cannot be reached now").wait_for()
    page.get_by_text("Try again in a few minutes.").wait_for()
    alice.finds_no_barrier()
    alice.keeps("silent-store")
    alice.finds_it_as_good_narrow_and_dark()
    with alice.narrow_and_dark():
        alice.keeps("silent-store-dark-320")
    page.get_by_role("link", name="Data library").first.click()
    page.get_by_role("heading", level=1).first.wait_for()
    alice.console.remove(REFUSED)
