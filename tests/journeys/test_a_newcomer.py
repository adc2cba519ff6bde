"""A newcomer finds data, makes an account, and begins a request that only they can see."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True


def test_a_newcomer_finds_data_and_begins_a_request(someone: Callable[..., Someone]) -> None:
    nora = someone()
    page = nora.page
    nora.goes_to("/data/")
    page.get_by_role("searchbox").fill("adverse events")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Pilot").first.click()
    nora.finds_no_barrier()
    page.get_by_role("link", name="Start a request").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    nora.finds_no_barrier()
    page.get_by_role("link", name="Make an account").click()
    nora.finds_no_barrier()
    nora.makes_an_account("Nora Newcomer", "nora@uni.example")
    page.get_by_role("button", name="Start the request").click()
    nora.finds_no_barrier()
    page.get_by_role("link", name="The project").click()
    nora.finds_no_barrier()
    page.get_by_label("Title", exact=True).fill("Nausea in older adults")
    page.get_by_text("Saved at").wait_for()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="My requests").first.click()
    page.get_by_role("link", name="Nausea in older adults").click()
    address = page.url
    page.get_by_role("link", name="Continue the application").click()
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_text("Nausea in older adults").first.wait_for()
    nora.finds_no_barrier()

    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()


def test_an_office_adds_a_passkey_before_it_sees_a_request(someone: Callable[..., Someone]) -> None:
    cora = someone()
    cora.keeps_a_passkey()
    cora.signs_in("cora@library.example")
    page = cora.page
    cora.finds_no_barrier()
    page.get_by_text("You hold an office").wait_for()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Office laptop")
    cora.finds_no_barrier()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("link", name="Use a security key").click()
    cora.finds_no_barrier()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    cora.finds_no_barrier()
    cora.goes_to("/requests/")
    page.get_by_role("heading", name="My requests").wait_for()
