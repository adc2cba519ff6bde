"""What one person did alone where the rules ask for two and the programme's mode lets one act."""

from dataclasses import dataclass
from datetime import date, datetime

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, editions
from muniment.rulebook import reading
from muniment.rulebook.words import Mode, Role

MOST = 200
"""Rows on a page; a file has them all."""


@dataclass(frozen=True, slots=True)
class Lone:
    """One step: when, what, on which request, by whom in which office, and what allowed it."""

    on: date
    says: str
    reference: str
    """Empty where it was about no request."""
    by: str
    role: Role
    mode: Mode


def list_alone(
    programme: models.Programme, *, reader: models.Person, year: int, most: int | None = None
) -> list[Lone]:
    """The steps of a year of the programme's zone, the newest first; two queries.

    What happened on a request from which the reader is recused is not among them.
    """
    calendar = clocks.calendar_of(editions.active_bundle(programme))
    begin, end = (_midnight(calendar, each) for each in (year, year + 1))
    rows = models.LoneStep.objects.filter(
        programme=programme, made_at__gte=begin, made_at__lt=end
    ).exclude(case__in=access.recused_from(reader))
    read = rows.select_related("case", "made_by__person").order_by("-made_at", "-pk")
    return [_read(row, calendar) for row in read[:most]]


def _midnight(calendar: clocks.Calendar, year: int) -> datetime:
    """The instant at which a year begins."""
    return clocks.ends_at(calendar, date(year - 1, 12, 31))


def _read(row: models.LoneStep, calendar: clocks.Calendar) -> Lone:
    assert row.made_by.person is not None  # the system is nobody who could act for two
    return Lone(
        calendar.local_day(row.made_at),
        reading.STEPS[row.step].says,
        row.case.reference if row.case else "",
        row.made_by.person.name,
        Role(row.made_by.role),
        Mode(row.mode),
    )
