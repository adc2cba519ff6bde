"""A whole application until the office has it.

With the mouse, with the keyboard alone, by a trainee on a telephone, and without JavaScript.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.demo import papers
from tests.journeys import applying, building, hands
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True
LOOKS = {hands.Mouse: Someone.finds_no_barrier, hands.Keys: Someone.finds_nothing_cut}
"""Each section is looked at once by axe; by keys alone, what has the focus must be seen as well."""
TITLES = {hands.Mouse: "Vomiting in older adults", hands.Keys: "Dizziness in older adults"}
TRAINEE = {
    "applicant": {
        "applicant_class": "trainee",
        "training_program": "Doctorate",
        "supervisor": papers.person("Supriya Supervisor", "supriya@uni.example"),
    },
}


@pytest.mark.parametrize("hand", [hands.Mouse, hands.Keys])
def test_a_newcomer_applies_and_the_office_finds_it(
    someone: Callable[..., Someone], cora: Someone, paper: Path, hand: type[hands.Hand]
) -> None:
    nora, title = someone(), TITLES[hand]
    nora.begins_a_request("Nora Newcomer", f"nora.{hand.__name__.lower()}@uni.example")
    page, own, tasks = nora.page, hand(nora.page), nora.page.url
    finds = LOOKS[hand]
    applying.fills_everything(nora, own, paper, title=title, finds=finds)
    nora.keeps("application-tasks")
    applying.asks_for_ages(own)
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="Check your answers"))
    nora.finds_no_barrier()
    nora.keeps("application-check")
    own.follows(page.get_by_role("button", name="Submit the request"))
    page.get_by_text("Submitted").first.wait_for()
    nora.finds_no_barrier()
    nora.keeps("application-submitted")

    applying.finds_the_request(cora, title)
    cora.page.get_by_text("AGE").first.wait_for()


def test_a_trainee_applies_on_a_telephone_once_the_supervisor_confirmed(
    someone: Callable[..., Someone], cora: Someone, paper: Path
) -> None:
    tim = someone(phone=True)
    tim.begins_a_request("Tim Trainee", "tim@uni.example")
    page, own, tasks = tim.page, hands.Mouse(tim.page), tim.page.url
    applying.fills_everything(
        tim, own, paper, title="A thesis", also=TRAINEE, finds=Someone.finds_nothing_cut
    )
    tim.finds_nothing_cut()
    applying.asks_for_ages(own)
    tim.finds_nothing_cut()
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="Check your answers"))
    page.get_by_text("Ask the supervisor to confirm the request first.").wait_for()
    assert not page.get_by_role("button", name="Submit the request").count()
    tim.finds_nothing_cut()
    tim.finds_no_barrier()
    tim.keeps("application-unconfirmed-390")
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="People on your team"))
    own.follows(page.get_by_role("button", name="Ask Supriya Supervisor to confirm"))
    page.get_by_text("Asked to confirm").wait_for()
    tim.finds_nothing_cut()
    tim.finds_no_barrier()
    tim.keeps("team-supervisor")

    supriya = someone()
    supriya.follows_the_mail("supriya@uni.example", "supervise")
    supriya.page.get_by_role("heading", name="Confirm that you supervise").wait_for()
    supriya.finds_no_barrier()
    supriya.keeps("supervision")
    supriya.page.get_by_role("button", name="Confirm that I supervise").click()
    supriya.finds_no_barrier()

    tim.looks_again()
    page.get_by_text("Confirmed", exact=True).wait_for()
    page.goto(tasks)
    own.follows(page.get_by_role("link", name="Check your answers"))
    own.follows(page.get_by_role("button", name="Submit the request"))
    page.get_by_text("Submitted").first.wait_for()
    tim.finds_nothing_cut()
    tim.finds_no_barrier()

    applying.finds_the_request(cora, "A thesis")


def test_a_newcomer_applies_without_javascript_on_a_telephone_in_the_dark(
    someone: Callable[..., Someone], cora: Someone, paper: Path
) -> None:
    pia = someone(phone=True, javascript=False, dark=True)
    pia.begins_a_request("Pia Poster", "pia@uni.example")
    page, own, tasks = pia.page, hands.Poster(pia.page), pia.page.url
    applying.fills_everything(
        pia, own, paper, title="By posting alone", finds=Someone.finds_nothing_cut
    )
    own.follows(page.get_by_role("link", name="The data you ask for"))
    own.follows(page.get_by_role("link", name="Choose people and variables"))
    building.build(page)
    pia.keeps("builder-390-dark")
    own.follows(page.get_by_role("button", name="Save and count"))
    building.waits_for_the_count(page)
    pia.finds_nothing_cut()
    own.follows(page.get_by_role("button", name="Save and continue"))
    own.follows(page.get_by_role("button", name="This is what I ask for"))
    page.goto(tasks)
    pia.keeps("tasks-390-dark")
    own.follows(page.get_by_role("link", name="Check your answers"))
    pia.finds_nothing_cut()
    own.follows(page.get_by_role("button", name="Submit the request"))
    page.get_by_text("Submitted").first.wait_for()
    pia.finds_nothing_cut()
    # axe is a script itself: it looks at her page in a browser that runs scripts.
    looking = someone(phone=True, dark=True)
    looking.page.context.add_cookies(page.context.cookies())
    looking.page.goto(page.url)
    looking.page.get_by_text("Submitted").first.wait_for()
    looking.finds_no_barrier()

    applying.finds_the_request(cora, "By posting alone")
    cora.page.get_by_text("AESEV").first.wait_for()
