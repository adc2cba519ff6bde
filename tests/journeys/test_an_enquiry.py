"""Somebody asks without an account and alone reads the answer; a letter is checked."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True


def test_a_question_is_answered_and_a_letter_checked(someone: Callable[..., Someone]) -> None:
    quinn = someone()
    page = quinn.page
    quinn.goes_to("/data/")
    page.get_by_role("link", name="Ask the office").click()
    quinn.finds_no_barrier()
    page.get_by_role("button", name="Send the question").click()
    quinn.finds_no_barrier()
    page.get_by_label("Your name").fill("Quinn Questioner")
    page.get_by_label("E-mail address").fill("quinn@uni.example")
    page.get_by_label("Your question").fill("Does the pilot trial hold laboratory values?")
    quinn.keeps("ask")
    page.get_by_role("button", name="Send the question").click()
    page.get_by_role("heading", name="Your question is with the office").wait_for()
    quinn.finds_no_barrier()

    stella = someone()
    stella.enters_the_office("stella@library.example")
    stella.goes_to("/office/enquiries/")
    stella.finds_no_barrier()
    stella.keeps("enquiries")
    stella.page.get_by_role("link", name="Does the pilot trial").click()
    stella.page.get_by_role("button", name="Take it").click()
    stella.finds_no_barrier()
    stella.keeps("enquiry-office")
    stella.page.get_by_label("Your answer").fill("Yes: chemistry and hematology at every visit.")
    stella.page.get_by_role("button", name="Send the answer").click()
    stella.page.get_by_text("Answered", exact=True).wait_for()

    letter = quinn.follows_the_mail("quinn@uni.example", about="Your question")
    assert "chemistry" not in letter
    page.get_by_text("chemistry and hematology").wait_for()
    quinn.finds_no_barrier()
    quinn.keeps("enquiry-own")
    address = page.url
    page.get_by_label("Write again").fill("And at the last visit, too?")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("You need to do nothing").wait_for()
    quinn.finds_no_barrier()

    stella.goes_to("/office/enquiries/")
    stella.page.get_by_role("link", name="Does the pilot trial").click()
    stella.page.get_by_text("And at the last visit, too?").wait_for()
    stella.finds_no_barrier()
    stella.keeps("enquiry-thread-office")
    stella.page.get_by_label("Your answer").fill("At the last visit, too.")
    stella.page.get_by_role("button", name="Send the answer").click()
    stella.page.get_by_text("Answered", exact=True).wait_for()

    quinn.goes_to("/enquiries/")
    quinn.finds_no_barrier()
    quinn.keeps("enquiries-own")
    page.get_by_role("link", name="Does the pilot trial").click()
    page.get_by_text("At the last visit, too.").wait_for()
    quinn.keeps("enquiry-thread-own")

    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()
    stan.goes_to("/accounts/profile/")
    stan.finds_no_barrier()
    stan.keeps("profile")
    stan.page.get_by_label("Its ROR identifier").fill("https://ror.org/05dxps056")
    stan.page.get_by_label("Institution", exact=False).first.fill("Harbor University")
    stan.page.get_by_role("button", name="Save the profile").click()
    stan.page.get_by_text("look for a mistyped character").wait_for()
    stan.finds_no_barrier()


def test_a_letter_of_support_is_checked_by_a_stranger(someone: Callable[..., Someone]) -> None:
    fran = someone()
    fran.goes_to("/ask/")
    fran.page.get_by_label("Your name").fill("Fran Funded")
    fran.page.get_by_label("E-mail address").fill("fran@uni.example")
    fran.page.get_by_label("Your question").fill("A letter of support for our funder, please.")
    fran.page.get_by_role("button", name="Send the question").click()

    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to("/office/enquiries/")
    cora.page.get_by_role("link", name="A letter of support").click()
    cora.page.get_by_text("Write a letter of support").click()
    cora.page.get_by_label("Text of the letter").fill("The pilot trial is available.")
    cora.page.get_by_role("button", name="Issue the letter").click()
    code = re.search(r"/verify/[0-9a-f]{32}/", cora.page.get_by_role("main").inner_text())
    assert code

    funder = someone()
    funder.goes_to(code[0])
    funder.page.get_by_role("heading", name="We sent this letter").wait_for()
    funder.finds_no_barrier()
    funder.keeps("verify")
    assert "Fran" not in funder.page.get_by_role("main").inner_text()
