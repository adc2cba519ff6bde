"""A newcomer finds data, invites a colleague, and applies; the colleague brings their papers.

Somebody who leads a request is invited by nobody: their own certificate stands on their profile.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import applying, building, hands
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True
TITLE = "Nausea in older adults, together"
TRAINING = "Data protection in research"


def finds_data_and_begins(person: Someone, name: str, address: str) -> None:
    """From a word in the search box over a new account to the task list."""
    page = person.page
    person.goes_to("/data/")
    page.get_by_role("searchbox").fill("adverse events")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Pilot").first.click()
    page.get_by_role("link", name="Start a request").click()
    person.begins_it(name, address)
    page.get_by_role("link", name="Check your answers").wait_for()


def invites(person: Someone, name: str, address: str) -> None:
    """From the task list; an empty form is sent first."""
    page = person.page
    page.get_by_role("link", name="People on your team").click()
    person.finds_no_barrier()
    page.get_by_role("button", name="Send the invitation").click()
    person.finds_no_barrier()
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Role in the project").fill("Statistician")
    page.get_by_label("May edit the application").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text(f"{name} has a mail with an invitation").wait_for()
    person.finds_no_barrier()
    person.keeps("team")


def joins_with_papers(person: Someone, address: str, paper: Path) -> None:
    """From the letter: a CV and a certificate, then one's word, and the profile shows it."""
    page = person.page
    person.follows_the_mail(address, "invitation")
    page.get_by_role("heading", name="You are invited to a team").wait_for()
    person.finds_no_barrier()
    page.get_by_text("Add your CV and a training").click()
    page.get_by_label("Your CV").set_input_files(paper)
    page.get_by_label("A training in data protection that you did").fill(TRAINING)
    page.get_by_label("The certificate").set_input_files(paper)
    person.finds_no_barrier()
    person.keeps("invitation")
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_text("Give the day of the certificate.").first.wait_for()
    person.finds_no_barrier()
    page.get_by_label("Day of its certificate").fill("2026-01-15")
    page.get_by_label("Valid until").fill("2036-01-15")
    for label in ("Your CV", "The certificate"):  # a browser sends no file a second time by itself
        page.get_by_label(label).set_input_files(paper)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_text("Nora Newcomer").first.wait_for()
    person.goes_to("/accounts/profile/")
    page.get_by_text(TRAINING).first.wait_for()
    person.finds_no_barrier()


def adds_a_certificate(person: Someone, paper: Path) -> None:
    """On one's own profile."""
    page = person.page
    person.goes_to("/accounts/profile/")
    page.get_by_label("Training", exact=True).fill(TRAINING)
    page.get_by_label("Issued on").fill("2026-01-15")
    page.get_by_label("The certificate").set_input_files(paper)
    page.get_by_role("button", name="Add the training").click()
    page.get_by_text("Not confirmed").wait_for()
    person.finds_no_barrier()
    person.keeps("profile-training")


def test_a_newcomer_and_an_invited_colleague_apply_together(
    someone: Callable[..., Someone], cora: Someone, paper: Path
) -> None:
    nora, ben = someone(), someone(dark=True)
    finds_data_and_begins(nora, "Nora Newcomer", "nora.team@uni.example")
    tasks, page, own = nora.page.url, nora.page, hands.Mouse(nora.page)
    invites(nora, "Ben Colleague", "ben.team@uni.example")
    joins_with_papers(ben, "ben.team@uni.example", paper)
    ben.page.goto(tasks)
    ben.page.get_by_role("link", name="The project").click()
    ben.page.get_by_label("Title", exact=True).fill("Nausea")
    ben.page.get_by_role("button", name="Save and continue").click()

    page.goto(tasks)
    assert page.get_by_role("heading", level=1).inner_text() == "Nausea"
    applying.fills_everything(nora, own, paper, title=TITLE, finds=Someone.finds_nothing_cut)
    own.follows(page.get_by_role("link", name="The data you ask for"))
    own.follows(page.get_by_role("link", name="Choose people and variables"))
    building.build(page)
    own.follows(page.get_by_role("button", name="Save and continue"))
    own.follows(page.get_by_role("button", name="This is what I ask for"))
    adds_a_certificate(nora, paper)
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="People on your team"))
    page.get_by_text("Joined", exact=True).wait_for()
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="Check your answers"))
    own.follows(page.get_by_role("button", name="Submit the request"))
    page.get_by_text("Submitted").first.wait_for()
    page.goto(tasks.replace("/form/", "/team/"))
    page.get_by_text("so only what a question names can be changed").first.wait_for()
    page.get_by_text("Applicant, Lakeside Cancer Institute").wait_for()
    assert not page.get_by_role("button", name="Remove").count()
    nora.finds_no_barrier()

    applying.finds_the_request(cora, TITLE)
    cora.page.get_by_text("AESEV").first.wait_for()
    cora.goes_to("/office/people/")
    cora.page.get_by_role("link", name="Ben Colleague").click()
    cora.page.get_by_text(TRAINING).first.wait_for()
    expect(cora.page.get_by_role("link", name="document")).to_have_count(1)
    cora.finds_no_barrier()
