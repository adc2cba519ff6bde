"""What people do at their browsers from an approval to a paid invoice, each for themselves."""

import re

from playwright.sync_api import expect

from tests.journeys.people import Someone

HERE = "new Intl.DateTimeFormat('en-CA', {timeZone: 'America/New_York'}).format(new Date())"
"""The day it is at the programme; a browser elsewhere may be a day ahead."""


def waits_for(person: Someone, words: str) -> None:
    """Look again until the worker is done; what was pressed before has its answer by then."""
    for _ in range(60):
        person.looks_again()
        if person.page.get_by_text(words).count():
            return
        person.page.wait_for_timeout(500)
    raise AssertionError(f"the page never said: {words}")


def drafts(cora: Someone, request: str) -> None:
    """The agreement from the clause library, its terms drawn by the data plane; the estimate."""
    page = cora.page
    cora.goes_to(f"/office/{request}/agreement/")
    page.get_by_role("button", name="Draft the agreement").click()
    waits_for(cora, "Every clause reads as in the library.")
    cora.goes_to(f"/office/{request}/fees/")
    page.get_by_role("button", name="Compute the estimate").click()
    page.get_by_text("Estimate, version 1").wait_for()


def sends(cora: Someone, request: str) -> None:
    """Agreement and estimate, always together."""
    cora.goes_to(f"/office/{request}/agreement/")
    cora.page.get_by_role("button", name="Send for signature").click()
    cora.page.get_by_text(re.compile("Version .*, sent")).wait_for()


def names_official(alice: Someone, request: str, name: str, email: str) -> None:
    """The applicant names another person than the form did to bind the institution."""
    page = alice.page
    alice.goes_to(f"/sign/{request}/")
    page.get_by_text("Name somebody else to sign").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address at work").fill(email)
    page.get_by_label("Position").fill("General counsel")
    page.get_by_role("button", name="Name this person").click()


def verifies_official(cora: Someone, request: str, name: str, *, second: str) -> None:
    """The office makes sure of it by a contact of its own, and a second person confirms."""
    cora.goes_to(f"/office/{request}/agreement/")
    place = cora.page.locator(".mu-panel").filter(has_text=name)
    place.get_by_label("How you made sure").fill("Called the number in the public directory.")
    place.get_by_label("Confirmed by").select_option(label=second)
    cora.finds_no_barrier()
    cora.keeps("agreement-official")
    place.get_by_role("button", name="Verify this official").click()


def meets_the_condition(alice: Someone, cora: Someone, request: str) -> None:
    """Alice hands in what was asked for before release, and Cora accepts it."""
    alice.goes_to(f"/requests/{request}/?tab=decision")
    alice.page.get_by_label("What shows that it is met?").fill("The letter is under Files.")
    alice.page.get_by_role("button", name="Hand in the evidence").click()
    alice.page.get_by_text("Evidence to check").wait_for()
    cora.goes_to(f"/office/{request}/decision/")
    cora.page.get_by_role("button", name="Accept the evidence").click()
    cora.page.get_by_text("Met", exact=True).wait_for()


def signs(person: Someone, request: str, name: str, *, picture: str = "") -> None:
    """Read the seven lines, agree, type one's own name, and sign."""
    page = person.page
    person.goes_to(f"/sign/{request}/")
    person.finds_no_barrier()
    if picture:
        person.keeps(picture)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Type your full name").fill(name)
    page.get_by_role("button", name="Sign the agreement").click()
    expect(page.get_by_role("heading", name="You have signed")).to_be_visible()


def pays(fay: Someone, request: str) -> str:
    """Send the invoice and record what came; its number."""
    page = fay.page
    fay.goes_to(f"/office/{request}/fees/")
    page.get_by_role("button", name="Send the invoice").click()
    number = page.locator("#invoices ~ .mu-panel h3 a").inner_text()
    total = re.search(r"Total\s+USD ([\d,.]+)", page.get_by_role("main").inner_text())
    assert total
    page.get_by_label("Amount received").fill(total[1].replace(",", ""))
    page.get_by_label("Reference on the statement").fill(f"{number} Lakeside")
    day = page.evaluate(HERE)
    page.get_by_label("Day it was received").fill(day)
    page.get_by_role("button", name="Record a payment").click()
    page.get_by_text("Paid", exact=True).wait_for()
    return number
