"""What each person has in hand today, and what of it is late for want of them.

Late is what is late on the queue: the stage past its day, for those whose turn it is and nobody
else who holds the request, or an answer that an office owes, past its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from muniment import models
from muniment.queries.queue import waiting, wanted
from muniment.rulebook import words
from muniment.rulebook.words import Role

from .telling import Hidden


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has in hand today, in one office. It is their own work, so it is exact."""

    person: str
    role: Role
    open: int
    late: int


def list_loads(programme: models.Programme, today: date, *, hidden: Hidden) -> tuple[Load, ...]:
    """Who has most in hand first, but for hidden requests; a fixed number of queries."""
    live = models.Assignment.objects.exclude(case__in=hidden).filter(
        case__programme=programme,
        role__in=wanted.OFFICES,  # a reviewer of one request holds no office by it
        ended_at__isnull=True,
        case__stage__in=[stage.value for stage in words.OPEN_STAGES],
    )
    late = _late(programme, sorted(set(live.values_list("role", flat=True))), today)
    rows = live.values("person__name", "role").annotate(
        open=Count("pk"), late=Count("pk", filter=late)
    )
    ordered = rows.order_by("-open", "person__name", "role")
    return tuple(
        Load(row["person__name"], Role(row["role"]), row["open"], row["late"]) for row in ordered
    )


def _late(programme: models.Programme, offices: Iterable[str], today: date) -> Q:
    """Assignments in these offices to requests that are late there."""
    own = models.Case.objects.filter(programme=programme).order_by()
    contracts = waiting.contracts_in(programme)
    found = Q(pk__in=[])
    for office in offices:
        late = own.filter(waiting.late_in(Role(office), contracts, today=today))
        found |= Q(role=office, case__in=late.values("pk"))
    return found
