"""The money of one request as its pages show it: estimates, invoices, waivers, open questions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from muniment import models
from muniment.dataplane.spec import holding as holdings
from muniment.programme import Bundle, fees
from muniment.queries import asked, editions, payment, roster
from muniment.queries.payment import counted

ABOUT = "fee: "
"""How a question about a line of the estimate begins."""
LINKAGE, RESTRICTED = "linkage", "restricted-variables"
"""Surcharges that a specification itself can call for, where the schedule has them."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One invoice with everything that happened to it."""

    account: payment.Account
    payments: tuple[models.Payment, ...]
    credit_notes: tuple[models.CreditNote, ...]
    refund: models.Refund | None
    """The one that waits for a decision."""


@dataclass(frozen=True, slots=True)
class Books:
    """Everything about money of one request; `estimates` the newest first."""

    estimates: tuple[models.Estimate, ...]
    bills: tuple[Bill, ...]
    orders: tuple[models.PurchaseOrder, ...]
    waivers: tuple[models.Waiver, ...]
    questions: tuple[models.Question, ...]

    @property
    def estimate(self) -> models.Estimate | None:
        """The one that stands."""
        return next((each for each in self.estimates if each.superseded_at is None), None)

    @property
    def accepted(self) -> models.Estimate | None:
        """The newest that the applicant accepted."""
        return next((each for each in self.estimates if each.accepted_at is not None), None)

    @property
    def asked_waiver(self) -> models.Waiver | None:
        """The one that waits for a decision."""
        waiting = (row for row in self.waivers if not (row.approved_at or row.refused_at))
        return next(waiting, None)


def books_of(case: models.Case, *, today: date) -> Books:
    """Read in a fixed number of queries."""
    rows = case.invoices.select_related("estimate").prefetch_related(
        "payments__made_by__person", "credit_notes", "refunds__made_by__person"
    )
    invoices = list(rows.order_by("-pk"))
    return Books(
        tuple(case.estimates.select_related("made_by__person").order_by("-version")),
        tuple(_bill(account) for account in payment.accounts(invoices, today=today)),
        tuple(case.purchase_orders.order_by("-pk")),
        tuple(case.waivers.select_related("made_by__person").order_by("-pk")),
        tuple(
            case.questions.filter(about__startswith=ABOUT)
            .select_related("made_by__person")
            .order_by("-pk")
        ),
    )


def _bill(account: payment.Account) -> Bill:
    row = account.invoice
    waiting = (each for each in row.refunds.all() if not (each.approved_at or each.refused_at))
    return Bill(
        account,
        tuple(sorted(row.payments.all(), key=lambda each: each.pk)),
        tuple(sorted(row.credit_notes.all(), key=lambda each: each.pk)),
        next(waiting, None),
    )


def proposed(case: models.Case) -> fees.Order:
    """What to compute the next estimate for: as the last time, else what the request shows.

    Read from the specification and the answers; nothing here looks at data. What an older
    specification asked for is not charged again: hours, deliveries and reductions stay.
    """
    last = case.estimates.order_by("-version").first()
    row = asked.find_specification(case)
    before = fees.order_of(last.order) if last is not None and last.order else None
    if last is not None and before is not None and (row is None or row.made_at <= last.made_at):
        return before
    bundle = editions.bundle_of(case.edition)
    parts = list(asked.live_parts(case))
    known = {entry["id"] for entry in bundle["fees"]["surcharges"]}
    shown = fees.Order(
        str(asked.find_answer(case, "applicant_class") or ""),
        _items(case, bundle, parts),
        months=_months(case),
        surcharges=tuple(each for each in _surcharges(case, parts) if each in known),
    )
    if before is None:
        return shown
    return replace(shown, hours=before.hours, deliveries=before.deliveries, waivers=before.waivers)


def order_with(
    case: models.Case,
    *,
    units: dict[str, int],
    hours: Decimal,
    deliveries: int,
    months: int,
    surcharges: tuple[str, ...],
    waivers: tuple[str, ...],
) -> fees.Order:
    """The order for exactly what the request asks for, with what the office adds."""
    who = str(asked.find_answer(case, "applicant_class") or "")
    slugs = dict.fromkeys(part.dataset_edition.dataset.slug for part in asked.live_parts(case))
    years = {item.dataset: item.years for item in proposed(case).items}
    items = tuple(fees.Item(slug, units.get(slug, 1), years.get(slug, ())) for slug in slugs)
    return fees.Order(who, items, hours, deliveries, months, surcharges, waivers)


def _items(case: models.Case, bundle: Bundle, parts: list[models.Part]) -> tuple[fees.Item, ...]:
    """What the specification's parts ask for, by dataset, in the unit of its fee class."""
    written = asked.parsed(asked.find_specification(case))
    by_name = {} if written is None else {part.id: part for part in written.parts}
    wanted = [
        counted.Wanted(
            part.dataset_edition.dataset.slug,
            part.dataset_edition.label,
            holdings.parse(part.holding.descriptor) if part.holding else None,
            by_name.get(part.part_id),
        )
        for part in parts
    ]
    return counted.items(bundle, wanted)


def _months(case: models.Case) -> int:
    """From the first day of the project to its last, as answered; a year where not."""
    try:
        first = date.fromisoformat(str(asked.find_answer(case, "starts_on")))
        last = date.fromisoformat(str(asked.find_answer(case, "ends_on")))
    except ValueError:
        return 12
    return max(1, (last.year - first.year) * 12 + last.month - first.month)


def _surcharges(case: models.Case, parts: list[models.Part]) -> Iterator[str]:
    """What the specification itself calls for: declared links, variables declared sensitive."""
    row = asked.find_specification(case)
    if row is None:
        return
    document: dict[str, Any] = json.loads(row.document)
    if document["links"]:
        yield LINKAGE
    asked_for = {
        (part["id"], table["name"], variable["name"])
        for part in document["parts"]
        for table in part["tables"]
        for variable in table["variables"]
    }
    if asked_for & {each for part in parts for each in _sensitive(part)}:
        yield RESTRICTED


def _sensitive(part: models.Part) -> Iterator[tuple[str, str, str]]:
    if part.holding is None:
        return
    declared = holdings.parse(part.holding.descriptor)
    for table in declared.tables:
        for field in table.fields:
            if field.sensitivity == "sensitive":
                yield part.part_id, table.name, field.name


def second_people(
    of: models.Programme, person: models.Person, *, now: datetime
) -> list[models.Person]:
    """Who can be named as a second person beside this one."""
    return roster.list_seconds(of, person, today=editions.today(of, now))


def find_order(case: models.Case) -> str:
    """The newest purchase order's number; empty while there is none."""
    numbers = case.purchase_orders.order_by("-pk").values_list("number", flat=True)
    return str(numbers.first() or "")
