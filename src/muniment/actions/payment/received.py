"""What came in: recorded by hand, matched from a bank's file, or reported by the card provider."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.programme import fees
from muniment.queries import schedule
from muniment.rulebook import words

from . import cards

METHODS = {
    models.BankLine.Source.BANK.value: "bank transfer", models.BankLine.Source.CARD.value: "card",
}  # fmt: skip


def record_payment(
    invoice: models.Invoice,
    *,
    actor: models.Actor,
    now: datetime,
    amount_minor: int,
    currency: str,
    method: str,
    bank_reference: str,
    received_on: date,
) -> models.Payment:
    """Record money received on a day; a bank line counts once, on one invoice."""
    about = {"invoice": invoice}
    with step.taking("record_payment", invoice.case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(
            _payment_faults(
                invoice,
                amount_minor=amount_minor,
                currency=currency,
                bank_reference=bank_reference,
                future=received_on > schedule.today(invoice.case, now),
            )
        )
        taken.records(
            invoice=invoice.number, amount_minor=amount_minor, bank_reference=bank_reference
        )
        return _payment(
            taken, invoice, amount_minor, method=method, bank_reference=bank_reference,
            received_on=received_on,
        )  # fmt: skip


def _payment_faults(
    invoice: models.Invoice,
    *,
    amount_minor: int,
    currency: str,
    bank_reference: str,
    future: bool,
) -> list[words.Refusal]:
    reasons = []
    if amount_minor <= 0:
        reasons.append(words.Refusal("amount-not-positive", "Enter an amount above zero."))
    if currency != invoice.currency:
        message = "The invoice is in {currency}; enter the amount in it."
        reasons.append(words.Refusal("other-currency", message, {"currency": invoice.currency}))
    if future:
        message = "Enter a date of receipt that is not in the future."
        reasons.append(words.Refusal("future-date", message))
    line = {"bank_reference": bank_reference, "amount_minor": amount_minor, "currency": currency}
    if models.Payment.objects.filter(**line).exists():
        message = "This payment is recorded already; its reference and amount are the same."
        reasons.append(words.Refusal("already-recorded", message))
    return reasons


def match_bank_line(
    line: models.BankLine, invoice: models.Invoice, *, actor: models.Actor, now: datetime
) -> models.Payment:
    """Record a bank line on the one invoice that it names, where the amount is what is open."""
    return _match("match_bank_line", line, invoice, actor=actor, now=now)


def record_card_payment(
    line: models.BankLine, invoice: models.Invoice, *, actor: models.Actor, now: datetime
) -> models.Payment:
    """Record what the card provider reports as paid for an invoice, where the amount is right."""
    return _match("record_card_payment", line, invoice, actor=actor, now=now)


def match_bank_line_by_hand(
    line: models.BankLine,
    invoice: models.Invoice,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.Payment:
    """Record a line on an invoice that it does not name or not exactly cover, with the reason.

    On one that is paid it is too much, and can be paid back.
    """
    return _match(
        "match_bank_line_by_hand", line, invoice, actor=actor, now=now, reason=reason,
        second_person=second_person,
    )  # fmt: skip


def _match(
    name: str,
    line: models.BankLine,
    invoice: models.Invoice,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str = "",
    second_person: models.Person | None = None,
) -> models.Payment:
    about = {
        "invoice": invoice,
        "bank_line": line,
        "reason": reason,
        "second_person": second_person,
    }
    with step.taking(name, invoice.case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_line_faults(line, invoice))
        reference = f"{line.text[:60]} {line.key[:16]}".strip()
        payment = _payment(
            taken, invoice, line.amount_minor, method=METHODS[line.source],
            bank_reference=reference, received_on=line.booked_on,
        )  # fmt: skip
        models.BankLine.objects.filter(pk=line.pk).update(payment=payment)
        taken.records(
            invoice=invoice.number, amount_minor=line.amount_minor, bank_reference=reference,
            **({"reason": reason} if reason else {}),
        )  # fmt: skip
    return payment


def _line_faults(line: models.BankLine, invoice: models.Invoice) -> list[words.Refusal]:
    faults = []
    stored = models.BankLine.objects.get(pk=line.pk)
    if stored.payment_id is not None or stored.set_aside_at is not None:
        message = "This line is settled already."
        faults.append(words.Refusal("line-settled", message))
    if line.currency != invoice.currency:
        message = "The invoice is in {currency}; this line is not."
        faults.append(words.Refusal("other-currency", message, {"currency": invoice.currency}))
    return faults


def _payment(
    taken: step.Taken,
    invoice: models.Invoice,
    amount_minor: int,
    *,
    method: str,
    bank_reference: str,
    received_on: date,
) -> models.Payment:
    """The row, the letter that says so, and the card pages that it may settle."""
    cards.close_pages([invoice], actor=taken.actor, now=taken.now)
    taken.tells(
        invoice.case.applicant,
        "payment-received",
        invoice_number=invoice.number,
        total=fees.written(amount_minor, invoice.currency),
    )
    return models.Payment.objects.create(
        invoice=invoice,
        amount_minor=amount_minor,
        currency=invoice.currency,
        method=method,
        bank_reference=bank_reference,
        received_on=received_on,
        made_at=taken.now,
        made_by=taken.actor,
    )
