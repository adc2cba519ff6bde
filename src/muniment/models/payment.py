"""Money: orders, invoices, what was received, credited, paid back, and what was waived."""

import uuid

from django.db import models
from django.db.models import Q

from .marks import Made, at, both, by


class Invoice(Made):
    """What is owed for an accepted estimate; a total of zero says that nothing is due."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="invoices")
    estimate = models.ForeignKey("muniment.Estimate", on_delete=models.PROTECT)
    number = models.CharField(max_length=30, unique=True)
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    due_on = models.DateField()
    voided_at = at()
    voided_by = by()

    class Meta:
        constraints = [
            both("voided", table="invoice"),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="invoice_not_negative"),
        ]


class PurchaseOrder(Made):
    """An institution's own order for what the estimate offers; its number goes on the invoice."""

    case = models.ForeignKey(
        "muniment.Case", on_delete=models.PROTECT, related_name="purchase_orders"
    )
    estimate = models.ForeignKey("muniment.Estimate", on_delete=models.PROTECT)
    number = models.CharField(max_length=60)
    ordered_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="purchaseorder_once"),
            models.CheckConstraint(condition=~Q(number=""), name="purchaseorder_has_a_number"),
        ]


class Payment(Made):
    """Money received on a day and recorded on another; refunds are negative."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=20)
    bank_reference = models.CharField(max_length=80)
    received_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bank_reference", "amount_minor", "currency"], name="payment_once"
            )
        ]


class Waiver(Made):
    """A fee asked to be waived by one person and approved by another."""

    case = models.ForeignKey("muniment.Case", on_delete=models.PROTECT, related_name="waivers")
    reason = models.TextField()
    approved_at = at()
    approved_by = by()
    refused_at = at()
    refused_by = by()

    class Meta:
        constraints = [
            both("approved", table="waiver"),
            both("refused", table="waiver"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
        ]


class CreditNote(Made):
    """Part of an invoice that is no longer asked for."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    number = models.CharField(max_length=40, unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="creditnote_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="creditnote_has_a_reason"),
        ]


class Refund(Made):
    """Money asked back; once approved and paid out, a negative payment stands for it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    reason = models.TextField()
    paid_out = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="refund"
    )
    approved_at = at()
    approved_by = by()
    refused_at = at()
    refused_by = by()

    class Meta:
        constraints = [
            both("approved", table="refund"),
            both("refused", table="refund"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_has_a_reason"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(refused_at__isnull=True),
                name="refund_decided_once",
            ),
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(approved_at__isnull=True, refused_at__isnull=True),
                name="refund_one_undecided",
            ),
        ]


class BankLine(Made):
    """One line of a bank's file, or one payment that the card provider reports.

    `key` makes the same line the same row, however often it comes. A line is settled by the
    payment that was recorded from it, or set aside as not ours.
    """

    class Source(models.TextChoices):
        BANK = "bank"
        CARD = "card"

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=4, choices=Source.choices)
    booked_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    text = models.CharField(max_length=300, help_text="what the payer wrote, and who it was")
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_line"
    )
    set_aside_reason = models.TextField(blank=True)
    set_aside_at = at()
    set_aside_by = by()

    class Meta:
        constraints = [
            both("set_aside", table="bankline"),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | Q(set_aside_at__isnull=True),
                name="bankline_settled_one_way",
            ),
        ]


class Checkout(Made):
    """A page of the card provider on which an invoice can be paid; asked for, then made."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="checkouts")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    session = models.CharField(max_length=120, blank=True, help_text="the provider's own name")
    address = models.URLField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="checkout_positive")
        ]
