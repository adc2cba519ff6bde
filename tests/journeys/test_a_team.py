"""A colleague is invited, joins by their own word, and writes along."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow


def test_an_invited_colleague_writes_along(someone: Callable[..., Someone]) -> None:
    nora = someone()
    nora.begins_a_request("Nora Newcomer", "nora.team@uni.example")
    tasks, page = nora.page.url, nora.page
    page.get_by_role("link", name="People on your team").click()
    nora.finds_no_barrier()
    page.get_by_role("button", name="Send the invitation").click()
    nora.finds_no_barrier()
    page.get_by_label("Name").fill("Ben Colleague")
    page.get_by_label("E-mail address").fill("ben.team@uni.example")
    page.get_by_label("Role in the project").fill("Statistician")
    page.get_by_label("May edit the application").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("Ben Colleague has a mail with an invitation").wait_for()
    nora.finds_no_barrier()
    nora.keeps("team")

    ben = someone(dark=True)
    ben.follows_the_mail("ben.team@uni.example", "invitation")
    ben.page.get_by_role("heading", name="You are invited to a team").wait_for()
    ben.finds_no_barrier()
    ben.keeps("invitation")
    ben.page.get_by_role("button", name="Accept the invitation").click()
    ben.page.get_by_text("Nora Newcomer").first.wait_for()
    ben.page.goto(tasks)
    ben.page.get_by_role("link", name="The project").click()
    ben.page.get_by_label("Title", exact=True).fill("Nausea in older adults, together")
    ben.page.get_by_role("button", name="Save and continue").click()

    page.goto(tasks)
    assert page.get_by_role("heading", level=1).inner_text() == "Nausea in older adults, together"
    page.get_by_role("link", name="People on your team").click()
    page.get_by_text("Joined", exact=True).wait_for()
