"""Estimate, invoice, payment: every amount in minor units, every bank line once."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from muniment import models
from muniment.actions import payment
from muniment.demo import contracting, judging, roads
from muniment.demo.story import Story
from muniment.programme import fees
from muniment.queries.facts import agreement as facts
from muniment.queries.facts.situation import Situation
from muniment.rulebook.words import Role
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

FAY = ("fay", Role.FINANCE)
CORA = ("cora", Role.COORDINATOR)
STAYS = ("agreement", "agreement")
ORDER = fees.Order("academic", (fees.Item("sdtm-pilot"),))
TOTAL = 105_000


def invoice_of(story: Story) -> models.Invoice:
    """The case's live invoice, read afresh with its case."""
    live = models.Invoice.objects.select_related("case")
    return live.get(case_id=story.case_id, voided_at__isnull=True)


def pay(world: World, story: Story, **more: Any) -> models.Payment:
    """The invoice's whole amount, but for what is said otherwise."""
    given = {
        "amount_minor": TOTAL,
        "currency": "USD",
        "method": "bank transfer",
        "bank_reference": "LCI 4711",
        "received_on": story.today,
    }
    return payment.record_payment(invoice_of(story), **{**given, **more}, **world.by(*FAY))


def settled(story: Story) -> bool:
    """Whether the gate before release would call the fee paid."""
    actor = story.house.acting(*FAY)
    return facts.fee_paid(Situation("open_line", story.case, actor, story.house.clock.now))


def test_an_estimate_is_computed_by_the_schedule_line_by_line(world: World) -> None:
    story = world.after(contracting.draft)
    first = models.Estimate.objects.get(case=story.case)
    order = fees.Order("academic", (fees.Item("sdtm-pilot"),), hours=Decimal("2.5"))
    by = world.by(*CORA)
    row = payment.draft_estimate(story.case, order=order, **by)
    assert row.total_minor == sum(line["amount_minor"] for line in row.lines) > first.total_minor
    assert (row.version, row.currency) == (2, "USD")
    assert row.valid_until_on > story.today
    assert marked(row, "made") == by_and_at(by)
    assert marked(row, "issued") == (None, None)
    values = {"lines": row.lines, "total_minor": row.total_minor}
    assert_entered(story.case, "payment.draft_estimate", by, stages=STAYS, values=values)
    assert marked(first, "superseded") == by_and_at(by)
    assert facts.find_estimate(story.case) == row


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (dataclasses.replace(ORDER, applicant_class="staff"), "other-class"),
        (dataclasses.replace(ORDER, items=()), "other-datasets"),
        (dataclasses.replace(ORDER, items=(fees.Item("practice-census"),)), "other-datasets"),
        (dataclasses.replace(ORDER, waivers=("unheard-of",)), "fee-unknown"),
    ],
)
def test_the_fee_is_for_who_asks_and_for_what_is_asked(
    world: World, order: fees.Order, code: str
) -> None:
    story = world.after(judging.determine)
    draft = payment.draft_estimate
    assert refused(lambda: draft(story.case, order=order, **world.by(*FAY))) == [code]


def test_the_applicant_does_not_compute_the_fee(world: World) -> None:
    story = world.after(judging.determine)
    draft = payment.draft_estimate
    alice = world.by("alice", Role.APPLICANT)
    assert refused(lambda: draft(story.case, order=ORDER, **alice)) == ["not-your-step"]


def test_no_estimate_before_the_approval(world: World) -> None:
    story = world.after(judging.recommend)
    assert refused(lambda: payment.draft_estimate(story.case, order=ORDER, **world.by(*CORA))) == [
        "wrong-stage",
        "not-approved",
    ]


def test_an_invoice_asks_for_the_estimates_total(world: World) -> None:
    story = world.after(contracting.sign)
    by = world.by(*FAY)
    sent = payment.issue_invoice(story.case, **by)
    assert (sent.number, sent.total_minor, sent.currency) == ("CENTRA-2026-0001-1", TOTAL, "USD")
    assert sent.due_on == story.today + timedelta(days=30)
    assert sent.estimate == facts.find_estimate(story.case)
    assert marked(sent, "made") == by_and_at(by)
    values = {"number": sent.number, "total_minor": TOTAL}
    assert_entered(story.case, "payment.issue_invoice", by, stages=STAYS, values=values)
    assert letters_to(world.person("alice"))[-1] == "invoice"
    assert refused(lambda: payment.issue_invoice(story.case, **world.by(*FAY))) == ["invoice-open"]


def test_no_invoice_before_agreement_and_estimate_were_issued(world: World) -> None:
    story = world.after(contracting.draft)
    assert refused(lambda: payment.issue_invoice(story.case, **world.by(*FAY))) == [
        "agreement-not-issued"
    ]


def test_no_invoice_over_nothing(world: World) -> None:
    story = free_of_charge(world)
    assert refused(lambda: payment.issue_invoice(story.case, **world.by(*FAY))) == ["nothing-due"]


def test_a_payment_in_full_settles_the_fee(world: World) -> None:
    story = world.after(contracting.invoice)
    received_on = story.today - timedelta(days=2)
    invoice, by = invoice_of(story), world.by(*FAY)
    row = payment.record_payment(
        invoice,
        amount_minor=TOTAL,
        currency="USD",
        method="bank transfer",
        bank_reference="LCI 4711",
        received_on=received_on,
        **by,
    )
    assert (row.invoice, row.amount_minor, row.currency) == (invoice, TOTAL, "USD")
    assert (row.method, row.bank_reference) == ("bank transfer", "LCI 4711")
    assert row.received_on == received_on < row.made_at.date()
    assert marked(row, "made") == by_and_at(by)
    values = {"invoice": invoice.number, "amount_minor": TOTAL, "bank_reference": "LCI 4711"}
    assert_entered(story.case, "payment.record_payment", by, stages=STAYS, values=values)
    assert settled(story)


def test_a_part_leaves_the_fee_open_and_the_rest_settles_it(world: World) -> None:
    story = world.after(contracting.invoice)
    pay(world, story, amount_minor=TOTAL - 1)
    assert not settled(story)
    pay(world, story, amount_minor=1)
    assert settled(story)
    assert models.Payment.objects.count() == 2


def test_an_overpayment_is_recorded_as_it_came(world: World) -> None:
    story = world.after(contracting.invoice)
    row = pay(world, story, amount_minor=TOTAL + 500)
    assert row.amount_minor == TOTAL + 500
    assert settled(story)
    assert refused(lambda: pay(world, story, bank_reference="LCI 4712")) == ["no-open-invoice"]


def test_the_same_bank_line_counts_once(world: World) -> None:
    story = world.after(contracting.invoice)
    pay(world, story, amount_minor=500)
    assert refused(lambda: pay(world, story, amount_minor=500)) == ["already-recorded"]
    pay(world, story, amount_minor=500, bank_reference="LCI 4712")
    assert not settled(story)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"currency": "EUR"}, "other-currency"),
        ({"amount_minor": 0}, "amount-not-positive"),
        ({"amount_minor": -5}, "amount-not-positive"),
    ],
)
def test_money_that_cannot_be_is_refused(world: World, change: dict[str, Any], code: str) -> None:
    story = world.after(contracting.invoice)
    assert refused(lambda: pay(world, story, **change)) == [code]
    assert models.Payment.objects.count() == 0


def test_money_is_not_received_tomorrow_in_the_programmes_zone(world: World) -> None:
    story = world.after(contracting.invoice)
    day = story.today + timedelta(days=1)
    night = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)  # still today where it counts

    def received(on: Any) -> models.Payment:
        return payment.record_payment(
            invoice_of(story),
            amount_minor=TOTAL,
            currency="USD",
            method="bank transfer",
            bank_reference="LCI 4711",
            received_on=on,
            actor=world.house.acting(*FAY),
            now=night,
        )

    assert refused(lambda: received(day)) == ["future-date"]
    assert received(day - timedelta(days=1)).received_on == story.today


def test_only_finance_records_money(world: World) -> None:
    story = world.after(contracting.invoice)
    by = world.by(*CORA)
    assert refused(
        lambda: payment.record_payment(
            invoice_of(story),
            amount_minor=TOTAL,
            currency="USD",
            method="cash",
            bank_reference="",
            received_on=story.today,
            **by,
        )
    ) == ["not-your-step"]


def test_an_invoice_without_money_is_voided_and_another_sent(world: World) -> None:
    story = world.after(contracting.invoice)
    first, by = invoice_of(story), world.by(*FAY)
    payment.void_invoice(first, reason="The wrong address.", **by)
    assert marked(first, "voided") == by_and_at(by)
    values = {"invoice": first.number, "reason": "The wrong address."}
    assert_entered(story.case, "payment.void_invoice", by, stages=STAYS, values=values)
    second = payment.issue_invoice(story.case, **world.by(*FAY))
    assert second.number == "CENTRA-2026-0001-2"


def test_money_on_a_voided_invoice_is_refused_even_while_another_is_open(world: World) -> None:
    story = world.after(contracting.invoice)
    first = invoice_of(story)
    payment.void_invoice(first, reason="The wrong address.", **world.by(*FAY))
    payment.issue_invoice(story.case, **world.by(*FAY))
    stale = models.Invoice.objects.select_related("case").get(pk=first.pk)
    assert refused(
        lambda: payment.record_payment(
            stale,
            amount_minor=TOTAL,
            currency="USD",
            method="bank transfer",
            bank_reference="LCI 4711",
            received_on=story.today,
            **world.by(*FAY),
        )
    ) == ["no-open-invoice"]
    assert refused(lambda: payment.void_invoice(stale, reason="Again.", **world.by(*FAY))) == [
        "no-open-invoice"
    ]


def test_an_invoice_is_not_voided_without_a_reason_or_once_money_came(world: World) -> None:
    story = world.after(contracting.invoice)
    void = payment.void_invoice
    assert refused(lambda: void(invoice_of(story), reason="", **world.by(*FAY))) == [
        "reason-missing"
    ]
    pay(world, story, amount_minor=5)
    assert refused(lambda: void(invoice_of(story), reason="Error.", **world.by(*FAY))) == [
        "money-received"
    ]


def test_a_zero_fee_is_put_on_record_and_settles_it(world: World) -> None:
    story = free_of_charge(world)
    by = world.by(*FAY)
    row = payment.record_nothing_due(
        story.case, reason="The office waives the base fee for its own staff.", **by
    )
    assert (row.total_minor, row.number) == (0, "CENTRA-2026-0001-1")
    assert marked(row, "made") == by_and_at(by)
    values = {
        "number": row.number,
        "total_minor": 0,
        "reason": "The office waives the base fee for its own staff.",
    }
    assert_entered(story.case, "payment.record_nothing_due", by, stages=STAYS, values=values)
    assert refused(
        lambda: payment.record_nothing_due(story.case, reason="Again.", **world.by(*FAY))
    ) == ["fee-settled"]


def test_a_fee_that_is_due_is_never_recorded_as_nothing(world: World) -> None:
    story = world.after(contracting.sign)
    record = payment.record_nothing_due
    assert refused(lambda: record(story.case, reason="Be kind.", **world.by(*FAY))) == ["fee-due"]
    assert refused(lambda: record(story.case, reason="", **world.by(*FAY))) == ["reason-missing"]
    payment.issue_invoice(story.case, **world.by(*FAY))
    assert refused(lambda: record(story.case, reason="Be kind.", **world.by(*FAY))) == [
        "invoice-open"
    ]


def test_nothing_due_holds_for_the_estimate_it_was_recorded_for(world: World) -> None:
    """A new estimate, which asks for money, is not settled by what was recorded for the old."""
    story = free_of_charge(world)
    payment.record_nothing_due(story.case, reason="Nothing is due.", **world.by(*FAY))
    here = Situation("open_line", story.case, world.house.acting(*CORA), world.house.clock.now)
    assert facts.nothing_due(here)
    payment.draft_estimate(story.case, order=ORDER, **world.by(*CORA))
    assert not facts.nothing_due(here)


def free_of_charge(world: World) -> Story:
    """A signed case whose estimate comes to zero: a waiver of the schedule covers it all."""
    story = world.after(contracting.draft)
    order = dataclasses.replace(ORDER, waivers=("low-income",))
    payment.draft_estimate(story.case, order=order, **world.by(*CORA))
    contracting.issue(story)
    contracting.sign(story)
    assert models.Estimate.objects.latest("pk").total_minor == 0
    return story


def test_the_expedited_track_owes_by_the_schedule_too(world: World) -> None:
    story = world.after(contracting.invoice, road=roads.EXPEDITED)
    assert invoice_of(story).total_minor == 30_000


def test_what_was_paid_before_does_not_settle_a_higher_estimate(world: World) -> None:
    story = world.after(contracting.invoice)
    pay(world, story, amount_minor=500, bank_reference="A 1")
    pay(world, story, amount_minor=TOTAL - 500)
    assert settled(story)
    order = dataclasses.replace(ORDER, hours=Decimal("2.5"))
    higher = payment.draft_estimate(story.case, order=order, **world.by(*CORA))
    assert not settled(story)
    assert higher.issued_at is not None, "within the set share it counts as issued"
    rest = payment.issue_invoice(story.case, **world.by(*FAY))
    assert rest.total_minor == higher.total_minor - TOTAL > 0
    given = {"currency": "USD", "method": "bank transfer", "received_on": story.today}
    again = {"amount_minor": 500, "bank_reference": "A 1", **given}
    assert refused(lambda: payment.record_payment(rest, **again, **world.by(*FAY))) == [
        "already-recorded"
    ]
    whole = {"amount_minor": rest.total_minor, "bank_reference": "A 2", **given}
    payment.record_payment(rest, **whole, **world.by(*FAY))
    assert settled(story)


def test_the_database_takes_a_bank_line_once_whatever_the_invoice(world: World) -> None:
    story = world.after(contracting.invoice)
    paid = pay(world, story)
    with pytest.raises(IntegrityError, match="payment"), transaction.atomic():
        models.Payment.objects.create(
            invoice=paid.invoice, amount_minor=TOTAL, currency="USD", method="card",
            bank_reference="LCI 4711", received_on=story.today, made_at=paid.made_at,
            made_by=paid.made_by,
        )  # fmt: skip
