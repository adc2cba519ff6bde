"""Somebody builds a specification, counts, confirms, and reads it once more; in the dark, too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import building
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow


def test_somebody_builds_counts_confirms_and_finds_it_on_the_check(
    someone: Callable[..., Someone],
) -> None:
    bea = someone()
    page = bea.page
    building.begins(bea, "bea@uni.example", "Bea Builder")
    bea.finds_no_barrier()
    bea.keeps("data-first")
    page.get_by_role("link", name="Choose people and variables").click()
    bea.finds_no_barrier()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("alert").wait_for()
    bea.finds_no_barrier()
    bea.keeps("builder-errors")
    building.build(page)
    expect(page.get_by_text("2 of 46 chosen.")).to_have_count(1)
    reasons = page.get_by_role("listitem").filter(has_text="Variables needing a reason")
    expect(reasons.get_by_text("2 of 2")).to_have_count(1)
    bea.finds_no_barrier()
    bea.keeps("builder")
    bea.finds_it_as_good_narrow_and_dark()
    page.get_by_role("button", name="Save and count").click()
    page.locator("#count .mu-big").wait_for(timeout=30_000)
    expect(page.get_by_text("You have 3 new questions left")).to_have_count(1)
    bea.finds_no_barrier()
    bea.keeps("builder-counted")
    if not page.get_by_role("button", name="Edit as text").is_visible():
        page.locator("summary", has_text="More kinds of rules").click()
    page.get_by_role("button", name="Edit as text").click()
    page.locator("#cohort").wait_for()
    bea.finds_it_as_good_narrow_and_dark()
    page.get_by_role("button", name="Save and continue").click()
    asked = page.get_by_text("there is a row in adverse_events where").first
    assert 'AESER is "Y" and AESEV is "SEVERE"' in asked.inner_text()
    bea.finds_no_barrier()
    bea.keeps("data")
    page.get_by_role("link", name="Paste or upload").click()
    bea.finds_it_as_good_narrow_and_dark()
    bea.goes_back()
    page.get_by_role("button", name="This is what I ask for").click()
    page.get_by_role("link", name="Check your answers").click()
    expect(page.get_by_text("AGE is at least 65")).to_have_count(1)
    bea.finds_no_barrier()
    address = page.url

    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()
