"""Money: an invoice, a part of it, a bank's file that is not clear, too much, and some back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys import contracting
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SCENE = "signed"


def test_finance_takes_the_fee_and_gives_back_what_is_too_much(
    someone: Callable[..., Someone], tmp_path: Path
) -> None:
    fay = someone()
    fay.enters_the_office("fay@library.example")
    fay.goes_to("/office/")
    fay.page.locator("main table a").first.click()
    fay.page.get_by_role("link", name="Fees", exact=True).click()
    fay.finds_no_barrier()
    fay.page.get_by_role("button", name="Send the invoice").click()
    number = fay.page.locator("#invoices ~ .mu-panel h3 a").inner_text()
    fay.page.get_by_label("Amount received").fill("500")
    fay.page.get_by_label("Reference on the statement").fill("Lakeside 1")
    day = fay.page.evaluate(contracting.HERE)
    fay.page.get_by_label("Day it was received").fill(day)
    fay.page.get_by_role("button", name="Record a payment").click()
    fay.page.get_by_text("Partly paid", exact=True).wait_for()
    fay.finds_no_barrier()
    fay.keeps("fees")

    statement = tmp_path / "statement.csv"
    statement.write_text(
        "Date,Amount,Reference,Name\n"
        f"{day},560.00,{number} rest,Lakeside\n"
        f"{day},3.07,Interest,Bank\n"
    )
    fay.page.get_by_role("link", name="Invoices", exact=True).click()
    fay.page.get_by_label("Bank statement (CSV)").set_input_files(statement)
    fay.page.get_by_role("button", name="Read the statement").click()
    fay.page.get_by_role("heading", name="2 lines of the bank need you").wait_for()
    fay.keeps("bank-lines")
    settles(fay, f"{number} rest", number, "They rounded up.")
    settles(fay, "Interest", "", "Interest of the bank.")
    fay.page.get_by_text("Overpaid", exact=True).wait_for()
    fay.finds_no_barrier()

    fay.page.get_by_role("link", name=number).click()
    fay.page.get_by_text("Ask for a refund", exact=True).first.click()
    step = fay.page.locator("details[open]").filter(has_text="Ask for a refund")
    step.get_by_label("Amount").fill("10")
    step.get_by_label("Reason").fill("They paid ten too much.")
    step.get_by_role("button").click()
    fay.page.get_by_text("Record that the refund was paid out").first.click()
    step = fay.page.locator("details[open]").filter(has_text="paid out")
    step.get_by_label("Day it was paid out").fill(day)
    step.get_by_label("Reference of the payment").fill("OUT 1")
    step.get_by_role("button").click()
    fay.page.get_by_text("Paid", exact=True).wait_for()
    fay.finds_no_barrier()

    alice = someone(phone=True)
    alice.signs_in("alice@lakeside.example")
    alice.goes_to(f"/invoices/{number}/")
    alice.page.get_by_text("Nothing is open on this invoice.").wait_for()
    alice.finds_no_barrier()
    alice.keeps("invoice-phone")
    reference = number.rsplit("-", 1)[0]
    for page in ("fees", "receipts"):
        alice.goes_to(f"/requests/{reference}/{page}/")
        alice.finds_no_barrier()
        alice.keeps(f"{page}-phone")
    alice.goes_to("/checkpoint/")
    alice.page.get_by_role("heading", name="Checkpoint of the ledger").wait_for()
    alice.finds_no_barrier()


def settles(person: Someone, text: str, number: str, reason: str) -> None:
    """Settle the bank line that says this text by hand."""
    panel = person.page.locator(".mu-panel").filter(has_text=text)
    panel.get_by_text("Match it by hand").click()
    if number:
        panel.get_by_label("Invoice").select_option(value=number)
    panel.get_by_label("Reason").fill(reason)
    panel.get_by_role("button", name="Settle this line").click()
