"""An appeal: the applicant says what was wrong, others hear it, and the request is decided anew."""

import re
from collections.abc import Callable

import pytest

from tests.journeys import references
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "denied"
DENIED = references.Reference(1)
WHY = "The follow-up is six months longer than the letter says."


def appeals(alice: Someone) -> str:
    """Alice reads the letter, says what is wrong with it, and sends the appeal; its reference."""
    page = alice.page
    alice.follows_the_mail("alice@lakeside.example", about=f"decision on your request {DENIED}")
    page.get_by_role("link", name="Decision", exact=True).click()
    page.get_by_text("the follow-up is too short").first.wait_for()
    alice.goes_to(f"/requests/{DENIED}/changes/")
    page.get_by_label("What is wrong with the outcome?").fill(WHY)
    alice.finds_no_barrier()
    alice.keeps("appeal-begun")
    page.get_by_role("button", name="Begin the appeal").click()
    page.wait_for_url(re.compile(rf"/CENTRA-\d{{4}}-\d{{4}}/(?<!{DENIED}/)"))
    found = re.search(r"CENTRA-\d{4}-\d{4}", page.url.replace(str(DENIED), ""))
    assert found, page.url
    alice.goes_to(f"/requests/{found[0]}/check/")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.locator("main button.btn-primary").click()
    return found[0]


def may_not_hear(chen: Someone, appeal: str) -> None:
    """Chen, who led the review, is told why the appeal is for others."""
    declares(chen, appeal)
    chen.page.get_by_text("You took part in the outcome; an appeal is heard by others.").wait_for()
    assert chen.page.get_by_role("button", name="Uphold the appeal").count() == 0


def declares(person: Someone, appeal: str) -> None:
    """From the meetings to the appeal, past the word on conflicts."""
    page = person.page
    person.goes_to("/meetings/")
    page.get_by_role("main").locator(f"a[href*='{appeal}']").first.click()
    page.get_by_label("I have no conflict").check()
    page.get_by_role("button", name="Send my declaration").click()
    person.goes_to(f"/decisions/{appeal}/hearing/")


def hears(stan: Someone, appeal: str) -> None:
    """Stan had no part in the outcome: he declares, reads both sides, and upholds."""
    page = stan.page
    declares(stan, appeal)
    page.get_by_text(WHY).wait_for()
    page.get_by_text("the follow-up is too short").first.wait_for()
    stan.finds_no_barrier()
    stan.keeps("appeal-hearing")
    upheld = page.locator("section", has=page.get_by_role("heading", name="Uphold the appeal"))
    upheld.get_by_label("Reasons, for the record").fill("The dates were misread.")
    upheld.get_by_label("Letter to the applicant").fill("We looked again: you are right.")
    upheld.get_by_role("button", name="Uphold the appeal").click()


def test_a_denial_is_appealed_heard_by_others_and_decided_anew(
    someone: Callable[..., Someone],
) -> None:
    alice = someone()
    appeal = appeals(alice)

    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to(f"/office/{appeal}/change/")
    cora.page.get_by_text(WHY).wait_for()
    cora.finds_no_barrier()
    cora.page.get_by_role("button", name="Send it to its hearing").click()

    otto = someone()
    otto.enters_the_office("otto@library.example")
    otto.goes_to(f"/office/{appeal}/change/")
    assert otto.page.get_by_role("button", name="Uphold the appeal").count() == 0

    chen = someone()
    chen.enters_the_office("chen@library.example")
    may_not_hear(chen, appeal)
    stan = someone()
    stan.enters_the_office("stan@library.example")
    hears(stan, appeal)

    alice.goes_to(f"/requests/{DENIED}/changes/")
    alice.page.get_by_role("link", name=f"Appeal {appeal}").wait_for()
    alice.goes_to(f"/requests/{DENIED}/")
    assert "was denied" not in alice.page.locator("main").inner_text()

    otto.goes_to(f"/office/{DENIED}/decision/")
    page = otto.page
    page.get_by_role("heading", name="Earlier letters").wait_for()
    page.get_by_label("Approve", exact=True).check()
    page.get_by_label("Reason", exact=True).first.fill("The longer follow-up answers it.")
    page.get_by_role("button", name="Draft the letter").click()
    page.get_by_role("button", name="Send the decision").click()
    page.get_by_text("Approved. Decided on").wait_for()
    alice.goes_to(f"/requests/{DENIED}/")
    alice.page.get_by_text("The request is approved.").first.wait_for()
