"""A colleague is invited and writes along; a trainee's supervisor confirms by their own word."""

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


def test_a_trainee_s_supervisor_confirms(someone: Callable[..., Someone]) -> None:
    tim = someone(phone=True)
    tim.begins_a_request("Tim Trainee", "tim@uni.example")
    tasks, page = tim.page.url, tim.page
    page.get_by_role("link", name="You", exact=True).click()
    page.get_by_label("You apply as").select_option("trainee")
    page.get_by_role("group", name="Supervisor").get_by_label("Name").fill("Supriya Supervisor")
    page.get_by_role("group", name="Supervisor").get_by_label("E-mail").fill("sup@uni.example")
    page.get_by_role("button", name="Save and continue").click()
    page.goto(tasks)
    page.get_by_role("link", name="People on your team").click()
    tim.finds_no_barrier()
    page.get_by_role("button", name="Ask Supriya Supervisor to confirm").click()
    page.get_by_text("Asked to confirm").wait_for()
    tim.keeps("team-phone")

    supriya = someone()
    supriya.follows_the_mail("sup@uni.example", "supervise")
    supriya.page.get_by_role("heading", name="Confirm that you supervise").wait_for()
    supriya.finds_no_barrier()
    supriya.keeps("supervision")
    supriya.page.get_by_role("button", name="Confirm that I supervise").click()
    supriya.finds_no_barrier()

    tim.looks_again()
    page.get_by_text("Confirmed", exact=True).wait_for()
