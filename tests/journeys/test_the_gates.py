"""A request through its three gates: returned, sent again, certified, counted, judged, passed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "submitted"
LAWFUL = "The board decides next month; its letter follows."


def opens_the_request(person: Someone, name: str, tab: str) -> None:
    """Sign in to the office, and go from the queue to a tab of the only request."""
    person.enters_the_office(f"{name}@library.example")
    person.goes_to("/office/")
    person.page.locator("main table a").first.click()
    person.page.get_by_role("link", name=tab, exact=True).click()


def is_seen(person: Someone, name: str) -> None:
    """No barrier on the page as it stands, and a picture of it."""
    person.finds_no_barrier()
    person.keeps(name)


def returns_two_points(cora: Someone) -> None:
    page = cora.page
    is_seen(cora, "gate-completeness")
    cora.finds_it_as_good_narrow_and_dark()
    for number, (section, text) in enumerate(
        [("Ethics and law", "Say when the ethics board decides."),
         ("Roles and skills", "Say who will see the data.")], start=1,
    ):  # fmt: skip
        point = page.get_by_role("group", name=f"Point {number}")
        point.get_by_label("Section").select_option(label=section)
        point.get_by_label("What is to be completed").fill(text)
    page.get_by_role("button", name="Return it with these points").click()
    page.get_by_role("heading", name="Earlier rounds").wait_for()
    is_seen(cora, "gate-returned")


def completes_it(alice: Someone) -> None:
    """From the mail over the points and the answer to sending it again."""
    page = alice.page
    letter = alice.follows_the_mail("alice@lakeside.example", about="Please complete")
    assert "see the data" not in letter, "the points stand on the page it links to"
    page.get_by_role("link", name="Say what you completed").click()
    alice.finds_no_barrier()
    page.get_by_role("link", name=re.compile("^Go to")).first.click()
    page.get_by_label(re.compile("^Legal basis and consent")).fill(LAWFUL)
    page.get_by_role("button", name="Save and continue").click()
    page.goto(re.sub(r"/form/.*", "/points/", page.url))
    page.get_by_label("1. Say when").fill("The board decides next month.")
    page.get_by_role("button", name="Save and check your answers").click()
    page.get_by_text("Say in a sentence what you completed for point 2.").wait_for()
    is_seen(alice, "gate-points")
    page.get_by_label("2. Say who").fill("Only the two of us, as the team says.")
    page.get_by_role("button", name="Save and check your answers").click()
    page.get_by_role("button", name="Submit the request").click()
    page.get_by_role("heading", level=1).wait_for()


def counts_and_judges(stella: Someone) -> None:
    page = stella.page
    is_seen(stella, "gate-availability-before")
    page.get_by_role("button", name="Count it").click()
    page.get_by_role("button", name="Record the verdict").wait_for(timeout=60_000)
    is_seen(stella, "gate-availability-counted")
    page.get_by_label("What do you need the exact figures for?").fill("To judge sufficiency.")
    page.get_by_role("button", name="Show exact figures").click()
    page.get_by_text("People left after each criterion").wait_for()
    is_seen(stella, "gate-availability-exact")
    page.get_by_label("How many does the plan of the analysis ask for?").fill("50")
    page.get_by_label("Why", exact=True).fill("Enough people and events for a description.")
    page.get_by_role("button", name="Record the verdict").click()
    page.get_by_role("button", name="Pass on to policy").wait_for()
    page.get_by_text("Exact figures were looked at once").click()
    is_seen(stella, "gate-availability-judged")
    page.get_by_role("link", name="Propose a smaller scope").click()
    is_seen(stella, "gate-scope")
    page.get_by_role("link", name="Back to availability").click()
    page.get_by_role("button", name="Pass on to policy").click()
    page.get_by_role("link", name="Availability", exact=True).wait_for()


def judges_the_rules(paula: Someone) -> None:
    page = paula.page
    page.get_by_role("button", name="Run the rules").click()
    page.get_by_role("button", name="Save what you judged").wait_for()
    is_seen(paula, "gate-policy-run")
    groups = page.locator("fieldset.btn-group")
    boxes = page.get_by_label("Why, or the question to the applicant")
    for number in range(groups.count()):
        word = "Ask applicant" if number == 0 else "Met"
        groups.nth(number).get_by_text(word, exact=True).click()
        boxes.nth(number).fill("Who of the team will see the data?" if number == 0 else "In order.")
    page.get_by_role("button", name="Save what you judged").click()
    page.get_by_role("button", name="Send 1 question").wait_for()
    is_seen(paula, "gate-policy-ask")
    paula.finds_it_as_good_narrow_and_dark()
    groups.first.get_by_text("Met", exact=True).click()
    boxes.first.fill("The team lists everybody.")
    page.get_by_role("button", name="Save what you judged").click()
    page.get_by_role("button", name="Pass to the committee").wait_for()
    page.get_by_role("link", name=re.compile("Explain.*Conditions of use")).click()
    page.get_by_role("heading", name="Terms of the Data Use Ontology").wait_for()
    is_seen(paula, "gate-policy-explained")
    paula.goes_back()
    page.get_by_label("What should reviewers know?").fill("Strong data fit.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_label("Confirmed by").select_option(label="Cora Coordinator")
    is_seen(paula, "gate-policy-judged")
    page.get_by_role("button", name="Pass to the committee").click()
    page.get_by_role("link", name="Policy", exact=True).wait_for()


def test_a_request_goes_through_its_three_gates(someone: Callable[..., Someone]) -> None:
    cora, alice, stella, paula = (someone() for _ in range(4))
    opens_the_request(cora, "cora", "Completeness")
    returns_two_points(cora)
    completes_it(alice)

    cora.page.get_by_role("link", name="Application", exact=True).click()
    cora.page.get_by_role("heading", name="What changed").wait_for()
    expect(cora.page.locator("ins")).to_have_text(LAWFUL)
    is_seen(cora, "gate-application")
    cora.page.get_by_role("link", name="Completeness", exact=True).click()
    cora.page.get_by_text("Only the two of us").wait_for()
    cora.page.get_by_role("button", name="Certify that it is complete").click()

    opens_the_request(stella, "stella", "Availability")
    counts_and_judges(stella)
    opens_the_request(paula, "paula", "Policy")
    judges_the_rules(paula)

    # Whoever asked learns where it stands, and nothing of the figures or the note.
    alice.goes_to("/requests/")
    alice.page.locator("main table a").first.click()
    alice.finds_no_barrier()
    said = alice.page.get_by_role("main").inner_text()
    assert "Committee" in said
    assert "Strong data fit" not in said
