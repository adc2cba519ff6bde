"""Standing requests: which later editions are to be delivered, and how far each delivery is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from muniment import models
from muniment.programme import forms
from muniment.queries import asked

SERIES = "series"
OPEN = models.Dataset.Status.OPEN.value


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery with its figures, for the pages. `risk` is per part, for the office only."""

    row: models.StandingDelivery
    figures: models.Availability | None
    build: models.Build | None

    @property
    def ready(self) -> bool:
        """Whether its line can be planned."""
        return self.row.confirmed_at is not None and self.row.priced_at is not None


def asked_until(case: models.Case) -> date | None:
    """The day until which each new edition was asked for; None where one delivery was."""
    answers = forms.flat(asked.answers_of(case))
    until = answers.get("series_until")
    if answers.get("delivery_rhythm") != SERIES or not isinstance(until, str):
        return None
    return date.fromisoformat(until)


def standing_until(case: models.Case) -> date | None:
    """The last day of the standing request; None where there is none, or it was ended."""
    return None if case.standing_ended_at is not None else asked_until(case)


def list_ahead(case: models.Case) -> list[tuple[models.Part, models.DatasetEdition]]:
    """Parts that left, each with the open editions of its dataset that came later, oldest first.

    Those whose delivery was prepared already are not among them.
    """
    rows = case.parts.filter(
        status__in=asked.LIVE, lines__builds__released_at__isnull=False
    ).select_related("dataset_edition__dataset", "holding", "case")
    return [
        (part, edition)
        for part in rows.distinct().order_by("part_id")
        for edition in _later(part)
        if asked.status_of(edition) == OPEN
    ]


def _later(part: models.Part) -> QuerySet[models.DatasetEdition]:
    """Editions of the same dataset that the list named after the one that was approved."""
    done = part.followed_by.values("dataset_edition")
    later = models.DatasetEdition.objects.filter(
        dataset=part.dataset_edition.dataset, pk__gt=part.dataset_edition_id
    )
    return later.exclude(pk__in=done).select_related("dataset").order_by("pk")


def list_standing(case: models.Case) -> list[Standing]:
    """Every delivery of a standing request, newest first; a fixed number of queries."""
    rows = _rows().filter(line__part__case=case).order_by("-pk")
    figures = models.Availability.objects.filter(
        part__case=case, part__follows__isnull=False, superseded_at__isnull=True
    )
    by_part = {each.part_id: each for each in figures}
    builds = models.Build.objects.filter(line__standing__in=rows).order_by("number")
    by_line = {each.line_id: each for each in builds}
    return [Standing(row, by_part.get(row.line.part_id), by_line.get(row.line_id)) for row in rows]


def find_delivery_of(case: models.Case, pk: int) -> models.StandingDelivery | None:
    """A delivery of this request; None where there is none."""
    return _rows().filter(line__part__case=case, pk=pk).first()


def get_standing(pk: int) -> models.StandingDelivery:
    """A delivery with its line, part and case; raises StandingDelivery.DoesNotExist."""
    return _rows().get(pk=pk)


def find_standing(line: models.ReleaseLine) -> models.StandingDelivery | None:
    """What a line is a standing delivery as; None for the line of an approved part."""
    return _rows().filter(line=line).first()


def has_current_figures(row: models.StandingDelivery) -> bool:
    """Whether its figures are for what is asked now and for the data as they are."""
    found = asked.live_answer(row.line.part)
    if found is None:
        return False
    counted = asked.Basis(found.part_sha256, found.holding_sha256)
    return counted == asked.basis_of(row.line.part)


def list_standing_cases() -> list[models.Case]:
    """Cases with data in use that asked for more than one delivery and did not end it."""
    rows = models.Case.objects.filter(stage="active", standing_ended_at__isnull=True)
    named = rows.select_related("edition", "programme__active_edition", "applicant")
    return [case for case in named.order_by("pk") if asked_until(case) is not None]


def _rows() -> QuerySet[models.StandingDelivery]:
    return models.StandingDelivery.objects.select_related(
        "line__agreement",
        "line__part__case__edition",
        "line__part__holding",
        "line__part__follows__holding",
        "line__part__dataset_edition__dataset",
        "estimate",
        "confirmed_by__person",
        "priced_by__person",
    )
