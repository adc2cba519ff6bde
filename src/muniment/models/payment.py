"""Money: invoices, what was received, and what was waived."""

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
