"""What is typed about money. Amounts are typed in whole units and kept in minor ones."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muniment.pages.office.forms import DAY, Confirmed, Reason, choose

__all__ = ["Amount", "Answer", "Order", "PayOut", "Payment", "PurchaseOrder", "Reason", "Refund"]

LARGEST = Decimal("9999999999.99")
Choices = Sequence[tuple[str, str]]
METHODS = (
    ("bank transfer", _("Bank transfer")), ("check", _("Check")), ("card", _("Card")),
    ("inter-agency", _("Inter-agency transfer")), ("other", _("Other")),
)  # fmt: skip


def minor(amount: Decimal) -> int:
    """Whole cents; the form lets no third decimal through."""
    return int(amount * 100)


def _amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_value=LARGEST, min_value=Decimal("0.01"), decimal_places=2, **more
    )


class Order(forms.Form):
    """What the estimate is computed for."""

    hours = forms.DecimalField(
        label=_("Hours of work on the data"),
        min_value=Decimal(0),
        max_value=Decimal(100_000),
        decimal_places=2,
    )
    deliveries = forms.IntegerField(label=_("Deliveries"), min_value=1, max_value=1_000)
    months = forms.IntegerField(label=_("Months of use"), min_value=1, max_value=1_200)
    surcharges = forms.MultipleChoiceField(
        label=_("Surcharges"), required=False, widget=forms.CheckboxSelectMultiple
    )
    waivers = forms.MultipleChoiceField(
        label=_("Reductions that apply"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        surcharges: Choices,
        waivers: Choices,
        units: Sequence[tuple[str, str]],
        **more: Any,
    ):
        super().__init__(*args, **more)
        for name, choices in (("surcharges", surcharges), ("waivers", waivers)):
            choose(self, name, choices)
            if not choices:
                del self.fields[name]
        for slug, label in units:
            self.fields[f"units-{slug}"] = forms.IntegerField(
                label=label, min_value=0, max_value=10_000
            )

    def units(self) -> dict[str, int]:
        """How many of what its fee class counts, by dataset."""
        return {
            name.removeprefix("units-"): count
            for name, count in self.cleaned_data.items()
            if name.startswith("units-")
        }


class PurchaseOrder(forms.Form):
    """The institution's own order."""

    number = forms.CharField(label=_("Number of the purchase order"), max_length=60)
    ordered_on = forms.DateField(label=_("Day of the order"), widget=DAY)


class Payment(forms.Form):
    """Money that came in."""

    amount = _amount(_("Amount received"))
    method = forms.ChoiceField(label=_("How it came"), choices=METHODS)
    bank_reference = forms.CharField(label=_("Reference on the statement"), max_length=60)
    received_on = forms.DateField(
        label=_("Day it was received"),
        widget=DAY,
        help_text=_("The day it is recorded is kept beside it."),
    )


class Amount(Reason):
    """An amount that is credited, with the reason."""

    amount = _amount(_("Amount"))
    field_order: Sequence[str] = ("amount", "reason")


class Credit(Confirmed, Amount):
    """A credit note."""

    field_order = ("amount", "reason", "second_person")


class NothingDue(Confirmed, Reason):
    """Why nothing is due."""

    field_order = ("reason", "second_person")


class Refund(Amount):
    """Money that is asked back."""


class PayOut(Confirmed):
    """A refund that was paid out."""

    paid_on = forms.DateField(label=_("Day it was paid out"), widget=DAY)
    bank_reference = forms.CharField(label=_("Reference of the payment"), max_length=60)
    field_order = ("paid_on", "bank_reference", "second_person")


class Answer(forms.Form):
    """The office's answer about a line."""

    text = forms.CharField(
        label=_("Your answer"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Question(forms.Form):
    """What the applicant asks about a line."""

    line = forms.ChoiceField(label=_("Which line?"))
    text = forms.CharField(
        label=_("Your question"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, lines: Choices, **more: Any):
        super().__init__(*args, **more)
        choose(self, "line", lines)


class BankFile(forms.Form):
    """The statement as the bank gives it."""

    file = forms.FileField(
        label=_("Bank statement (CSV)"),
        help_text=_(
            "Columns for the day, the amount and the payer's text. The same file may come twice."
        ),
    )


class TaxForm(forms.Form):
    """The payee's tax form, filled in and signed."""

    tax_form = forms.FileField(
        label=_("Tax form (PDF)"), help_text=_("It goes with every invoice from now on.")
    )


class ByHand(Confirmed, Reason):
    """Which invoice a line is for, or that it is not ours."""

    invoice = forms.ChoiceField(label=_("Invoice"), required=False)
    field_order = ("invoice", "reason", "second_person")

    def __init__(self, *args: Any, invoices: Choices, **more: Any):
        super().__init__(*args, **more)
        choose(self, "invoice", [("", _("None: it is not for an invoice")), *invoices])
