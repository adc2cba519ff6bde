"""Two of the office at one queue: found, taken, noted, asked, held; the history has it all."""

from collections.abc import Callable

import pytest

from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "on_their_way"


def test_two_of_the_office_work_at_one_queue(someone: Callable[..., Someone]) -> None:
    cora = someone()
    page = cora.page
    cora.enters_the_office("cora@library.example")
    cora.goes_to("/office/")
    page.get_by_role("heading", name="2 requests are waiting for you").wait_for()
    cora.finds_no_barrier()
    cora.keeps("queue")

    page.get_by_label("Reference, title, applicant or answers").fill("ABSTRACTS")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("1 request matches.").wait_for()
    page.get_by_label("Keep what is shown now as").fill("Abstracts")
    page.get_by_role("button", name="Keep this view").click()
    page.get_by_role("link", name="Abstracts", exact=True).wait_for()
    cora.finds_no_barrier()
    cora.keeps("queue-words")

    cora.goes_to("/office/")
    page.get_by_role("link", name="Open the most urgent").click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("Cora", exact=False).first.wait_for()
    page.get_by_label("Note", exact=True).fill("The ethics letter is to be read by Paula.")
    page.get_by_role("button", name="Keep the note").click()
    page.get_by_text("Record a phone call or a letter").click()
    page.get_by_label("Day it happened").fill("2026-10-01")
    page.get_by_label("What was said").fill("She sends the letter on Monday.")
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("1 Oct 2026").wait_for()
    cora.finds_no_barrier()
    cora.keeps("overview")
    reference = page.url.rstrip("/").rsplit("/", 1)[1]

    page.get_by_role("link", name="Messages", exact=True).click()
    page.get_by_label("Question", exact=True).fill("Which visits do you need?")
    page.get_by_label("It must be answered first").check()
    page.get_by_role("button", name="Send the question").click()
    page.get_by_role("heading", name="Which visits do you need?").wait_for()
    cora.finds_no_barrier()
    cora.keeps("messages")

    alice = someone()
    alice.signs_in("alice@lakeside.example")
    alice.goes_to(f"/requests/{reference}/?tab=messages")
    alice.page.get_by_label("Your answer").fill("All of the first year.")
    alice.page.get_by_role("button", name="Send this answer").click()
    alice.page.get_by_text("All of the first year.").wait_for()
    alice.goes_to(f"/requests/{reference}/")
    alice.page.get_by_role("heading", name="When the data may come").wait_for()
    alice.finds_no_barrier()
    alice.keeps("forecast")
    assert "ethics letter" not in alice.page.content()

    stella = someone(phone=True)
    stella.enters_the_office("stella@library.example")
    stella.goes_to("/office/")
    stella.finds_no_barrier()
    stella.keeps("queue-390")
    stella.goes_to(f"/office/{reference}/")
    stella.page.get_by_text("The ethics letter is to be read by Paula.").wait_for()
    stella.finds_no_barrier()
    stella.keeps("overview-390")
    stella.goes_to(f"/office/{reference}/history/")
    stella.page.get_by_text("Clock running again").wait_for()
    stella.finds_no_barrier()
    stella.keeps("history-390")

    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_text("Put it on hold").first.click()
    page.get_by_label("Reason").fill("The edition is being checked.")
    page.get_by_role("button", name="Put it on hold").click()
    page.get_by_role("heading", name="On hold").wait_for()
    cora.finds_no_barrier()
    cora.keeps("hold")
    page.get_by_text("End this hold").click()
    page.get_by_label("Reason").first.fill("It is sound.")
    page.get_by_role("button", name="End the hold").click()
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_text("Hold lifted").wait_for()
    cora.finds_no_barrier()
    cora.keeps("history")

    cora.goes_to("/office/?tab=open")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Remind whoever’s turn it is").click()
    page.get_by_role("heading", name="What was sent").wait_for()
    cora.finds_no_barrier()
    cora.keeps("reminded")
    page.get_by_role("link", name="Away? Name who stands in").click()
    page.get_by_role("heading", name="Who is away").wait_for()
    cora.finds_no_barrier()
    cora.keeps("away")
    cora.goes_to("/office/reports/")
    cora.finds_no_barrier()
    cora.keeps("reports")
    page.get_by_role("link", name="What one person did alone").click()
    page.get_by_role("heading", name="Done by one person").wait_for()
    cora.finds_no_barrier()
    cora.keeps("reports-alone")


def test_the_queue_in_the_dark(someone: Callable[..., Someone]) -> None:
    paula = someone(dark=True)
    paula.enters_the_office("paula@library.example")
    paula.goes_to("/office/")
    paula.page.get_by_role("heading", name="No request is waiting for you").wait_for()
    paula.finds_no_barrier()
    paula.keeps("queue-dark")
