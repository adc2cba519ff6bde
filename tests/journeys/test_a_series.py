"""The next edition of a standing request: confirmed, priced, seen by who asked, and ended."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "in_series"


def test_a_later_edition_is_confirmed_and_priced_and_its_applicant_sees_it(
    someone: Callable[..., Someone],
) -> None:
    stella = someone()
    stella.follows_the_mail_to_the_office("stella@library.example", about="next edition")
    stella.page.get_by_text("To confirm", exact=True).wait_for()
    stella.finds_no_barrier()
    stella.keeps("series")
    stella.page.get_by_label("Reason").first.fill("As the edition before; the groups are as large.")
    stella.page.get_by_role("button", name="Confirm this delivery").click()
    stella.page.get_by_text("To price", exact=True).wait_for()

    fay = someone()
    fay.enters_the_office("fay@library.example")
    fay.goes_to("/office/invoices/?all")
    fay.page.locator("main table a").first.click()
    fay.page.get_by_role("link", name="Series", exact=True).click()
    fay.page.get_by_role("button", name="Compute its fee").click()
    fay.page.get_by_text("USD 1,200.00").wait_for()
    fay.finds_no_barrier()

    alice = someone(phone=True)
    alice.signs_in("alice@lakeside.example")
    alice.page.locator("main table a").first.click()
    alice.page.get_by_role("link", name="Later editions of the data").click()
    alice.page.get_by_text("To build", exact=True).wait_for()
    alice.finds_no_barrier()
    alice.keeps("series-own-phone")
    alice.page.get_by_text("End it before its date").click()
    alice.page.get_by_label("Reason").fill("Two editions are enough.")
    alice.page.get_by_role("button", name="End the standing request").click()
    alice.page.get_by_text("The standing request was ended on").wait_for()
    alice.finds_no_barrier()


def test_people_and_the_rules_of_a_holding_are_kept_by_their_own_offices(
    someone: Callable[..., Someone],
) -> None:
    ada = someone()
    ada.enters_the_office("ada@library.example")
    ada.goes_to("/office/settings/")
    ada.page.get_by_role("link", name="Open the people").click()
    ada.finds_no_barrier()
    ada.keeps("people")
    ada.page.get_by_label("Name or e-mail address").fill("dana")
    ada.page.get_by_role("button", name="Find").click()
    ada.page.locator("main table a").first.click()
    ada.page.get_by_role("heading", name="Offices", exact=True).wait_for()
    ada.page.get_by_text("Reset the sign-in").first.click()
    ada.finds_no_barrier()
    ada.keeps("person")

    ada.goes_to("/office/settings/edit/letters/received.md/")
    letter = ada.page.get_by_label("Text")
    letter.fill(f"{letter.input_value()}\nWrite to us with its reference.\n")
    ada.page.get_by_role("button", name="Save as a draft").click()
    ada.page.get_by_text("+Write to us with its reference.").wait_for()
    ada.finds_no_barrier()
    ada.keeps("settings-draft")
    ada.goes_to("/office/settings/roster/")
    ada.page.get_by_text("End this seat").first.click()
    ada.page.get_by_text("Nobody would hold this office: Chair.").wait_for()
    ada.finds_no_barrier()
    ada.keeps("settings-roster")

    dana = someone()
    dana.enters_the_office("dana@library.example")
    dana.goes_to("/office/catalog/")
    dana.page.locator("main tr").filter(has_text="2026.2").get_by_role("link").first.click()
    dana.page.get_by_role("link", name="How fields of sdtm-pilot 2026.2 leave").click()
    dana.page.get_by_role("heading", name="Change the method policy").wait_for()
    dana.finds_no_barrier()
    dana.keeps("methods")
