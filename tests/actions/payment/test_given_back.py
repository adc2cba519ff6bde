"""Orders, credit notes, refunds and a higher cost: each with its rows, each with its refusals."""

import dataclasses
from decimal import Decimal

from muniment import models
from muniment.actions import payment
from muniment.demo import contracting
from muniment.demo.story import Story
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.actions.payment.test_money import ORDER, TOTAL, invoice_of, pay, settled
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

ALICE = ("alice", Role.APPLICANT)
CORA = ("cora", Role.COORDINATOR)
FAY = ("fay", Role.FINANCE)
OTTO = ("otto", Role.DETERMINING_OFFICER)
STAYS = ("agreement", "agreement")
HIGHER = dataclasses.replace(ORDER, hours=Decimal("10"))
BASE = 30_000
"""What the shipped schedule keeps of a fee."""


def fresh(invoice: models.Invoice) -> models.Invoice:
    return models.Invoice.objects.select_related("case", "estimate").get(pk=invoice.pk)


def paid(world: World, **more: object) -> tuple[Story, models.Invoice]:
    """A case whose invoice has money on it."""
    story = world.after(contracting.invoice)
    pay(world, story, **more)
    return story, fresh(invoice_of(story))


def test_a_purchase_order_is_recorded_once(world: World) -> None:
    story = world.after(contracting.sign)
    by, given = world.by(*FAY), {"number": " PO 4711 ", "ordered_on": story.today}
    order = payment.record_purchase_order(story.case, **given, **by)
    assert (order.number, order.ordered_on, order.estimate.version) == ("PO 4711", story.today, 1)
    assert marked(order, "made") == by_and_at(by)
    values = {"number": "PO 4711", "estimate": 1}
    assert_entered(story.case, "payment.record_purchase_order", by, stages=STAYS, values=values)
    record = payment.record_purchase_order
    assert refused(lambda: record(story.case, **given, **world.by(*FAY))) == ["already-recorded"]
    future = {"number": " ", "ordered_on": story.today.replace(year=story.today.year + 1)}
    assert refused(lambda: record(story.case, **future, **world.by(*FAY))) == [
        "number-missing", "future-date",
    ]  # fmt: skip


def test_no_purchase_order_before_the_estimate_is_out(world: World) -> None:
    story = world.after(contracting.draft)
    given = {"number": "PO 1", "ordered_on": story.today}
    record = payment.record_purchase_order
    assert refused(lambda: record(story.case, **given, **world.by(*FAY))) == [
        "agreement-not-issued"
    ]


def test_a_credit_note_lowers_what_the_invoice_asks_for(world: World) -> None:
    story, invoice = paid(world)
    by = world.by(*FAY)
    note = payment.issue_credit_note(invoice, amount_minor=5_000, reason="Billed twice.", **by)
    assert (note.number, note.amount_minor) == (f"{invoice.number}-C1", 5_000)
    assert marked(note, "made") == by_and_at(by)
    assert (facts.owed(invoice), facts.invoiced(story.case)) == (TOTAL - 5_000, TOTAL - 5_000)
    values = {"number": note.number, "amount_minor": 5_000, "reason": "Billed twice."}
    assert_entered(story.case, "payment.issue_credit_note", by, stages=STAYS, values=values)
    assert letters_to(world.person("alice"))[-1] == "credit-note"
    assert_told(story, invoice, "Billed twice.")


def test_a_credit_note_alone_settles_nothing_that_the_estimate_asks_for(world: World) -> None:
    """Less is asked for only by a new estimate or a waiver; a note is no way around the gate."""
    story, invoice = paid(world, amount_minor=TOTAL - 5_000)
    payment.issue_credit_note(invoice, amount_minor=5_000, reason="A favor.", **world.by(*FAY))
    assert not settled(story)
    rest = payment.issue_invoice(story.case, **world.by(*FAY))
    assert rest.total_minor == 5_000


def test_a_credit_note_is_within_the_invoice_and_has_a_reason(world: World) -> None:
    _, invoice = paid(world)
    issue = payment.issue_credit_note
    for amount in (0, -1, TOTAL + 1):
        given = {"amount_minor": amount, "reason": "Billed twice."}
        assert refused(lambda given=given: issue(invoice, **given, **world.by(*FAY))) == [
            "amount-out-of-range"
        ]
    assert refused(lambda: issue(invoice, amount_minor=1, reason="", **world.by(*FAY))) == [
        "reason-missing"
    ]
    assert refused(lambda: issue(invoice, amount_minor=1, reason="So.", **world.by(*CORA))) == [
        "not-your-step"
    ]


def test_an_unpaid_invoice_is_voided_and_not_credited(world: World) -> None:
    story = world.after(contracting.invoice)
    invoice = fresh(invoice_of(story))
    issue = payment.issue_credit_note
    assert refused(lambda: issue(invoice, amount_minor=1, reason="So.", **world.by(*FAY))) == [
        "no-money-received"
    ]


def test_too_much_money_is_asked_back_and_paid_out(world: World) -> None:
    story, invoice = paid(world, amount_minor=TOTAL + 700)
    by = world.by(*ALICE)
    refund = payment.ask_refund(invoice, amount_minor=700, reason="We paid too much.", **by)
    assert marked(refund, "made") == by_and_at(by)
    values = {"invoice": invoice.number, "amount_minor": 700, "reason": "We paid too much."}
    assert_entered(story.case, "payment.ask_refund", by, stages=STAYS, values=values)
    by = world.by(*FAY)
    done = payment.approve_refund(reread(refund), paid_on=story.today, bank_reference="OUT 1", **by)
    assert marked(done, "approved") == by_and_at(by)
    out = models.Payment.objects.get(amount_minor__lt=0)
    assert (out.amount_minor, out.method, out.received_on) == (-700, "refund", story.today)
    assert (out.refund, facts.received(invoice)) == (refund, TOTAL)
    values = {"invoice": invoice.number, "amount_minor": 700}
    assert_entered(story.case, "payment.approve_refund", by, stages=STAYS, values=values)
    assert letters_to(world.person("alice"))[-1] == "refund-decided"
    assert_told(story, invoice, "Yes, it was paid out.")
    assert settled(story)


def assert_told(story: Story, invoice: models.Invoice, words: str) -> None:
    """The words stand on the page of the request, and not in the mail."""
    told = story.case.questions.latest("pk")
    assert (told.about, told.answer) == (f"fee: {invoice.number}", words)
    assert told.answered_at == told.made_at
    assert words not in models.Message.objects.latest("pk").body


def reread(refund: models.Refund) -> models.Refund:
    return models.Refund.objects.select_related("invoice__case", "invoice__estimate").get(
        pk=refund.pk
    )


def test_what_is_not_refundable_stays(world: World) -> None:
    story, invoice = paid(world)
    ask = payment.ask_refund
    for amount in (0, TOTAL - BASE + 1):
        given = {"amount_minor": amount, "reason": "We gave up."}
        assert refused(lambda given=given: ask(invoice, **given, **world.by(*ALICE))) == [
            "amount-out-of-range"
        ]
    refund = ask(invoice, amount_minor=TOTAL - BASE, reason="We gave up.", **world.by(*ALICE))
    payment.issue_credit_note(invoice, amount_minor=1, reason="Cent.", **world.by(*FAY))
    payment.approve_refund(
        reread(refund), paid_on=story.today, bank_reference="OUT", **world.by(*FAY)
    )
    assert facts.received(invoice) == BASE
    assert not settled(story)


def test_a_refund_is_refused_with_a_reason_and_may_be_asked_again(world: World) -> None:
    story, invoice = paid(world, amount_minor=TOTAL + 700)
    ask, refuse = payment.ask_refund, payment.refuse_refund
    refund = ask(invoice, amount_minor=700, reason="Too much.", **world.by(*FAY))
    assert refused(lambda: ask(invoice, amount_minor=1, reason="More.", **world.by(*ALICE))) == [
        "refund-undecided"
    ]
    assert refused(lambda: refuse(reread(refund), reason="", **world.by(*FAY))) == [
        "reason-missing"
    ]
    by = world.by(*OTTO)
    refuse(reread(refund), reason="It is for the next year.", **by)
    assert marked(refund, "refused") == by_and_at(by)
    values = {"invoice": invoice.number, "reason": "It is for the next year."}
    assert_entered(story.case, "payment.refuse_refund", by, stages=STAYS, values=values)
    assert_told(story, invoice, "It is for the next year.")
    approve = payment.approve_refund
    given = {"paid_on": story.today, "bank_reference": "OUT"}
    assert refused(lambda: approve(reread(refund), **given, **world.by(*FAY))) == [
        "no-refund-asked"
    ]
    ask(fresh(invoice), amount_minor=700, reason="Too much.", **world.by(*ALICE))


def test_nothing_is_paid_back_before_money_came_or_in_the_future(world: World) -> None:
    story = world.after(contracting.invoice)
    invoice = fresh(invoice_of(story))
    ask = payment.ask_refund
    assert refused(lambda: ask(invoice, amount_minor=1, reason="So.", **world.by(*ALICE))) == [
        "no-money-received"
    ]
    pay(world, story)
    refund = ask(fresh(invoice), amount_minor=1, reason="So.", **world.by(*ALICE))
    late = story.today.replace(year=story.today.year + 1)
    approve = payment.approve_refund
    given = {"paid_on": late, "bank_reference": "OUT"}
    assert refused(lambda: approve(reread(refund), **given, **world.by(*FAY))) == ["future-date"]


def test_a_cost_far_above_the_estimate_waits_for_the_applicant(world: World) -> None:
    story = world.after(contracting.sign)
    higher = payment.draft_estimate(story.case, order=HIGHER, **world.by(*CORA))
    assert letters_to(world.person("alice"))[-1] == "cost-above-estimate"
    assert marked(higher, "issued") == marked(higher, "accepted") == (None, None)
    assert "cost-above-estimate" in refused(
        lambda: payment.issue_invoice(story.case, **world.by(*FAY))
    )
    accept = payment.accept_higher_cost
    assert refused(lambda: accept(story.case, **world.by(*CORA))) == ["not-your-step"]
    by = world.by(*ALICE)
    accept(story.case, **by)
    assert marked(higher, "accepted") == by_and_at(by)
    assert marked(higher, "issued")[0] == by["now"]
    values = {"version": 2, "total_minor": higher.total_minor}
    assert_entered(story.case, "payment.accept_higher_cost", by, stages=STAYS, values=values)
    assert payment.issue_invoice(story.case, **world.by(*FAY)).total_minor == higher.total_minor


def test_a_cost_within_the_share_needs_no_new_word(world: World) -> None:
    story = world.after(contracting.sign)
    near = dataclasses.replace(ORDER, hours=Decimal("2.5"))
    by = world.by(*CORA)
    made = payment.draft_estimate(story.case, order=near, **by)
    assert marked(made, "issued") == by_and_at(by)
    assert letters_to(world.person("alice"))[-1] != "cost-above-estimate"
    assert refused(lambda: payment.accept_higher_cost(story.case, **world.by(*ALICE))) == [
        "cost-within-estimate"
    ]
    assert payment.issue_invoice(story.case, **world.by(*FAY)).total_minor == made.total_minor


def test_an_estimate_keeps_what_it_was_computed_for_and_what_stays(world: World) -> None:
    story = world.after(contracting.draft)
    made = models.Estimate.objects.get(case=story.case)
    assert made.non_refundable_minor == BASE
    assert made.order == {
        "applicant_class": "academic", "items": [{"dataset": "sdtm-pilot", "units": 1}],
        "hours": "0", "deliveries": 1, "months": 12, "surcharges": [], "waivers": [],
    }  # fmt: skip
    assert [line["kind"] for line in made.lines] == ["base", "data"]
