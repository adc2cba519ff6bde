"""Amounts, states and papers as people read them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muniment.documents import invoice as documents
from muniment.pages.wording import turns
from muniment.programme import Bundle, fees
from muniment.queries import payment

State = payment.State
TAGS: dict[State, dict[str, Any]] = {
    State.NOTHING_DUE: {"label": gettext_lazy("Nothing due"), "tone": "good"},
    State.VOID: {"label": gettext_lazy("Void"), "tone": "line"},
    State.OPEN: {"label": gettext_lazy("Open"), "tone": "info"},
    State.PART_PAID: {"label": gettext_lazy("Partly paid"), "tone": "warn"},
    State.PAID: {"label": gettext_lazy("Paid"), "tone": "good"},
    State.OVERPAID: {"label": gettext_lazy("Overpaid"), "tone": "warn"},
}


def estimate(row: Any) -> dict[str, Any]:
    """An estimate's lines with their formulas, its total, and what stays."""
    currency = row.currency
    return {
        "row": row,
        "lines": [
            {**line, "amount": fees.written(line["amount_minor"], currency)} for line in row.lines
        ],
        "total": fees.written(row.total_minor, currency),
        "kept": fees.written(row.non_refundable_minor, currency)
        if row.non_refundable_minor
        else "",
        "nothing_due": row.total_minor == 0,
    }


def account(found: payment.Account) -> dict[str, Any]:
    """An invoice with its sums in words."""
    currency = found.invoice.currency
    return {
        "account": found,
        "invoice": found.invoice,
        "tag": TAGS[found.state],
        "total": fees.written(found.invoice.total_minor, currency),
        "credited": fees.written(found.credited, currency) if found.credited else "",
        "received": fees.written(found.received, currency),
        "open": fees.written(max(found.open, 0), currency),
        "too_much": fees.written(-found.open, currency) if found.open < 0 else "",
    }


def moved(rows: Any) -> list[dict[str, Any]]:
    """Payments, refunds as negative ones."""
    return [{"row": row, "amount": fees.written(row.amount_minor, row.currency)} for row in rows]


def quote(case: Any, row: Any, bundle: Bundle, *, order: str) -> documents.Paper:
    """The estimate as a quote that an institution can order from."""
    drawn = estimate(row)
    facts = [
        (_("Request"), case.reference),
        (_("Version"), str(row.version)),
        (_("Valid until"), turns.day(row.valid_until_on)),
        *([(_("Purchase order"), order)] if order else []),
    ]
    notes = [_("An approval is no guarantee of fulfillment."), _rounding()]
    if drawn["kept"]:
        kept = _("Of the total, %(amount)s before tax is not refunded once work has begun.")
        notes.append(kept % {"amount": drawn["kept"]})
    if row.total_minor:
        higher = _("If the real cost is more than %(share)s above it, you are asked to accept it.")
        notes.append(higher % {"share": fees.overrun(bundle)})
    return _paper(_("Quote"), f"{case.reference}-Q{row.version}", case, bundle, facts, drawn, notes)


def invoice(found: payment.Account, bundle: Bundle, *, order: str) -> documents.Paper:
    """The invoice; what was credited and received since stands below its total."""
    row, drawn = found.invoice, account(found)
    facts = [
        (_("Request"), row.case.reference),
        (_("Date"), turns.day(row.made_at.date())),
        (_("Due"), turns.day(row.due_on)),
        *([(_("Purchase order"), order)] if order else []),
    ]
    notes = [_("Please name the number of the invoice with your payment."), _rounding()]
    if row.voided_at is not None:
        notes.insert(0, _("This invoice is void; please do not pay it."))
    lines = estimate(row.estimate)
    shown = {**lines, "total": drawn["total"]}
    if row.total_minor != row.estimate.total_minor:
        what = _("Part of estimate version %(n)s that was not invoiced before")
        rest = {"what": what % {"n": row.estimate.version}, "formula": "", "amount": drawn["total"]}
        shown["lines"] = [rest]
    more = [(_("Credited"), drawn["credited"])] if found.credited else []
    if found.received:
        more += [(_("Received"), drawn["received"]), (_("Still open"), drawn["open"])]
    return _paper(_("Invoice"), row.number, row.case, bundle, facts, shown, notes, more)


def _paper(
    title: str,
    number: str,
    case: Any,
    bundle: Bundle,
    facts: list[tuple[str, str]],
    drawn: dict[str, Any],
    notes: list[str],
    more: list[tuple[str, str]] | None = None,
) -> documents.Paper:
    payer = [case.institution.name] if case.institution else []
    lines = [
        documents.Line(each["what"], each["formula"], each["amount"]) for each in drawn["lines"]
    ]
    return documents.Paper(
        title, number, _payee(bundle), (*payer, case.applicant.name), tuple(facts), tuple(lines),
        ((_("Total"), drawn["total"]), *(more or [])), tuple(notes),
    )  # fmt: skip


def _payee(bundle: Bundle) -> documents.Payee:
    """As the fee schedule names it; the program itself where it names nobody."""
    said = bundle["fees"].get("payee") or {"name": bundle["programme"]["name"], "address": []}
    form = said.get("tax_form")
    return documents.Payee(
        said["name"], tuple(said["address"]), said.get("tax_id", ""), tuple(said.get("bank", ())),
        f"{form['label']}: {form['address']}" if form else "",
    )  # fmt: skip


def _rounding() -> str:
    return _("Each line is rounded once, half up, to the cent; the total is the sum of the lines.")
