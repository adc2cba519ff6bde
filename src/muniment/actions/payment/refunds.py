"""Money back: asked with a reason, approved and paid out, or refused with a reason."""

from datetime import date, datetime

from muniment import models
from muniment.actions import input_refused, questions, step
from muniment.programme import fees
from muniment.queries import schedule
from muniment.queries.facts import agreement as facts
from muniment.queries.payment import billing
from muniment.rulebook import words

from . import cards


def ask_refund(
    invoice: models.Invoice,
    *,
    actor: models.Actor,
    now: datetime,
    amount_minor: int,
    reason: str,
) -> models.Refund:
    """Ask for money back; the part that is not refundable stays."""
    about = {"invoice": invoice, "reason": reason}
    with step.taking("ask_refund", invoice.case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_amount_faults(invoice, amount_minor))
        taken.records(invoice=invoice.number, amount_minor=amount_minor, reason=reason)
        return models.Refund.objects.create(
            invoice=invoice, amount_minor=amount_minor, reason=reason, made_at=now, made_by=actor
        )


def approve_refund(
    refund: models.Refund,
    *,
    actor: models.Actor,
    now: datetime,
    paid_on: date,
    bank_reference: str,
    second_person: models.Person | None = None,
) -> models.Refund:
    """Approve a refund and record that it was paid out; it stands as a negative payment."""
    invoice = refund.invoice
    paid = {"paid_on": paid_on, "bank_reference": bank_reference}
    about = {"asked": refund, "invoice": invoice, "second_person": second_person, **paid}
    with step.taking("approve_refund", invoice.case, actor=actor, now=now, about=about) as taken:
        faults = _amount_faults(invoice, refund.amount_minor)
        if paid_on > schedule.today(invoice.case, now):
            message = "Enter a day of payment that is not in the future."
            faults.append(words.Refusal("future-date", message))
        input_refused.unless_empty(faults)
        refund.paid_out = models.Payment.objects.create(
            invoice=invoice,
            amount_minor=-refund.amount_minor,
            currency=invoice.currency,
            method="refund",
            bank_reference=f"{bank_reference[:60]} R{refund.pk}".strip(),
            received_on=paid_on,
            made_at=now,
            made_by=actor,
        )
        refund.approved_at, refund.approved_by = now, actor
        refund.save(update_fields=["paid_out", "approved_at", "approved_by"])
        cards.close_pages([invoice], actor=actor, now=now)
        taken.records(invoice=invoice.number, amount_minor=refund.amount_minor)
        _tell(taken, refund, "Was the refund paid out?", "Yes, it was paid out.")
    return refund


def refuse_refund(
    refund: models.Refund, *, actor: models.Actor, now: datetime, reason: str
) -> models.Refund:
    """Refuse a refund, with the reason."""
    case, about = refund.invoice.case, {"asked": refund, "reason": reason}
    with step.taking("refuse_refund", case, actor=actor, now=now, about=about) as taken:
        refund.refused_at, refund.refused_by = now, actor
        refund.save(update_fields=["refused_at", "refused_by"])
        taken.records(invoice=refund.invoice.number, reason=reason)
        _tell(taken, refund, "Why was the refund refused?", reason)
    return refund


def _tell(taken: step.Taken, refund: models.Refund, question: str, answer: str) -> None:
    invoice = refund.invoice
    about = f"{billing.ABOUT}{invoice.number}"
    questions.tell(taken, invoice.case, question, answer, about=about)
    taken.tells(
        invoice.case.applicant,
        "refund-decided",
        invoice_number=invoice.number,
        total=fees.written(refund.amount_minor, invoice.currency),
    )


def _amount_faults(invoice: models.Invoice, amount_minor: int) -> list[words.Refusal]:
    most = facts.refundable(invoice)
    if 0 < amount_minor <= most:
        return []
    message = "Enter an amount above zero and at most {most}; the rest is not refundable."
    params = {"most": fees.written(most, invoice.currency)}
    return [words.Refusal("amount-out-of-range", message, params)]
