"""What is asked for: the order, the invoice, nothing due, and what is taken back of an invoice."""

from datetime import date, datetime

from django.db import transaction

from muniment import models
from muniment.actions import files, input_refused, questions, step
from muniment.programme import fees
from muniment.queries import editions, schedule
from muniment.queries.facts import agreement as facts
from muniment.queries.payment import billing
from muniment.rulebook import words

from . import cards


def record_purchase_order(
    case: models.Case, *, actor: models.Actor, now: datetime, number: str, ordered_on: date
) -> models.PurchaseOrder:
    """Record the institution's own order for what the estimate offers."""
    with step.taking("record_purchase_order", case, actor=actor, now=now) as taken:
        input_refused.unless_empty(_order_faults(case, number, ordered_on, now))
        estimate = facts.find_estimate(case)
        assert estimate is not None  # it was issued
        taken.records(number=number.strip(), estimate=estimate.version)
        return models.PurchaseOrder.objects.create(
            case=case,
            estimate=estimate,
            number=number.strip(),
            ordered_on=ordered_on,
            made_at=now,
            made_by=actor,
        )


def _order_faults(
    case: models.Case, number: str, ordered_on: date, now: datetime
) -> list[words.Refusal]:
    faults = []
    if not number.strip():
        faults.append(words.Refusal("number-missing", "Enter the number of the purchase order."))
    if ordered_on > schedule.today(case, now):
        message = "Enter a day of the order that is not in the future."
        faults.append(words.Refusal("future-date", message))
    if case.purchase_orders.filter(number=number.strip()).exists():
        message = "This purchase order is recorded already."
        faults.append(words.Refusal("already-recorded", message))
    return faults


def issue_invoice(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Invoice:
    """Ask for what the estimate leaves to pay, within the days that the schedule gives."""
    with step.taking("issue_invoice", case, actor=actor, now=now) as taken:
        estimate = facts.find_estimate(case)
        assert estimate is not None
        due = estimate.total_minor - facts.invoiced(case)
        if due <= 0:
            message = "Nothing is due by the estimate; record that instead of sending an invoice."
            raise step.Refused([words.Refusal("nothing-due", message)])
        invoice = _invoice(case, estimate, total=due, actor=actor, now=now)
        days = editions.bundle_of(case.edition)["fees"]["payment_days"]
        invoice.due_on = schedule.days_from(case, now, days=days)
        invoice.save()
        taken.records(number=invoice.number, total_minor=invoice.total_minor)
        taken.tells(
            case.applicant,
            "invoice",
            invoice_number=invoice.number,
            total=fees.written(invoice.total_minor, invoice.currency),
            due_on=invoice.due_on.isoformat(),
        )
    return invoice


def record_nothing_due(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    second_person: models.Person | None = None,
) -> models.Invoice:
    """Put on record that nothing is due; a zero fee is legal and is still recorded."""
    about = {"reason": reason, "second_person": second_person}
    with step.taking("record_nothing_due", case, actor=actor, now=now, about=about) as taken:
        estimate = facts.find_estimate(case)
        assert estimate is not None
        if estimate.total_minor > 0:
            message = "The estimate asks for a fee: send the invoice, or have the fee waived."
            raise step.Refused([words.Refusal("fee-due", message)])
        invoice = _invoice(case, estimate, total=0, actor=actor, now=now)
        invoice.save()
        taken.records(number=invoice.number, total_minor=0, reason=reason)
    return invoice


def _invoice(
    case: models.Case, estimate: models.Estimate, *, total: int, actor: models.Actor, now: datetime
) -> models.Invoice:
    number = f"{case.reference}-{case.invoices.count() + 1}"
    return models.Invoice(
        case=case,
        estimate=estimate,
        number=number,
        total_minor=total,
        currency=estimate.currency,
        due_on=schedule.today(case, now),
        made_at=now,
        made_by=actor,
    )


def keep_tax_form(
    programme: models.Programme,
    file: models.StoredFile,
    *,
    actor: models.Actor,
    now: datetime,
    name: str = "tax-form.pdf",
) -> models.Programme:
    """Keep the payee's tax form, filled in, to go with every invoice; an edit of finance.

    Like every file from outside it is held until the virus scanner has looked at it.
    """
    step.only_for({words.Role.FINANCE}, programme, actor=actor, now=now)
    if file.media_type != "application/pdf":
        message = "Send the tax form as a PDF."
        raise step.Refused([words.Refusal("not-a-pdf", message)])
    files.unless_infected(file, name=name)
    programme.tax_form, programme.tax_form_at, programme.tax_form_by = file, now, actor
    with transaction.atomic():
        programme.save(update_fields=["tax_form", "tax_form_at", "tax_form_by"])
        files.ask_for_scan_of(file, programme, actor=actor, now=now)
    return programme


def void_invoice(
    invoice: models.Invoice, *, actor: models.Actor, now: datetime, reason: str
) -> models.Invoice:
    """Void an invoice on which nothing was received."""
    about = {"invoice": invoice, "reason": reason}
    with step.taking("void_invoice", invoice.case, actor=actor, now=now, about=about) as taken:
        invoice.voided_at, invoice.voided_by = now, actor
        invoice.save(update_fields=["voided_at", "voided_by"])
        cards.close_pages([invoice], actor=actor, now=now)
        taken.records(invoice=invoice.number, reason=reason)
    return invoice


def issue_credit_note(
    invoice: models.Invoice,
    *,
    actor: models.Actor,
    now: datetime,
    amount_minor: int,
    reason: str,
    second_person: models.Person | None = None,
) -> models.CreditNote:
    """Ask for less than the invoice did; what was paid above that can then be refunded.

    The fee is settled by what is left only where the present estimate asks for no more.
    """
    about = {"invoice": invoice, "reason": reason, "second_person": second_person}
    with step.taking("issue_credit_note", invoice.case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_credit_faults(invoice, amount_minor))
        note = models.CreditNote.objects.create(
            invoice=invoice,
            number=f"{invoice.number}-C{invoice.credit_notes.count() + 1}",
            amount_minor=amount_minor,
            reason=reason,
            made_at=now,
            made_by=actor,
        )
        cards.close_pages([invoice], actor=actor, now=now)
        taken.records(number=note.number, amount_minor=amount_minor, reason=reason)
        total = fees.written(amount_minor, invoice.currency)
        line = f"{billing.ABOUT}{invoice.number}"
        questions.tell(taken, invoice.case, f"Why is {total} credited?", reason, about=line)
        applicant, number = invoice.case.applicant, invoice.number
        taken.tells(applicant, "credit-note", invoice_number=number, total=total)
    return note


def _credit_faults(invoice: models.Invoice, amount_minor: int) -> list[words.Refusal]:
    owed = facts.owed(invoice)
    if 0 < amount_minor <= owed:
        return []
    message = "Enter an amount above zero and at most {owed}, which is what the invoice asks for."
    params = {"owed": fees.written(owed, invoice.currency)}
    return [words.Refusal("amount-out-of-range", message, params)]
