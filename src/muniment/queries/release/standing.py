"""Standing requests: which later editions are to be delivered, and how far each delivery is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from muniment import models
from muniment.programme import forms
from muniment.queries import asked, prepared

SERIES = "series"
OPEN = models.Dataset.Status.OPEN.value


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery with its figures, for the pages. `risk` is per part, for the office only.

    The build is the newest one, of whichever institution's line.
    """

    row: models.StandingDelivery
    figures: models.Availability | None
    build: models.Build | None

    @property
    def ready(self) -> bool:
        """Whether its line can be planned."""
        return self.row.confirmed_at is not None and self.row.priced_at is not None


def asked_until(case: models.Case) -> date | None:
    """The day until which each new edition was asked for; None where one delivery was."""
    answers = forms.flat(dict(_rhythm(case=case.pk)))
    until = answers.get("series_until")
    if answers.get("delivery_rhythm") != SERIES or not isinstance(until, str):
        return None
    return date.fromisoformat(until)


@prepared.query
def _rhythm(*, case: int) -> QuerySet[models.Section, Any]:
    """The sections that say how often; every page of a request asks, and a form is long."""
    said = Q(answers__has_key="delivery_rhythm") | Q(answers__has_key="series_until")
    rows = models.Section.objects.filter(said, case=case).order_by("name")
    return rows.values_list("name", "answers")


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
    builds = models.Build.objects.filter(line__part__in=rows.values("line__part")).order_by("pk")
    built = {each.line.part_id: each for each in builds.select_related("line")}
    keyed = [(row, row.line.part_id) for row in rows]
    return [Standing(row, by_part.get(part), built.get(part)) for row, part in keyed]


def find_delivery_of(case: models.Case, pk: int) -> models.StandingDelivery | None:
    """A delivery of this request; None where there is none."""
    return _rows().filter(line__part__case=case, pk=pk).first()


def get_standing(pk: int) -> models.StandingDelivery:
    """A delivery with its line, part and case; raises StandingDelivery.DoesNotExist."""
    return _rows().get(pk=pk)


def find_standing(line: models.ReleaseLine) -> models.StandingDelivery | None:
    """What a line is a standing delivery as; None for the line of an approved part.

    A delivery is of its part: it was looked at once for the lines of every institution and for that
    of an agreement signed anew.
    """
    return _rows().filter(line__part=line.part_id).first()


def is_planned(part: models.Part) -> bool:
    """Whether a build of this part was planned on any of its lines."""
    return models.Build.objects.filter(line__part=part).exists()


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
