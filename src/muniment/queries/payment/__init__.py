"""Money as it stands: each invoice's state, the lines that wait, who may read which invoice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Q, QuerySet

from muniment import models
from muniment.queries import access, editions
from muniment.rulebook.words import Role

READERS = frozenset(
    {Role.FINANCE, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.DETERMINING_OFFICER}
)
"""Offices that read what was paid; of the parties all do."""
MOST_PIECES = 8
CHECKOUT_LASTS = timedelta(hours=20)
"""By then the provider closes a page, so that no two of them take the same sum."""


_CLOSED = Q(address="") & ~Q(session="")
"""A page of the card provider that was made and then closed before its time."""


class State(StrEnum):
    """How an invoice stands."""

    NOTHING_DUE = "nothing_due"
    VOID = "void"
    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERPAID = "overpaid"


@dataclass(frozen=True, slots=True)
class Account:
    """One invoice with what became of it; amounts in minor units of its currency."""

    invoice: models.Invoice
    credited: int
    received: int
    today: date

    @property
    def owed(self) -> int:
        """What it asks for after credit notes."""
        return self.invoice.total_minor - self.credited

    @property
    def open(self) -> int:
        """What is still to come; negative where too much came."""
        return self.owed - self.received

    @property
    def state(self) -> State:
        """In one word."""
        if self.invoice.voided_at is not None:
            return State.VOID
        if self.invoice.total_minor == 0:
            return State.NOTHING_DUE
        if self.open < 0:
            return State.OVERPAID
        if self.open == 0:
            return State.PAID
        return State.PART_PAID if self.received else State.OPEN

    @property
    def is_open(self) -> bool:
        """Whether it still asks for money."""
        return self.state in (State.OPEN, State.PART_PAID)

    @property
    def days_late(self) -> int:
        """Days since it was due, while it is open."""
        return max((self.today - self.invoice.due_on).days, 0) if self.is_open else 0


def named_in(text: str) -> list[models.Invoice]:
    """The live invoices whose whole number stands in a payer's text, however it is spaced."""
    pieces = re.findall(r"[0-9A-Z]+", text.upper())
    spans = {
        "-".join(pieces[start : start + length])
        for start in range(len(pieces))
        for length in range(2, MOST_PIECES + 1)
    }
    live = models.Invoice.objects.filter(voided_at__isnull=True, number__in=spans)
    return list(live.select_related("case__edition", "case__programme").order_by("pk"))


def find_match(line: models.BankLine) -> models.Invoice | None:
    """The one invoice that the line names, if the amount is exactly what is open on it."""
    named = named_in(line.text)
    if len(named) != 1 or named[0].currency != line.currency:
        return None
    [account] = accounts(named, today=line.booked_on)
    return named[0] if account.is_open and account.open == line.amount_minor else None


def accounts(invoices: Iterable[models.Invoice], *, today: date) -> list[Account]:
    """Each invoice with its sums; two queries for any number of them."""
    rows = list(invoices)
    received = _sums(models.Payment.objects.filter(invoice__in=rows))
    credited = _sums(models.CreditNote.objects.filter(invoice__in=rows))
    return [Account(row, credited.get(row.pk, 0), received.get(row.pk, 0), today) for row in rows]


def list_accounts(person: models.Person, *, now: datetime) -> list[Account] | None:
    """Every invoice of the programmes whose money this person works on; None where they do not."""
    programmes = programmes_of(person, now=now)
    if not programmes:
        return None
    rows = models.Invoice.objects.filter(case__programme__in=programmes)
    rows = rows.select_related("case__applicant", "case__institution", "case__edition")
    today = min(editions.today(each, now) for each in programmes)
    return accounts(rows.order_by("-pk"), today=today)


def programmes_of(person: models.Person, *, now: datetime) -> list[models.Programme]:
    """Programmes in which this person sees the list of invoices: finance, and who oversees it."""
    held = access.offices_by_programme(person, now=now)
    seeing = frozenset({Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR})
    wanted = [pk for pk, roles in held.items() if roles & seeing]
    rows = models.Programme.objects.filter(pk__in=wanted).select_related("active_edition")
    return list(rows.order_by("pk"))


def works_on(person: models.Person, *, now: datetime) -> bool:
    """Whether this person holds the finance office, and so sees what a bank's lines say."""
    return Role.FINANCE in access.offices_of(person, now=now)


def list_waiting_lines() -> list[models.BankLine]:
    """Lines that nobody has settled, the oldest first."""
    return list(_waiting().order_by("booked_on", "pk"))


def find_line(pk: int) -> models.BankLine | None:
    """A line that waits."""
    return _waiting().filter(pk=pk).first()


def find_invoice(person: models.Person, number: str, *, now: datetime) -> models.Invoice | None:
    """An invoice that this person may read: a party's, or their office's."""
    row = (
        models.Invoice.objects.filter(number=number)
        .select_related("estimate", "case__applicant", "case__institution", "case__edition")
        .first()
    )
    if row is None:
        return None
    sight = access.find_sight(person, row.case.reference, now=now)
    if sight is None or not (sight.is_party or sight.roles & READERS):
        return None
    return row


def find_checkout(pk: int) -> models.Checkout:
    """A checkout with its invoice; raises DoesNotExist."""
    return models.Checkout.objects.select_related("invoice__case").get(pk=pk)


def find_live_checkout(
    invoice: models.Invoice, *, amount_minor: int, now: datetime
) -> models.Checkout | None:
    """The newest page of the card provider for this sum; None once it has closed there."""
    asked = invoice.checkouts.filter(amount_minor=amount_minor, made_at__gt=now - CHECKOUT_LASTS)
    return asked.exclude(_CLOSED).order_by("-pk").first()


def list_live_checkouts(
    invoices: Iterable[models.Invoice], *, now: datetime
) -> list[models.Checkout]:
    """Pages for these that are open at the card provider, or being made there."""
    asked = models.Checkout.objects.filter(
        invoice__in=list(invoices), made_at__gt=now - CHECKOUT_LASTS
    )
    rows = asked.exclude(_CLOSED)
    return list(rows.select_related("invoice__case").order_by("pk"))


def open_by_card(invoice: models.Invoice) -> int:
    """What a card may pay now: what is open; nothing where it is void or the fee was waived."""
    [account] = accounts([invoice], today=invoice.due_on)
    return account.open if account.is_open and not is_waived(invoice.case) else 0


def is_waived(case: models.Case) -> bool:
    """Whether somebody waived the fee of a request: its invoices ask for nothing then."""
    return case.waivers.filter(approved_at__isnull=False).exists()


def takes_cards() -> bool:
    """Whether a card provider is declared."""
    return bool(settings.DECLARED.card_url)


def find_estimate(sight: access.Sight, version: int) -> models.Estimate | None:
    """One version as the reader may see it: parties once it was issued, the office always."""
    rows = sight.case.estimates.filter(version=version)
    if sight.is_office:
        return rows.first()
    return rows.filter(issued_at__isnull=False).first() if sight.is_party else None


def _waiting() -> QuerySet[models.BankLine]:
    return models.BankLine.objects.filter(Q(payment__isnull=True) & Q(set_aside_at__isnull=True))


def _sums(rows: QuerySet[models.Payment] | QuerySet[models.CreditNote]) -> dict[int, int]:
    found: dict[int, int] = {}
    for invoice_id, amount in rows.values_list("invoice_id", "amount_minor"):
        found[invoice_id] = found.get(invoice_id, 0) + amount
    return found
