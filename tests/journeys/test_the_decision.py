"""Meetings and decisions: a quorum made up, a chair replaced, letters sent, conditions closed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import contracting, references
from tests.journeys.people import Someone, comes

pytestmark = pytest.mark.slow
SCENE = "to_decide"
FIRST, QUICK, HEARD = (references.Reference(number) for number in (1, 2, 3))


def votes(person: Someone, item: str, choice: str) -> None:
    person.goes_to(item)
    person.page.get_by_label(choice, exact=True).check()
    person.page.get_by_role("button", name="Cast my vote").click()
    person.page.get_by_text(f"You voted: {choice}.").wait_for()


def test_a_failed_quorum_an_alternate_an_acting_chair_and_conditions(
    someone: Callable[..., Someone],
) -> None:
    cora = comes(someone, "cora")
    page = cora.page
    cora.goes_to("/meetings/")
    cora.finds_no_barrier()
    page.get_by_label("Day", exact=True).fill(page.evaluate(contracting.HERE))
    page.get_by_label("Room or link").fill("Video room 2")
    page.get_by_label("Who chairs").select_option(label="Chen Chair")
    cora.keeps("meetings")
    page.get_by_role("button", name="Plan the meeting").click()
    meeting = page.url.removeprefix(cora.site.url)
    page.get_by_label("Add a request").select_option(value=str(FIRST))
    page.get_by_role("button", name="Put it on the agenda").click()
    page.get_by_role("button", name="Publish the agenda").click()
    page.get_by_role("button", name="Open the meeting").click()
    for name in ("Chen Chair", "Mia Member", "Milo Member"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Record who is here").click()
    cora.finds_no_barrier()
    cora.keeps("meeting")
    page.locator("h3 a").first.click()
    item = page.url.removeprefix(cora.site.url)
    page.get_by_text("2 of 2 members without a conflict are here; 3 are needed.").wait_for()
    page.get_by_text("Not quorate").wait_for()
    cora.finds_no_barrier()
    cora.keeps("item-not-quorate")
    page.get_by_label("Call an alternate").select_option(label="Stan Stranger")
    page.get_by_role("button", name="Call them for this request").click()
    page.get_by_label("appoint who leads here").select_option(label="Mia Member")
    page.get_by_role("button", name="Appoint the acting chair").click()
    page.locator("dd", has_text="Mia Member").wait_for()

    chen = comes(someone, "chen")
    chen.goes_to(item)
    chen.finds_no_page()
    chen.goes_to(meeting)
    assert str(FIRST) not in chen.page.content()

    stan = comes(someone, "stan")
    stan.goes_to(meeting)
    stan.page.get_by_role("link", name="Declare first").click()
    stan.page.get_by_label("I have no conflict").check()
    stan.page.get_by_role("button", name="Send my declaration").click()
    stan.page.wait_for_url("**/reviews/**")

    cora.goes_to(meeting)
    page.get_by_label("Stan Stranger").check()
    page.get_by_role("button", name="Record who is here").click()
    mia = comes(someone, "mia", phone=True)
    mia.goes_to(item)
    mia.page.get_by_text("3 of 3 members without a conflict are here; 3 are needed.").wait_for()
    mia.page.get_by_role("button", name="Open the vote").click()
    mia.finds_no_barrier()
    mia.keeps("item-vote-phone")
    votes(mia, item, "Approve with conditions")
    votes(stan, item, "Approve")
    milo = comes(someone, "milo", dark=True)
    milo.goes_to(item)
    milo.finds_no_barrier()
    milo.keeps("item-vote-dark")
    votes(milo, item, "Approve with conditions")
    mia.goes_to(item)
    mia.page.get_by_label("The committee’s reasons").fill("Sound, once ethics has agreed.")
    mia.page.get_by_role("button", name="Close the vote and record the outcome").click()
    mia.page.get_by_text("2 to approve with conditions, 1 to approve").or_(
        mia.page.get_by_text("1 to approve, 2 to approve with conditions")
    ).wait_for()

    cora.goes_to(meeting)
    page.get_by_role("button", name="Draft the minutes").click()
    page.get_by_text("Mia Member led as acting chair.").wait_for()
    cora.finds_no_barrier()
    cora.keeps("minutes")
    chen.goes_to(meeting)
    chen.page.get_by_role("button", name="Approve the minutes and close").click()
    chen.page.get_by_text("Approved by Chen Chair").wait_for()
    assert "Sound, once ethics" not in chen.page.content()
    decides_with_a_condition(someone, cora)


def decides_with_a_condition(someone: Callable[..., Someone], cora: Someone) -> None:
    """Otto drafts, reads and sends the letter; Alice reads it and meets the condition."""
    otto = comes(someone, "otto")
    page = otto.page
    tab = f"/office/{FIRST}/decision/"
    otto.goes_to(tab)
    otto.finds_no_barrier()
    page.get_by_label("What is asked for").first.fill("Send the letter of the ethics board.")
    page.get_by_label("By", exact=False).first.wait_for()
    page.get_by_text("Reasons criterion by criterion").click()
    page.locator("details textarea").first.fill("A clear question.")
    page.get_by_role("button", name="Draft the letter").click()
    letter = page.get_by_label("Letter")
    text = letter.input_value()
    assert "is approved." in text
    assert "A clear question." in text
    assert "1. Send the letter of the ethics board. (before release" in text
    otto.finds_no_barrier()
    otto.keeps("decision-draft")
    page.get_by_role("button", name="Send the decision").click()
    page.get_by_text("Approved with conditions. Decided on").wait_for()
    otto.finds_no_barrier()
    otto.keeps("decision-made")

    alice = someone()
    mail = alice.follows_the_mail(
        "alice@lakeside.example", about=f"decision on your request {FIRST}"
    )
    assert "approved" not in mail
    alice.page.get_by_role("link", name="Decision", exact=True).click()
    alice.page.get_by_text("Approved with conditions. Decided on").wait_for()
    alice.finds_no_barrier()
    alice.keeps("request-decision")
    code = re.search(r"/verify/[0-9a-f]{32}/", alice.page.content())
    assert code
    with alice.page.expect_download() as caught:
        alice.page.get_by_role("link", name="Download the letter (PDF)").click()
    assert Path(caught.value.path()).read_bytes().startswith(b"%PDF")
    alice.page.get_by_label("What shows that it is met?").fill("The letter is under Files.")
    alice.page.get_by_role("button", name="Hand in the evidence").click()
    alice.page.get_by_text("Evidence to check").wait_for()

    stranger = someone()
    stranger.goes_to(code[0])
    stranger.page.get_by_text("Notice of a decision").wait_for()
    stranger.page.get_by_text("Approved", exact=True).wait_for()

    cora.goes_to(tab)
    cora.page.get_by_role("button", name="Accept the evidence").click()
    cora.page.get_by_text("Met", exact=True).wait_for()
    alice.looks_again()
    alice.page.get_by_text("Met", exact=True).wait_for()


def test_the_office_decides_on_the_expedited_track(someone: Callable[..., Someone]) -> None:
    cora = comes(someone, "cora")
    page = cora.page
    cora.goes_to(f"/office/{QUICK}/decision/")
    page.get_by_label("Approve", exact=True).check()
    page.get_by_label("Reason", exact=True).first.fill("Aggregates from a public meeting.")
    page.get_by_role("button", name="Draft the letter").click()
    page.get_by_role("button", name="Send the decision").click()
    page.get_by_text("Approved. Decided on").wait_for()
    page.get_by_role("button", name="Tell the committee").click()
    cora.finds_no_barrier()
    alice = someone()
    alice.follows_the_mail("alice@lakeside.example", about=f"decision on your request {QUICK}")
    alice.page.get_by_role("link", name="Decision", exact=True).click()
    alice.page.get_by_text("Aggregates from a public meeting.").wait_for()


def test_a_request_is_revised_and_comes_back_to_the_same_committee(
    someone: Callable[..., Someone],
) -> None:
    otto = comes(someone, "otto")
    page = otto.page
    otto.goes_to(f"/office/{HEARD}/decision/")
    page.get_by_label("Ask to revise and resubmit").check()
    page.get_by_label("Reason", exact=True).first.fill("Say how missing dates are handled.")
    page.get_by_role("button", name="Draft the letter").click()
    assert "This is not a denial." in page.get_by_label("Letter").input_value()
    page.get_by_role("button", name="Send the decision").click()
    page.get_by_text("Revision asked for. Decided on").wait_for()

    alice = someone()
    alice.follows_the_mail("alice@lakeside.example", about="Please revise")
    alice.page.get_by_role("link", name="Decision", exact=True).click()
    alice.page.get_by_text("Say how missing dates are handled.").first.wait_for()
    alice.goes_to(f"/requests/{HEARD}/")
    alice.page.get_by_role("link", name="Revise the application").click()
    alice.goes_to(f"/requests/{HEARD}/check/")
    alice.finds_no_barrier()
    for box in alice.page.locator("main input[type=checkbox]").all():
        box.check()
    alice.page.locator("main button.btn-primary").click()
    alice.goes_to(f"/requests/{HEARD}/")
    otto.goes_to(f"/office/{HEARD}/decision/")
    page.get_by_role("heading", name="Earlier letters").wait_for()
