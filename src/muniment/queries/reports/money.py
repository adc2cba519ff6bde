"""What a cohort was billed and what came in, by currency; of few requests nothing is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from muniment import models

from .durations import FEWEST


@dataclass(frozen=True, slots=True)
class Sums:
    """Minor units of one currency. None where fewer requests than the limit stand behind it."""

    currency: str
    billed: int | None
    received: int | None
    credited: int | None


@dataclass(frozen=True, slots=True)
class Fees:
    """The fees of a cohort; counts are None below the limit and not nought."""

    sums: tuple[Sums, ...]
    billed: int | None
    """Requests with an invoice above zero."""
    waived: int | None
    nothing_due: int | None


def fees_of(cohort: QuerySet[models.Case], *, shown: Callable[[int], int | None]) -> Fees:
    """Six queries for any number of requests.

    What came in is told neither where few have paid nor where few have not: the difference to what
    was billed would be what those few owe.
    """
    own = models.Invoice.objects.filter(case__in=cohort.values("pk"), voided_at__isnull=True)
    asked = own.filter(total_minor__gt=0)
    paid = models.Payment.objects.filter(invoice__in=asked.values("pk"))
    credited = models.CreditNote.objects.filter(invoice__in=asked.values("pk"))
    billed = _sums(asked.values("currency"), "total_minor", "case")
    received = _sums(paid.values("currency"), "amount_minor", "invoice__case")
    returned = _sums(credited.values("invoice__currency"), "amount_minor", "invoice__case")
    waived = models.Waiver.objects.filter(case__in=cohort.values("pk"), approved_at__isnull=False)
    return Fees(
        tuple(
            Sums(
                each,
                _told(billed, each),
                _told(received, each, of=billed),
                _told(returned, each, of=billed),
            )
            for each in sorted(billed)
        ),
        shown(asked.values("case").distinct().count()),
        shown(waived.values("case").distinct().count()),
        shown(own.filter(total_minor=0).values("case").distinct().count()),
    )


def _sums(grouped: QuerySet[Any, Any], amount: str, case: str) -> dict[str, tuple[int, int]]:
    """Currency to a sum, and to how many requests stand behind it; one query."""
    rows = grouped.annotate(of=Count(case, distinct=True), sum=Sum(amount)).order_by()
    return {next(iter(row.values())): (row["sum"], row["of"]) for row in rows}


def _told(
    sums: dict[str, tuple[int, int]],
    currency: str,
    *,
    of: dict[str, tuple[int, int]] | None = None,
) -> int | None:
    """A sum, where neither it nor its difference to another stands for a few requests."""
    amount, requests = sums.get(currency, (0, 0))
    others = of[currency][1] - requests if of else 0
    few = 0 < requests < FEWEST or (requests > 0 and 0 < others < FEWEST)
    return None if few else amount
