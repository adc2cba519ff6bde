"""Any order of payments, credits and refunds leaves what plain arithmetic says, to the cent."""

import random

import pytest

from muniment import models
from muniment.actions import payment, step
from muniment.demo import contracting
from muniment.queries import payment as accounts
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.world import World

FAY = ("fay", Role.FINANCE)
ALICE = ("alice", Role.APPLICANT)
STEPS = 40


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_of_an_invoice_are_plain_sums_after_every_step(world: World, seed: int) -> None:
    """The test keeps books of its own: a list of what came, went and was credited."""
    story = world.after(contracting.invoice)
    chance, came, credited = random.Random(seed), [], 0
    number, total, taken = (
        story.case.invoices.get().number,
        story.case.invoices.get().total_minor,
        0,
    )
    for turn in range(STEPS):
        row = models.Invoice.objects.select_related("case", "estimate").get(number=number)
        amount = chance.choice([1, 7, 333, 4_999, chance.randint(1, 30_000)])
        move = chance.choice(["pay", "pay", "credit", "refund"])
        try:
            if move == "pay":
                payment.record_payment(
                    row, amount_minor=amount, currency="USD", method="bank transfer",
                    bank_reference=f"{seed}-{turn}", received_on=story.today, **world.by(*FAY),
                )  # fmt: skip
                came.append(amount)
            elif move == "credit":
                payment.issue_credit_note(row, amount_minor=amount, reason="C.", **world.by(*FAY))
                credited += amount
            else:
                asked = payment.ask_refund(
                    row, amount_minor=amount, reason="R.", **world.by(*ALICE)
                )
                payment.approve_refund(
                    asked, paid_on=story.today, bank_reference=f"{seed}-{turn}", **world.by(*FAY)
                )
                came.append(-amount)
            taken += 1
        except step.Refused as refused:
            codes = {each.code for each in refused.reasons}
            assert codes <= {"amount-out-of-range", "no-money-received", "no-open-invoice"}, codes
        [account] = accounts.accounts([row], today=story.today)
        assert (account.received, account.credited) == (sum(came), credited)
        assert account.owed == total - credited >= 0
        assert account.open == total - credited - sum(came)
        assert facts.received(row) == sum(came) >= 0
        assert facts.invoiced(story.case) == total - credited
        kept = min(row.estimate.non_refundable_minor, account.owed)
        assert facts.refundable(row) == max(0, sum(came) - kept)
        assert account.is_open is (account.open > 0)
    assert taken > STEPS // 4  # most seeds refuse some moves, none refuses all
