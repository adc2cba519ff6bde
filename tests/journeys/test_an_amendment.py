"""A request is changed while its data are being built: what is under way stops, and comes anew."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import contracting, judging, references
from tests.journeys.people import Someone, comes

pytestmark = pytest.mark.slow
SCENE = "planned"
REQUEST = references.Reference(1)
WHY = "The trial's number is enough without the track."


def asks_for_less(alice: Someone) -> str:
    """She begins the change, takes a variable out, confirms and sends it; its reference."""
    page = alice.page
    alice.goes_to(f"/requests/{REQUEST}/changes/")
    page.get_by_label("What is to change, and why?").fill(WHY)
    alice.finds_no_barrier()
    page.get_by_role("button", name="Begin the change").click()
    page.wait_for_url(re.compile(rf"/CENTRA-\d{{4}}-\d{{4}}/(?<!{REQUEST}/)"))
    found = re.search(r"CENTRA-\d{4}-\d{4}", page.url)
    assert found
    page.get_by_role("link", name="The data you ask for").click()
    page.get_by_role("link", name="Change people and variables").click()
    page.get_by_role("checkbox", name="track").uncheck()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="This is what I ask for").click()
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit the request").click()
    page.get_by_role("heading", level=1).wait_for()
    return found[0]


def counts(stella: Someone, change: str) -> None:
    """The smaller selection is counted and found enough."""
    page = stella.page
    stella.goes_to(f"/office/{change}/availability/")
    page.get_by_role("button", name="Count it").click()
    page.get_by_role("button", name="Record the verdict").wait_for(timeout=60_000)
    page.get_by_label("Why", exact=True).fill("As before, with one variable less.")
    page.get_by_role("button", name="Record the verdict").click()
    page.get_by_role("button", name="Pass on to policy").click()
    page.get_by_role("link", name="Availability", exact=True).wait_for()


def grants(cora: Someone, change: str) -> None:
    """The office decides; what is granted takes its place at once."""
    page = cora.page
    cora.goes_to(f"/office/{change}/change/")
    cora.finds_no_barrier()
    grant = page.locator("section").filter(has=page.get_by_role("heading", name="Grant"))
    grant.get_by_label("Reasons, for the record").fill("Less than was approved.")
    grant.get_by_label("Letter to the applicant").fill("The amendment is granted.")
    grant.get_by_label("Confirmed by").select_option(label="Paula Policy")
    grant.get_by_role("button", name="Grant the amendment").click()
    page.get_by_text("It was granted and applied on").wait_for()


def test_an_amendment_stops_the_build_and_annex_and_estimate_come_again(
    someone: Callable[..., Someone],
) -> None:
    alice = someone()
    alice.signs_in("alice@lakeside.example")
    change = asks_for_less(alice)
    cora, dana = comes(someone, "cora"), comes(someone, "dana")
    dana.goes_to(f"/office/{REQUEST}/release/")
    contracting.waits_for(dana, "Planned")
    cora.goes_to(f"/office/{change}/completeness/")
    cora.page.get_by_role("button", name="Certify that it is complete").click()
    counts(comes(someone, "stella"), change)
    paula = comes(someone, "paula")
    judging.judges(paula, change)
    paula.page.get_by_role("link", name="Policy", exact=True).wait_for()
    grants(cora, change)

    # What was planned has stopped, and nothing can be built before all of it is issued again.
    dana.goes_to(f"/office/{REQUEST}/release/")
    dana.page.get_by_text("Withdrawn").first.wait_for()
    expect(dana.page.get_by_role("button", name="Draw the plan")).to_have_count(0)
    dana.finds_no_barrier()
    dana.keeps("amendment-stopped")
    cora.goes_to(f"/office/{REQUEST}/agreement/")
    cora.page.get_by_role("button", name="Draft the agreement").click()
    contracting.waits_for(cora, "Every clause reads as in the library.")
    cora.goes_to(f"/office/{REQUEST}/fees/")
    cora.page.get_by_role("button", name="Compute the estimate").click()
    cora.page.get_by_text("Estimate, version 2").wait_for()
    contracting.sends(cora, REQUEST)
    cora.page.get_by_text("Version 2, sent").wait_for()
    annex = cora.page.locator("details", has_text="Read the text").text_content() or ""
    assert "nct_id" in annex
    assert "track" not in annex

    # Alice reads the second version as its party, without what she took out.
    alice.goes_to(f"/sign/{REQUEST}/")
    alice.page.get_by_text("version 2").first.wait_for()
    alice.finds_no_barrier()
    alice.keeps("amendment-sign")
