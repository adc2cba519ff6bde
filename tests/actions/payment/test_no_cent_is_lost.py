"""Any order of estimates, invoices, money and what is taken back, against plain sums, to the cent.

A walk takes real actions and keeps books of its own beside them (`books.py`). Before each move it
says whether the move is let; after each, outstanding + settled + credited is what was billed.
"""

from typing import Any, ClassVar

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from muniment import models
from muniment.actions import payment, step
from muniment.demo import contracting
from muniment.jobs import payment as job
from muniment.programme import fees
from muniment.queries import payment as queries
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.actions.payment import books
from tests.actions.payment.test_money import ORDER, settled
from tests.world import World

ALICE, CORA = ("alice", Role.APPLICANT), ("cora", Role.COORDINATOR)
FAY, OTTO = ("fay", Role.FINANCE), ("otto", Role.DETERMINING_OFFICER)
ALL_OF_IT = 0
AMOUNTS = st.sampled_from([ALL_OF_IT, ALL_OF_IT, 1, 333]) | st.integers(1, 120_000)
WHICH = st.integers(0, 3)
STEPS = 16


class Money(RuleBasedStateMachine):
    """One request from its first invoice on; rolled back at the end."""

    world: ClassVar[World]
    story: ClassVar[Any]
    counting: ClassVar[type[books.Ledger]] = books.Ledger

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.atomic()
        self.saved.__enter__()
        self.ledger = self.counting()
        self.turn = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.saved.__exit__(None, None, None)

    @initialize()
    def first_invoice(self) -> None:
        estimate = facts.find_estimate(self.story.case)
        self.ledger.estimate = self.ledger.accepted = estimate.total_minor
        self.ledger.kept = estimate.non_refundable_minor
        self.write(models.Invoice.objects.get(case_id=self.story.case_id))

    # Moves: each says first what the ledger lets it do.

    @rule(which=WHICH, amount=AMOUNTS)
    def pay(self, which: int, amount: int) -> None:
        number, bill, cents = self.about(which, amount)
        given = {"amount_minor": cents, "bank_reference": self.name()}
        if self.does(self.ledger.is_open(bill), lambda: self.recorded(number, **given)):
            bill.came.append(cents)
            self.does(False, lambda: self.recorded(number, **given))  # the same line again
            self.ledger.again(bill, cents)

    @rule(which=WHICH)
    def pay_in_another_currency(self, which: int) -> None:
        number, _bill, cents = self.about(which, ALL_OF_IT)
        given = {"amount_minor": cents, "bank_reference": self.name(), "currency": "EUR"}
        self.does(False, lambda: self.recorded(number, **given))

    @rule(which=WHICH, amount=AMOUNTS, card=st.booleans(), currency=st.sampled_from(["USD", "EUR"]))
    def arrive(self, which: int, amount: int, card: bool, currency: str) -> None:
        """A line of the bank or a report of the card provider, three times over."""
        number, bill, cents = self.about(which, amount)
        line = payment.Arrived(self.name(), self.story.today, cents, currency, f"x {number}")
        fits = self.ledger.is_open(bill) and cents == self.ledger.owed(bill) - sum(bill.came)
        matched = fits and currency == "USD"
        for _ in range(3):
            if card:
                payment.take_card_payment(line, **self.world.by(*FAY))
            else:
                programme = self.story.case.programme
                payment.take_bank_lines(programme, [line], **self.world.by(*FAY))
            job.match(models.Job(), plant=self.world.house.plant, now=self.world.house.now())
        kept = models.BankLine.objects.get(key=line.key)
        assert (kept.payment is not None) is matched
        if matched:
            bill.came.append(cents)
            self.ledger.again(bill, cents)
        else:
            kept.delete()  # else it would be matched, rightly, once it fits

    @rule(which=WHICH, amount=AMOUNTS)
    def credit(self, which: int, amount: int) -> None:
        number, bill, cents = self.about(which, amount)
        let = self.ledger.received(bill) > 0 and 0 < cents <= self.ledger.owed(bill)
        row, given = self.row(number), {"amount_minor": cents, "reason": "Kind."}
        if self.does(let, lambda: payment.issue_credit_note(row, **given, **self.world.by(*FAY))):
            bill.credited += cents

    @rule(which=WHICH, amount=AMOUNTS, granted=st.booleans())
    def refund(self, which: int, amount: int, granted: bool) -> None:
        number, bill, _cents = self.about(which, amount)
        most = self.ledger.refundable(bill)
        cents = amount or max(most, 1)
        row, given = self.row(number), {"amount_minor": cents, "reason": "Not used."}
        if not self.does(
            0 < cents <= most,
            lambda: payment.ask_refund(row, **given, **self.world.by(*ALICE)),
        ):
            return
        asked = models.Refund.objects.latest("pk")
        if granted:
            out = {"paid_on": self.story.today, "bank_reference": self.name()}
            payment.approve_refund(asked, **out, **self.world.by(*FAY))
            bill.came.append(-cents)
            self.does(False, lambda: payment.approve_refund(asked, **out, **self.world.by(*FAY)))
            self.ledger.again(bill, -cents)
        else:
            payment.refuse_refund(asked, reason="In use.", **self.world.by(*FAY))

    @rule(which=WHICH)
    def void(self, which: int) -> None:
        number, bill, _cents = self.about(which, ALL_OF_IT)
        let = self.ledger.is_open(bill) and self.ledger.received(bill) == 0
        row = self.row(number)
        if self.does(
            let, lambda: payment.void_invoice(row, reason="Address.", **self.world.by(*FAY))
        ):
            bill.voided = True

    @rule(hours=st.sampled_from(["0", "2.5", "2.01", "10"]))
    def estimate_anew(self, hours: str) -> None:
        order = fees.order_of(fees.document(ORDER) | {"hours": hours})
        made = payment.draft_estimate(self.story.case, order=order, **self.world.by(*CORA))
        assert made.total_minor == sum(line["amount_minor"] for line in made.lines)
        self.ledger.estimate = made.total_minor
        self.ledger.kept = made.non_refundable_minor
        if made.total_minor * 100 > self.ledger.accepted * 110:
            payment.accept_higher_cost(self.story.case, **self.world.by(*ALICE))
            self.ledger.accepted = made.total_minor

    @rule()
    def invoice(self) -> None:
        ledger = self.ledger
        asked = any(ledger.is_open(bill) for bill in ledger.live())
        due = ledger.estimate - ledger.billed()
        let = not (asked or ledger.waived or ledger.paid()) and due > 0
        if self.does(let, lambda: payment.issue_invoice(self.story.case, **self.world.by(*FAY))):
            made = models.Invoice.objects.filter(case_id=self.story.case_id).latest("pk")
            assert made.total_minor == due
            self.write(made)

    @precondition(lambda self: self.turn > STEPS // 2)
    @rule()
    def waive(self) -> None:
        let = not (self.ledger.waived or self.ledger.paid())
        ask = payment.ask_waiver
        if self.does(let, lambda: ask(self.story.case, reason="R.", **self.world.by(*ALICE))):
            waiver = models.Waiver.objects.latest("pk")
            payment.approve_waiver(waiver, reason="Yes.", **self.world.by(*OTTO))
            self.ledger.waived = True

    @invariant()
    def the_books_agree(self) -> None:
        ledger, case = self.ledger, self.story.case
        rows = models.Invoice.objects.filter(case=case).select_related("estimate")
        for account in queries.accounts(rows, today=self.story.today):
            bill = ledger.bills[account.invoice.number]
            assert account.received == facts.received(account.invoice) == ledger.received(bill) >= 0
            assert account.credited == ledger.credited(bill) >= 0
            assert account.open + account.received + account.credited == bill.total
            assert account.owed == facts.owed(account.invoice) == ledger.owed(bill) >= 0
            assert account.is_open == ledger.is_open(bill)
            assert facts.refundable(account.invoice) == ledger.refundable(bill)
        assert facts.invoiced(case) == ledger.billed()
        assert settled(self.story) == ledger.paid()
        assert set(models.Payment.objects.values_list("currency", flat=True)) <= {"USD"}

    # What a move needs.

    def does(self, let: bool, act: Any) -> bool:
        """Take a step; it is refused exactly where the ledger says so, and then moves nothing."""
        said: list[str] = []
        try:
            with transaction.atomic():
                act()
        except step.Refused as refused:
            said = [each.code for each in refused.reasons]
        assert bool(said) is not let, said
        return let

    def about(self, which: int, amount: int) -> tuple[str, books.Bill, int]:
        """One of the invoices, and the amount in cents: all that is open where none is said."""
        number = sorted(self.ledger.bills)[which % len(self.ledger.bills)]
        bill = self.ledger.bills[number]
        return number, bill, amount or max(1, self.ledger.owed(bill) - self.ledger.received(bill))

    def recorded(self, number: str, **given: Any) -> None:
        usual = {"currency": "USD", "method": "check", "received_on": self.story.today}
        payment.record_payment(self.row(number), **usual | given, **self.world.by(*FAY))

    def row(self, number: str) -> models.Invoice:
        return models.Invoice.objects.select_related("case", "estimate").get(number=number)

    def write(self, row: models.Invoice) -> None:
        self.ledger.bills[row.number] = books.Bill(row.total_minor, self.ledger.kept)

    def name(self) -> str:
        self.turn += 1
        return f"line-{self.turn}"


def walking(world: World, counting: type[books.Ledger] = books.Ledger) -> type[Money]:
    told = {"world": world, "story": world.after(contracting.invoice), "counting": counting}
    return type("Walked", (Money,), told)


def test_no_order_of_moves_loses_or_makes_a_cent(world: World) -> None:
    few = max(2, hypothesis.settings.default.max_examples // 10)
    drawn = hypothesis.settings(max_examples=few, stateful_step_count=STEPS)
    run_state_machine_as_test(walking(world), settings=drawn)


def a_walk_with_everything(money: Money) -> None:
    """Every move at least once, with the books looked at after each."""
    money.first_invoice()
    for move, given in (
        (money.void, {"which": 0}),
        (money.invoice, {}),
        (money.pay_in_another_currency, {"which": 1}),
        (money.pay, {"which": 1, "amount": 40_000}),
        (money.arrive, {"which": 1, "amount": 0, "card": True, "currency": "EUR"}),
        (money.arrive, {"which": 1, "amount": 0, "card": True, "currency": "USD"}),
        (money.credit, {"which": 1, "amount": 5_000}),
        (money.refund, {"which": 1, "amount": 0, "granted": False}),
        (money.refund, {"which": 1, "amount": 7_001, "granted": True}),
        (money.estimate_anew, {"hours": "2.01"}),
        (money.pay, {"which": 1, "amount": 2_500}),
        (money.invoice, {}),
        (money.arrive, {"which": 2, "amount": 0, "card": False, "currency": "USD"}),
        (money.estimate_anew, {"hours": "10"}),
        (money.waive, {}),
    ):
        move(**given)
        money.the_books_agree()


def test_a_walk_with_every_move_ends_with_plain_sums(world: World) -> None:
    money = walking(world)()
    a_walk_with_everything(money)
    assert len(money.ledger.bills) == 3
    assert money.ledger.waived
    money.teardown()


@pytest.mark.parametrize("wrong", books.WRONG)
def test_wrong_sums_are_noticed(world: World, wrong: type[books.Ledger]) -> None:
    """The control: one mistake in the ledger, and the same walk does not get through."""
    money = walking(world, wrong)()
    with pytest.raises(AssertionError):
        a_walk_with_everything(money)
    money.teardown()
