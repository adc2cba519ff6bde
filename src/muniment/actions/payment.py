"""Money: the estimate from the schedule, the invoice, what was received, what was waived."""

from datetime import date, datetime

from muniment import models
from muniment.programme import fees, tracks
from muniment.queries import asked, editions, schedule
from muniment.queries.facts import agreement as facts
from muniment.rulebook import words

from . import clocks, input_refused, step


def draft_estimate(
    case: models.Case, *, actor: models.Actor, now: datetime, order: fees.Order
) -> models.Estimate:
    """Compute the estimate by the edition's schedule; an earlier draft is superseded.

    The office says how much work, how many deliveries and which waivers; who asks, and for which
    datasets, has to be what the request says.
    """
    with step.taking("draft_estimate", case, actor=actor, now=now) as taken:
        input_refused.unless_empty(_order_faults(case, order))
        bundle = editions.bundle_of(case.edition)
        charged = tracks.terms_of(bundle, words.Track(case.track))["fee"] == "schedule"
        try:
            computed = fees.estimate(
                bundle, order, today=schedule.today(case, now), charged=charged
            )
        except fees.FeeFault as fault:
            raise step.Refused([words.Refusal("fee-unknown", str(fault))]) from fault
        case.estimates.filter(superseded_at__isnull=True).update(
            superseded_at=now, superseded_by=actor
        )
        lines = [
            {"what": line.what, "formula": line.formula, "amount_minor": line.amount_minor}
            for line in computed.lines
        ]
        taken.records(lines=lines, total_minor=computed.total_minor)
        return models.Estimate.objects.create(
            case=case,
            version=case.estimates.count() + 1,
            lines=lines,
            total_minor=computed.total_minor,
            currency=computed.currency,
            valid_until_on=computed.valid_until_on,
            made_at=now,
            made_by=actor,
        )


def _order_faults(case: models.Case, order: fees.Order) -> list[words.Refusal]:
    found = []
    answered = asked.find_answer(case, "applicant_class")
    if order.applicant_class != answered:
        message = "The request is by the class {name}; compute the fee for it."
        found.append(words.Refusal("other-class", message, {"name": str(answered)}))
    wanted = {part.dataset_edition.dataset.slug for part in asked.live_parts(case)}
    if {item.dataset for item in order.items} != wanted:
        message = "The request asks for {names}; compute the fee for exactly these."
        params = {"names": ", ".join(sorted(wanted))}
        found.append(words.Refusal("other-datasets", message, params))
    return found


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
        invoice.due_on = clocks.days_from(case, now, days=days)
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
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Invoice:
    """Put on record that nothing is due; a zero fee is legal and is still recorded."""
    about = {"reason": reason}
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
        return models.Payment.objects.create(
            invoice=invoice,
            amount_minor=amount_minor,
            currency=currency,
            method=method,
            bank_reference=bank_reference,
            received_on=received_on,
            made_at=now,
            made_by=actor,
        )


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


def ask_waiver(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Ask for the fee to be waived; somebody else approves or refuses."""
    about = {"reason": reason}
    with step.taking("ask_waiver", case, actor=actor, now=now, about=about) as taken:
        taken.records(reason=reason)
        return models.Waiver.objects.create(case=case, reason=reason, made_at=now, made_by=actor)


def approve_waiver(
    waiver: models.Waiver, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Waive the fee, with the reason; whoever asked cannot."""
    return _decide_waiver("approve_waiver", "approved", waiver, actor, now, reason)


def refuse_waiver(
    waiver: models.Waiver, *, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    """Refuse to waive the fee, with the reason."""
    return _decide_waiver("refuse_waiver", "refused", waiver, actor, now, reason)


def _decide_waiver(
    name: str, mark: str, waiver: models.Waiver, actor: models.Actor, now: datetime, reason: str
) -> models.Waiver:
    about = {"asked": waiver, "reason": reason}
    with step.taking(name, waiver.case, actor=actor, now=now, about=about) as taken:
        setattr(waiver, f"{mark}_at", now)
        setattr(waiver, f"{mark}_by", actor)
        waiver.save(update_fields=[f"{mark}_at", f"{mark}_by"])
        taken.records(reason=reason)
    return waiver


def void_invoice(
    invoice: models.Invoice, *, actor: models.Actor, now: datetime, reason: str
) -> models.Invoice:
    """Void an invoice on which nothing was received."""
    about = {"invoice": invoice, "reason": reason}
    with step.taking("void_invoice", invoice.case, actor=actor, now=now, about=about) as taken:
        invoice.voided_at, invoice.voided_by = now, actor
        invoice.save(update_fields=["voided_at", "voided_by"])
        taken.records(invoice=invoice.number, reason=reason)
    return invoice
