"""Lines of bank and card find their invoice by themselves, once; pages of the provider are made."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from muniment import models
from muniment.actions import payment, work
from muniment.demo import contracting
from muniment.demo.story import Story
from muniment.gateways import payment as gateway
from muniment.gateways.payment import fake
from muniment.jobs import worker
from muniment.queries import payment as queries
from muniment.queries.facts import agreement as facts
from muniment.rulebook.words import Role
from tests.actions.payment.test_money import TOTAL, invoice_of, settled
from tests.world import World

FAY = ("fay", Role.FINANCE)
NUMBER = "CENTRA-2026-0001-1"
SECRET = "whsec_test"  # of the fake


@pytest.fixture
def provider(settings: Any) -> Iterator[fake.Server]:
    """A card provider that this site has declared."""
    with fake.Server(fake.Provider("sk_test", SECRET)) as running:
        declared = settings.DECLARED.model_copy(
            update={"card_url": running.url, "card_key": "sk_test", "card_webhook_secret": SECRET}
        )
        settings.DECLARED = declared
        yield running


def arrive(world: World, *texts: str, amount: int = TOTAL) -> None:
    lines = [
        payment.Arrived(f"{number}-{text}", date(2026, 9, 1), amount, "USD", text)
        for number, text in enumerate(texts)
    ]
    payment.take_bank_lines(models.Programme.objects.get(), lines, **world.by(*FAY))


def work_off(world: World) -> None:
    """Now, because what the provider reports comes in by the real clock."""
    worker.work_off(plant=world.house.plant, clock=lambda: datetime.now(UTC))


def test_what_is_clear_is_matched_and_the_rest_waits(world: World) -> None:
    story = world.after(contracting.invoice)
    arrive(world, f"Lakeside {NUMBER}", "Interest")
    work_off(world)
    assert settled(story)
    assert [line.text for line in queries.list_waiting_lines()] == ["Interest"]
    arrive(world, f"Lakeside {NUMBER}", "Interest")
    work_off(world)
    assert facts.received(invoice_of(story)) == TOTAL


def test_a_second_payment_of_the_same_sum_waits_for_a_person(world: World) -> None:
    story = world.after(contracting.invoice)
    arrive(world, f"first {NUMBER}", f"second {NUMBER}")
    work_off(world)
    assert facts.received(invoice_of(story)) == TOTAL
    assert [line.text for line in queries.list_waiting_lines()] == [f"second {NUMBER}"]


def checkout(
    world: World, story: Story, *, ago: timedelta = timedelta(), amount: int = TOTAL
) -> models.Checkout:
    by = {**world.by("alice", Role.APPLICANT), "now": datetime.now(UTC) - ago}
    asked = payment.ask_for_checkout(invoice_of(story), amount_minor=amount, **by)
    work_off(world)
    asked.refresh_from_db()
    return asked


def test_a_card_payment_is_reported_three_times_and_recorded_once(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    made = checkout(world, story)
    assert made.address.startswith(provider.url)
    provider.provider.sessions[made.session]["created"] = int(time.time())
    body, signature = provider.provider.pay(made.session)
    for _ in range(3):
        answer = report(body, signature)
        assert (answer.status_code, answer.json()) == (200, {"received": True})
        work_off(world)
    assert [each.method for each in models.Payment.objects.all()] == ["card"]
    assert settled(story)


def report(body: bytes, signature: str) -> Any:
    return Client().post(
        "/api/payments/card/", body, content_type="application/json",
        headers={"Stripe-Signature": signature},
    )  # fmt: skip


def test_a_forged_report_is_refused_and_moves_nothing(world: World, provider: fake.Server) -> None:
    story = world.after(contracting.invoice)
    made = checkout(world, story)
    body, signature = provider.provider.pay(made.session)
    for wrong, header in ((body + b" ", signature), (b"x" * 300_000, signature), (body, "")):
        answer = report(wrong, header)
        assert answer.status_code == 400
        assert "not signed" in answer.json()["detail"]
    assert models.BankLine.objects.count() == 0
    other = b'{"type": "payout.paid", "data": {"object": {"payment_status": "paid"}}}'
    signed = provider.provider.sign(other, at=int(time.time()))
    assert report(other, signed).status_code == 200
    assert models.BankLine.objects.count() == 0


def test_a_card_payment_that_no_longer_fits_waits_for_a_person(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    made = checkout(world, story)
    contracting.pay(story)
    provider.provider.sessions[made.session]["created"] = int(time.time())
    report(*provider.provider.pay(made.session))
    work_off(world)
    [line] = queries.list_waiting_lines()
    assert line.source == "card"
    assert facts.received(invoice_of(story)) == TOTAL
    made.refresh_from_db()
    assert made.address == "", "the provider said that it took its money; nobody is sent there"
    payment.match_bank_line_by_hand(
        line, invoice_of(story), reason="Paid twice.", second_person=world.person("paula"),
        **world.by(*FAY),
    )  # fmt: skip
    [account] = queries.accounts([invoice_of(story)], today=line.booked_on)
    assert (account.state, account.open) == (queries.State.OVERPAID, -TOTAL)
    assert facts.refundable(invoice_of(story)) >= TOTAL


def test_a_page_closes_before_another_one_for_the_same_sum_may_be_asked_for(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    first = checkout(world, story)
    [session] = provider.provider.sessions.values()
    closes = session["expires_at"]
    assert closes == int((first.made_at + queries.CHECKOUT_LASTS).timestamp())

    def live(at: float) -> models.Checkout | None:
        now = datetime.fromtimestamp(at, UTC)
        return queries.find_live_checkout(invoice_of(story), amount_minor=TOTAL, now=now)

    assert (live(closes - 1), live(closes + 1)) == (first, None)
    with pytest.raises(ValueError, match="has closed"):
        provider.provider.pay(first.session, at=closes + 1)


def test_a_wish_that_waited_for_the_provider_too_long_makes_no_page(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    nearly = queries.CHECKOUT_LASTS - gateway.SHORTEST
    assert checkout(world, story, ago=nearly).address == ""
    assert models.Job.objects.get(kind=payment.CHECKOUT).state == models.Job.State.DONE
    models.Checkout.objects.update(made_at=datetime.now(UTC) - queries.CHECKOUT_LASTS)
    assert checkout(world, story).address.startswith(provider.url)


def test_a_provider_that_is_away_is_asked_again(world: World, provider: fake.Server) -> None:
    story = world.after(contracting.invoice)
    declared = settings.DECLARED.model_copy(update={"card_url": "http://127.0.0.1:9"})
    settings.DECLARED = declared
    assert checkout(world, story).address == ""
    job = models.Job.objects.get(kind=payment.CHECKOUT)
    assert (job.state, "gave no page" in job.error) == (models.Job.State.QUEUED, True)
    for _ in range(work.ATTEMPTS):  # however long: nobody could ask for another page meanwhile
        models.Job.objects.filter(pk=job.pk).update(not_before=datetime.now(UTC))
        work_off(world)
    job.refresh_from_db()
    assert (job.state, job.attempt > work.ATTEMPTS) == (models.Job.State.QUEUED, True)


def transferred(world: World, story: Story) -> None:
    contracting.pay(story)


def paid_in_part(world: World, story: Story) -> None:
    arrive(world, "a part of it", amount=TOTAL - 1)
    line = queries.list_waiting_lines()[0]
    payment.match_bank_line_by_hand(
        line, invoice_of(story), reason="A part.", second_person=world.person("paula"),
        **world.by(*FAY),
    )  # fmt: skip


def voided(world: World, story: Story) -> None:
    payment.void_invoice(invoice_of(story), reason="A wrong name.", **world.by(*FAY))


def waived(world: World, story: Story) -> None:
    payment.ask_waiver(story.case, reason="No grant.", **world.by("alice", Role.APPLICANT))
    asked = models.Waiver.objects.select_related("case", "made_by").get()
    payment.approve_waiver(asked, reason="By the rule.", **world.by(*FAY))


@pytest.mark.parametrize("settled_by", [transferred, paid_in_part, voided, waived])
def test_a_page_left_open_is_closed_when_its_sum_is_open_no_more(
    world: World, provider: fake.Server, settled_by: Callable[[World, Story], None]
) -> None:
    story = world.after(contracting.invoice)
    left = checkout(world, story)
    settled_by(world, story)
    work_off(world)
    with pytest.raises(ValueError, match="has closed"):
        provider.provider.pay(left.session)
    left = models.Checkout.objects.select_related("invoice__case").get(pk=left.pk)
    assert (left.address, bool(left.session)) == ("", True)
    now = datetime.now(UTC)
    assert queries.find_live_checkout(left.invoice, amount_minor=TOTAL, now=now) is None
    assert queries.list_live_checkouts([left.invoice], now=now) == []
    assert queries.open_by_card(left.invoice) == (1 if settled_by is paid_in_part else 0)


def test_a_page_for_the_rest_is_closed_when_that_is_credited(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    paid_in_part(world, story)
    rest = checkout(world, story, amount=1)
    assert provider.provider.sessions[rest.session]["status"] == "open"
    payment.issue_credit_note(
        invoice_of(story), amount_minor=1, reason="A cent.", second_person=world.person("paula"),
        **world.by(*FAY),
    )  # fmt: skip
    work_off(world)
    assert provider.provider.sessions[rest.session]["status"] == "expired"


def test_a_page_stays_open_while_its_sum_is_asked_for(world: World, provider: fake.Server) -> None:
    story = world.after(contracting.invoice)
    left = checkout(world, story)
    payment.ask_waiver(story.case, reason="No grant.", **world.by("alice", Role.APPLICANT))
    asked = models.Waiver.objects.select_related("case", "made_by").get()
    payment.refuse_waiver(asked, reason="There is one.", **world.by(*FAY))
    payment.close_pages([invoice_of(story)], **world.by(*FAY))
    work_off(world)
    assert provider.provider.sessions[left.session]["status"] == "open"
    report(*provider.provider.pay(left.session))
    work_off(world)
    assert settled(story)


def test_what_was_settled_before_its_page_was_made_needs_none(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    by = {**world.by("alice", Role.APPLICANT), "now": datetime.now(UTC)}
    payment.ask_for_checkout(invoice_of(story), amount_minor=TOTAL, **by)
    contracting.pay(story)
    work_off(world)
    assert provider.provider.sessions == {}


def test_a_page_is_closed_once_a_provider_that_was_away_is_back(
    world: World, provider: fake.Server
) -> None:
    story = world.after(contracting.invoice)
    left, there = checkout(world, story), settings.DECLARED
    settings.DECLARED = there.model_copy(update={"card_url": "http://127.0.0.1:9"})
    contracting.pay(story)
    work_off(world)
    job = models.Job.objects.get(kind=payment.CLOSING)
    assert (job.state, "gave no page" in job.error) == (models.Job.State.QUEUED, True)
    assert provider.provider.sessions[left.session]["status"] == "open"
    settings.DECLARED = there
    models.Job.objects.filter(pk=job.pk).update(not_before=datetime.now(UTC))
    work_off(world)
    assert provider.provider.sessions[left.session]["status"] == "expired"
