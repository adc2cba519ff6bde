"""What the office does with one invoice of a request, from the fees tab."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from muniment.actions import payment
from muniment.pages.payment import forms

if TYPE_CHECKING:
    from muniment.pages.payment.fees import Fees


def pay(desk: "Fees") -> HttpResponse:
    """Money came in."""
    invoice = desk.bill().account.invoice
    given = desk.given(desk.form(f"pay-{invoice.number}", forms.Payment))
    if given is None:
        return desk.page()
    payment.record_payment(
        invoice, actor=desk.doing("record_payment"), now=desk.now,
        amount_minor=forms.minor(given["amount"]), currency=invoice.currency,
        method=given["method"], bank_reference=given["bank_reference"],
        received_on=given["received_on"],
    )  # fmt: skip
    return desk.again()


def void(desk: "Fees") -> HttpResponse:
    """It should not have been sent."""
    invoice = desk.bill().account.invoice
    given = desk.given(desk.form(f"void-{invoice.number}", forms.Reason))
    if given is None:
        return desk.page()
    actor = desk.doing("void_invoice")
    payment.void_invoice(invoice, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()


def credit(desk: "Fees") -> HttpResponse:
    """Less is asked for."""
    invoice = desk.bill().account.invoice
    given = desk.given(desk.form(f"credit-{invoice.number}", forms.Credit, seconds=desk.choices()))
    if given is None:
        return desk.page()
    payment.issue_credit_note(
        invoice, actor=desk.doing("issue_credit_note"), now=desk.now, reason=given["reason"],
        amount_minor=forms.minor(given["amount"]), second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def ask_refund(desk: "Fees") -> HttpResponse:
    """Money is to go back."""
    invoice = desk.bill().account.invoice
    given = desk.given(desk.form(f"refund-{invoice.number}", forms.Refund))
    if given is None:
        return desk.page()
    payment.ask_refund(
        invoice, actor=desk.doing("ask_refund"), now=desk.now, reason=given["reason"],
        amount_minor=forms.minor(given["amount"]),
    )  # fmt: skip
    return desk.again()


def approve_refund(desk: "Fees") -> HttpResponse:
    """It was paid out."""
    bill = desk.bill()
    number = bill.account.invoice.number
    given = desk.given(desk.form(f"out-{number}", forms.PayOut, seconds=desk.choices()))
    if bill.refund is None:
        raise Http404
    if given is None:
        return desk.page()
    payment.approve_refund(
        bill.refund, actor=desk.doing("approve_refund"), now=desk.now, paid_on=given["paid_on"],
        bank_reference=given["bank_reference"], second_person=desk.second(given),
    )  # fmt: skip
    return desk.again()


def refuse_refund(desk: "Fees") -> HttpResponse:
    """It stays."""
    bill = desk.bill()
    given = desk.given(desk.form(f"no-{bill.account.invoice.number}", forms.Reason))
    if bill.refund is None:
        raise Http404
    if given is None:
        return desk.page()
    actor = desk.doing("refuse_refund")
    payment.refuse_refund(bill.refund, actor=actor, now=desk.now, reason=given["reason"])
    return desk.again()
