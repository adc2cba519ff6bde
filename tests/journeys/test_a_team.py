"""A colleague is invited and writes along; a trainee's supervisor confirms by their own word."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Someone

pytestmark = pytest.mark.slow
LINK = re.compile(r"https?://\S+")


def applies(person: Someone, address: str, name: str) -> str:
    """Make an account and begin a request; the path of its task list."""
    page = person.page
    person.goes_to("/data/sdtm-pilot/request/")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_label("Code").fill(person.site.mail.code_for(address))
    page.get_by_role("button", name="Confirm the address").click()
    page.get_by_role("button", name="Start the request").click()
    return page.url.removeprefix(person.site.url)


def follows_the_mail(person: Someone, address: str, about: str) -> None:
    """Open the link in a letter, sign in with its address, and be back where it leads."""
    link = LINK.search(person.site.mail.next_to(address, about=about))
    assert link
    person.page.goto(person.site.url + re.sub(r"^https?://[^/]+", "", link[0]))
    page = person.page
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(person.site.mail.code_for(address))
    page.get_by_role("button", name="Sign in").click()


def test_an_invited_colleague_writes_along(someone: Callable[..., Someone]) -> None:
    nora = someone()
    tasks, page = applies(nora, "nora.team@uni.example", "Nora Newcomer"), nora.page
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
    follows_the_mail(ben, "ben.team@uni.example", "invitation")
    ben.page.get_by_role("heading", name="You are invited to a team").wait_for()
    ben.finds_no_barrier()
    ben.keeps("invitation")
    ben.page.get_by_role("button", name="Accept the invitation").click()
    ben.page.get_by_text("Nora Newcomer").first.wait_for()
    ben.goes_to(tasks)
    ben.page.get_by_role("link", name="The project").click()
    ben.page.get_by_label("Title", exact=True).fill("Nausea in older adults, together")
    ben.page.get_by_role("button", name="Save and continue").click()

    nora.goes_to(tasks)
    assert page.get_by_role("heading", level=1).inner_text() == "Nausea in older adults, together"
    page.get_by_role("link", name="People on your team").click()
    page.get_by_text("Joined", exact=True).wait_for()


def test_a_trainee_s_supervisor_confirms(someone: Callable[..., Someone]) -> None:
    tim = someone(phone=True)
    tasks, page = applies(tim, "tim@uni.example", "Tim Trainee"), tim.page
    page.get_by_role("link", name="You", exact=True).click()
    page.get_by_label("You apply as").select_option("trainee")
    page.get_by_role("group", name="Supervisor").get_by_label("Name").fill("Supriya Supervisor")
    page.get_by_role("group", name="Supervisor").get_by_label("E-mail").fill("sup@uni.example")
    page.get_by_role("button", name="Save and continue").click()
    tim.goes_to(tasks)
    page.get_by_role("link", name="People on your team").click()
    tim.finds_no_barrier()
    page.get_by_role("button", name="Ask Supriya Supervisor to confirm").click()
    page.get_by_text("Asked to confirm").wait_for()
    tim.keeps("team-phone")

    supriya = someone()
    follows_the_mail(supriya, "sup@uni.example", "supervise")
    supriya.page.get_by_role("heading", name="Confirm that you supervise").wait_for()
    supriya.finds_no_barrier()
    supriya.keeps("supervision")
    supriya.page.get_by_role("button", name="Confirm that I supervise").click()
    supriya.finds_no_barrier()

    page.reload()
    page.get_by_text("Confirmed", exact=True).wait_for()
