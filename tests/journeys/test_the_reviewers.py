"""A committee at work: one is recused, three review blind, one stands apart, a question goes."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "before_the_committee"
CRITERIA = 4


def declares(person: Someone, name: str) -> None:
    """Sign in to the office and follow the list to the declaration."""
    person.enters_the_office(f"{name}@library.example")
    person.goes_to("/reviews/")
    person.page.get_by_role("link", name="Open the next review").click()
    person.page.get_by_role("heading", name="Conflict of interest").wait_for()


def has_no_conflict(person: Someone) -> None:
    person.page.get_by_label("I have no conflict").check()
    person.page.get_by_role("button", name="Send my declaration").click()
    person.page.get_by_role("button", name="Submit my review").wait_for()


def reviews(person: Someone, score: int, *, reason: str = "") -> None:
    """Score every criterion and hand in."""
    page = person.page
    for number in range(CRITERIA):
        page.locator(".mu-score").nth(number).get_by_text(str(score), exact=True).click()
        if reason:
            page.get_by_label("Reason").nth(number).fill(reason)
    page.get_by_label("Comment on the whole").fill(f"Read with care; {score} throughout.")
    page.get_by_role("button", name="Submit my review").click()
    page.get_by_role("button", name="Open the reviews of the others").wait_for()


def test_a_committee_reviews_blind_and_then_together(someone: Callable[..., Someone]) -> None:
    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to("/office/")
    cora.page.locator("main table a").first.click()
    cora.page.get_by_role("link", name="Review", exact=True).click()
    cora.page.get_by_label("Note to the committee").fill("Strong fit. The end date was questioned.")
    cora.page.get_by_role("button", name="Save the note").click()
    for name in ("Mia Member", "Milo Member"):
        cora.page.get_by_label("Ask for a review").select_option(label=name)
        cora.page.get_by_role("button", name="Ask for a review").click()
    cora.finds_no_barrier()
    cora.keeps("office-review")
    tab = cora.page.url

    max_ = someone()
    declares(max_, "max")
    max_.finds_no_barrier()
    max_.keeps("conflict")
    max_.page.get_by_label("I have a conflict, and am recused").check()
    max_.page.get_by_label("What kind of conflict").select_option(value="work")
    max_.page.locator("#reason").fill("A paper with the lead last year.")
    max_.page.get_by_role("button", name="Send my declaration").click()
    max_.page.get_by_text("You are recused since").wait_for()
    max_.finds_no_barrier()
    max_.keeps("recused")
    place = max_.page.url

    mia = someone()
    mia.enters_the_office("mia@library.example")
    mia.goes_to("/reviews/")
    mia.finds_no_barrier()
    mia.keeps("reviews-waiting")
    mia.page.get_by_role("link", name="Open the next review").click()
    has_no_conflict(mia)
    mia.page.locator(".mu-score").first.get_by_text("4", exact=True).click()
    mia.page.get_by_text("Saved at").wait_for()
    mia.finds_no_barrier()
    mia.keeps("review-own")
    mia.page.get_by_role("link", name="Papers", exact=True).click()
    mia.page.get_by_role("heading", name="Disclosure risk").first.wait_for()
    mia.finds_no_barrier()
    mia.keeps("papers")
    mia.page.get_by_role("link", name="Go to my review").click()
    reviews(mia, 4)

    milo = someone(phone=True)
    declares(milo, "milo")
    milo.keeps("conflict-phone")
    has_no_conflict(milo)
    milo.finds_no_barrier()
    milo.keeps("review-own-phone")
    reviews(milo, 4)

    chen = someone(dark=True)
    declares(chen, "chen")
    has_no_conflict(chen)
    chen.keeps("review-own-dark")
    reviews(chen, 1, reason="These data cannot answer it.")
    chen.page.get_by_role("button", name="Open the reviews of the others").click()
    chen.page.get_by_text("Outlier").first.wait_for()
    chen.finds_no_barrier()
    chen.keeps("scores-dark")
    chen.page.get_by_role("link", name="Discussion", exact=True).click()
    chen.page.get_by_label("Your contribution").fill("I read the follow-up as too short.")
    chen.page.get_by_role("button", name="Write in the discussion").click()
    chen.page.get_by_label("Suggest a question").fill("How long must the follow-up be?")
    chen.page.get_by_role("button", name="Send it to the office").click()
    chen.finds_no_barrier()
    chen.keeps("discussion-dark")
    chen.page.get_by_role("link", name="Reviewers", exact=True).click()
    chen.page.get_by_text("A paper with the lead last year.").wait_for()
    chen.finds_no_barrier()
    chen.keeps("reviewers-dark")

    mia.page.get_by_role("button", name="Open the reviews of the others").click()
    mia.page.get_by_text("These data cannot answer it.").first.wait_for()
    mia.keeps("scores")
    mia.page.get_by_role("link", name="Go to the discussion").click()
    mia.page.get_by_text("I read the follow-up as too short.").wait_for()

    cora.page.goto(tab)
    cora.page.get_by_text("Read with care; 1 throughout.").wait_for()
    cora.page.get_by_role("button", name="Pass it on").click()
    cora.page.get_by_text("Passed on").wait_for()
    cora.finds_no_barrier()
    cora.keeps("office-review-after")

    alice = someone()
    alice.follows_the_mail("alice@lakeside.example", about="A question about your request")
    alice.page.get_by_text("How long must the follow-up be?").first.wait_for()
    assert "Chen" not in alice.page.get_by_role("main").inner_text()

    max_.page.goto(place)
    told = max_.page.get_by_role("main").inner_text()
    assert "You are recused since" in told
    assert len(told.splitlines()) <= 5, told
