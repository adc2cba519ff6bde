"""Lines of a bank's file: kept once, matched by reference and amount, else left to a person."""

from datetime import date
from typing import Any

import pytest

from muniment import models
from muniment.actions import payment, people
from muniment.demo import contracting
from muniment.demo.story import Story
from muniment.queries import payment as queries
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.actions.payment.test_money import TOTAL, invoice_of, pay, settled
from tests.evidence import assert_entered, by_and_at, letters_to, marked, refused
from tests.world import World

FAY = ("fay", Role.FINANCE)
STAYS = ("agreement", "agreement")
NUMBER = "CENTRA-2026-0001-1"


@pytest.fixture
def story(world: World) -> Story:
    return world.after(contracting.invoice)


def system(world: World) -> dict[str, Any]:
    return {"actor": people.system(), "now": world.house.now()}


def line(world: World, text: str = f"Lakeside {NUMBER}", **more: Any) -> models.BankLine:
    """A line as a bank's file brought it."""
    given = {"key": "k" * 64, "booked_on": date(2026, 9, 1), "amount_minor": TOTAL,
             "currency": "USD", "text": text}  # fmt: skip
    arrived = payment.Arrived(**{**given, **more})
    programme = models.Programme.objects.get()
    payment.take_bank_lines(programme, [arrived], **world.by(*FAY))
    return models.BankLine.objects.get(key=arrived.key)


def invoice(story: Story) -> models.Invoice:
    return models.Invoice.objects.select_related("case", "estimate").get(pk=invoice_of(story).pk)


def test_a_line_that_names_the_invoice_and_fits_is_matched_by_itself(
    world: World, story: Story
) -> None:
    row, by = line(world), system(world)
    assert queries.find_match(row) == invoice_of(story)
    made = payment.match_bank_line(row, invoice(story), **by)
    assert (made.amount_minor, made.method, made.received_on) == (
        TOTAL, "bank transfer", date(2026, 9, 1),
    )  # fmt: skip
    assert marked(made, "made") == by_and_at(by)
    row.refresh_from_db()
    assert row.payment == made
    values = {"invoice": NUMBER, "amount_minor": TOTAL, "bank_reference": made.bank_reference}
    assert_entered(story.case, "payment.match_bank_line", by, stages=STAYS, values=values)
    assert letters_to(world.person("alice"))[-1] == "payment-received"
    assert settled(story)
    assert queries.list_waiting_lines() == []


def test_the_same_file_twice_moves_no_money_twice(world: World, story: Story) -> None:
    row = line(world)
    payment.match_bank_line(row, invoice(story), **system(world))
    assert line(world) == row
    assert models.BankLine.objects.count() == 1
    again = invoice(story)
    assert refused(lambda: payment.match_bank_line(row, again, **system(world))) == [
        "no-open-invoice", "amount-mismatch",
    ]  # fmt: skip
    assert facts.received(invoice(story)) == TOTAL


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Lakeside", {}),
        (f"{NUMBER}1", {}),
        ("CENTRA-2026-0001", {}),
        (NUMBER, {"amount_minor": TOTAL - 1}),
        (NUMBER, {"amount_minor": TOTAL + 1}),
        (NUMBER, {"currency": "EUR"}),
    ],
)
def test_a_line_that_is_not_exact_waits_for_a_person(
    world: World, story: Story, text: str, more: dict[str, Any]
) -> None:
    row = line(world, text, **more)
    assert queries.find_match(row) is None
    assert refused(lambda: payment.match_bank_line(row, invoice(story), **system(world)))[-1:] == [
        "amount-mismatch"
    ]
    assert queries.list_waiting_lines() == [row]


@pytest.mark.parametrize("text", ["centra 2026 0001 1", "x/CENTRA.2026.0001.1/y", NUMBER.lower()])
def test_a_bank_may_space_the_number_as_it_likes(world: World, story: Story, text: str) -> None:
    assert queries.find_match(line(world, text)) == invoice_of(story)


def test_a_line_that_names_two_invoices_is_left_to_a_person(world: World, story: Story) -> None:
    first = invoice_of(story)
    models.Invoice.objects.create(
        case=story.case, estimate=first.estimate, number=f"{NUMBER[:-1]}2", total_minor=TOTAL,
        currency="USD", due_on=story.today, made_at=first.made_at, made_by=first.made_by,
    )  # fmt: skip
    assert queries.find_match(line(world, f"{NUMBER} and {NUMBER[:-1]}2")) is None


def test_a_person_matches_what_is_unsure_with_a_reason(world: World, story: Story) -> None:
    row, by = line(world, "Lakeside", amount_minor=1_000), world.by(*FAY)
    match = payment.match_bank_line_by_hand
    assert refused(lambda: match(row, invoice(story), reason="", **by)) == ["reason-missing"]
    made = match(row, invoice(story), reason="They wrote to us.", **by)
    values = {"invoice": NUMBER, "amount_minor": 1_000, "bank_reference": made.bank_reference,
              "reason": "They wrote to us."}  # fmt: skip
    assert_entered(story.case, "payment.match_bank_line_by_hand", by, stages=STAYS, values=values)
    again = invoice(story)
    assert refused(lambda: match(row, again, reason="Again.", **world.by(*FAY))) == ["line-settled"]
    assert not settled(story)


def test_a_line_in_another_currency_is_never_booked(world: World, story: Story) -> None:
    row = line(world, currency="EUR")
    match = payment.match_bank_line_by_hand
    assert refused(lambda: match(row, invoice(story), reason="It is money.", **world.by(*FAY))) == [
        "other-currency"
    ]


def test_a_line_that_is_not_ours_is_set_aside_with_a_reason(world: World, story: Story) -> None:
    row, by = line(world, "Interest"), world.by(*FAY)
    programme = models.Programme.objects.get()
    aside = payment.set_line_aside
    assert refused(lambda: aside(row, programme, reason=" ", **by)) == ["reason-missing"]
    assert refused(
        lambda: aside(row, programme, reason="So.", **world.by("alice", Role.APPLICANT))
    ) == ["not-your-step"]
    aside(row, programme, reason="Interest of the bank.", **by)
    assert marked(row, "set_aside") == by_and_at(by)
    assert refused(lambda: aside(row, programme, reason="Again.", **by)) == ["line-settled"]
    match = payment.match_bank_line_by_hand
    assert refused(lambda: match(row, invoice(story), reason="No.", **by)) == ["line-settled"]


def test_only_finance_takes_in_a_banks_file(world: World, story: Story) -> None:
    arrived = payment.Arrived("k", story.today, 1, "USD", "x")
    take = payment.take_bank_lines
    programme = models.Programme.objects.get()
    by = world.by("cora", Role.COORDINATOR)
    assert refused(lambda: take(programme, [arrived], **by)) == ["not-your-step"]
    assert take(programme, [arrived, arrived], **world.by(*FAY)) == 1
    assert models.Job.objects.filter(kind=payment.MATCH).count() == 1
    assert take(programme, [arrived], **world.by(*FAY)) == 0
    assert models.Job.objects.filter(kind=payment.MATCH).count() == 1


def test_a_card_payment_is_recorded_once_however_often_it_is_reported(
    world: World, story: Story
) -> None:
    by = system(world)
    arrived = payment.Arrived("c" * 64, story.today, TOTAL, "USD", f"{NUMBER} pi_1")
    assert [payment.take_card_payment(arrived, **by) for _ in range(3)] == [1, 0, 0]
    row = models.BankLine.objects.get()
    assert row.source == "card"
    assert refused(lambda: payment.record_card_payment(row, invoice(story), **world.by(*FAY))) == [
        "not-your-step"
    ]
    made = payment.record_card_payment(row, invoice(story), **by)
    assert (made.method, made.amount_minor) == ("card", TOTAL)
    values = {"invoice": NUMBER, "amount_minor": TOTAL, "bank_reference": made.bank_reference}
    assert_entered(story.case, "payment.record_card_payment", by, stages=STAYS, values=values)
    assert settled(story)


def test_a_page_of_the_card_provider_is_asked_for_and_found(world: World, story: Story) -> None:
    by = world.by("alice", Role.APPLICANT)
    asked = payment.ask_for_checkout(invoice(story), amount_minor=TOTAL, **by)
    assert payment.ask_for_checkout(invoice(story), amount_minor=TOTAL, **by) == asked
    assert models.Job.objects.get(kind=payment.CHECKOUT).payload == {"checkout": asked.pk}
    assert refused(
        lambda: payment.ask_for_checkout(invoice(story), amount_minor=TOTAL, **world.by(*FAY))
    ) == ["not-your-step"]
    found = queries.find_checkout(asked.pk)
    payment.record_checkout(found, session="cs_1", address="https://pay.example/cs_1")
    assert queries.find_checkout(asked.pk).address == "https://pay.example/cs_1"


def test_how_an_invoice_stands_in_one_word(world: World, story: Story) -> None:
    def state() -> str:
        [account] = queries.accounts([invoice(story)], today=story.today)
        return account.state.value

    told = [state()]
    pay(world, story, amount_minor=100, bank_reference="A")
    told.append(state())
    pay(world, story, amount_minor=TOTAL - 100, bank_reference="B")
    told.append(state())
    by = world.by(*FAY)
    payment.issue_credit_note(invoice(story), amount_minor=50, reason="A favor.", **by)
    told.append(state())
    assert told == ["open", "part_paid", "paid", "overpaid"]
    [account] = queries.accounts([invoice(story)], today=date(2030, 1, 1))
    assert (account.open, account.days_late) == (-50, 0)


def test_what_was_paid_twice_is_booked_by_a_person_and_paid_back(
    world: World, story: Story
) -> None:
    payment.match_bank_line(line(world), invoice(story), **system(world))
    row, match = line(world, f"{NUMBER} again", key="2" * 64), payment.match_bank_line_by_hand
    match(row, invoice(story), reason="Card and transfer.", **world.by(*FAY))
    [account] = queries.accounts([invoice(story)], today=story.today)
    assert (account.state, account.open) == (queries.State.OVERPAID, -TOTAL)
    assert facts.refundable(invoice(story)) >= TOTAL
    assert settled(story)


def test_a_line_is_booked_on_no_invoice_that_was_voided(world: World, story: Story) -> None:
    payment.void_invoice(invoice(story), reason="A wrong name.", **world.by(*FAY))
    stale = models.Invoice.objects.select_related("case", "estimate").get(number=NUMBER)
    row, match = line(world), payment.match_bank_line_by_hand
    assert refused(lambda: match(row, stale, reason="Money.", **world.by(*FAY))) == [
        "no-open-invoice"
    ]
