"""Papers of a request, for the tabs of its page: agreement and estimate.

Parties and the office read them; the committee judges the request and not its contract.
"""

from dataclasses import dataclass
from datetime import date

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, editions
from muniment.queries.agreement import in_force


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed, in which capacity, on which day."""

    name: str
    capacity: str
    on: date


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement that was issued, in its newest version for that institution."""

    institution: str
    version: int
    issued_on: date
    starts_on: date | None
    ends_on: date | None
    text: str
    signatures: tuple[Signed, ...]
    addenda: tuple[models.Addendum, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The estimate that stands, as it was issued with the agreement."""

    lines: tuple[tuple[str, int], ...]
    total_minor: int
    currency: str
    valid_until_on: date
    accepted: bool


def list_contracts(sight: access.Sight) -> list[Contract]:
    """The agreements in force or on offer, oldest first."""
    if not _reads(sight):
        return []
    calendar = clocks.calendar_of(editions.bundle_of(sight.case.edition))
    rows = in_force.readable(sight.case)
    return [
        Contract(
            row.institution.name if row.institution else "",
            row.version,
            calendar.local_day(row.issued_at),
            row.starts_on,
            row.ends_on,
            row.text,
            tuple(
                Signed(each.signer.name, each.capacity, each.signed_on)
                for each in sorted(row.signatures.all(), key=lambda each: each.pk)
            ),
            tuple(sorted(row.addenda.all(), key=lambda each: each.number)),
        )
        for row in rows.select_related("institution")
        .prefetch_related("signatures__signer", "addenda")
        .order_by("pk")
    ]


def find_offer(sight: access.Sight) -> Offer | None:
    """The newest estimate that was issued and not superseded."""
    if not _reads(sight):
        return None
    issued = sight.case.estimates.filter(issued_at__isnull=False, superseded_at__isnull=True)
    row = issued.order_by("-version").first()
    if row is None:
        return None
    lines = tuple((str(each["what"]), int(each["amount_minor"])) for each in row.lines)
    accepted = row.accepted_at is not None
    return Offer(lines, row.total_minor, row.currency, row.valid_until_on, accepted)


def _reads(sight: access.Sight) -> bool:
    return sight.is_party or sight.is_office
