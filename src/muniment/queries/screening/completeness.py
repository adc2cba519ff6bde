"""The first gate: what the system found in each section, and what was said in earlier rounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from muniment import models
from muniment.programme import clocks
from muniment.programme import findings_before_office as before_office
from muniment.queries import asked, editions, files


@dataclass(frozen=True, slots=True)
class Round:
    """One word of the office on a submission; `points` are empty where it was complete."""

    complete: bool
    at: datetime
    by: str
    submission: int
    taken_back: bool
    points: tuple[models.ReturnPoint, ...]


def list_found(case: models.Case, *, now: datetime) -> list[before_office.Found]:
    """What the system finds in the answers as they are now; a fixed number of queries."""
    bundle = editions.bundle_of(case.edition)
    return before_office.of(
        bundle,
        asked.answers_of(case),
        today=clocks.local_day(bundle, now),
        files=[
            before_office.File(
                each.file.sha256,
                each.file.verdict,
                name=each.name,
                readable=each.file.media_type != files.UNKNOWN,
            )
            for each in files.list_attached(case)
        ],
        readers=_readers(case),
    )


def list_rounds(case: models.Case) -> list[Round]:
    """Every word of the office on this request, newest first, each with its numbered points."""
    points: dict[datetime, list[models.ReturnPoint]] = {}
    for point in case.points.order_by("number"):
        points.setdefault(point.made_at, []).append(point)
    checks = case.completeness_checks.select_related("made_by__person", "submission")
    return [
        Round(
            complete=each.complete,
            at=each.made_at,
            by=each.made_by.person.name if each.made_by.person else "",
            submission=each.submission.number,
            taken_back=each.superseded_at is not None,
            points=() if each.complete else tuple(points.get(each.made_at, ())),
        )
        for each in checks.order_by("-pk")
    ]


def list_points(case: models.Case) -> list[models.ReturnPoint]:
    """The points of the last return, in their order; none once the request was found complete."""
    last = case.completeness_checks.order_by("-pk").first()
    if last is None or last.complete:
        return []
    points = case.points.filter(made_at=last.made_at).select_related("case")
    return list(points.order_by("number"))


def sections_of(case: models.Case) -> dict[str, str]:
    """Section id -> its title, in the order of the form."""
    sections: list[Any] = editions.bundle_of(case.edition)["form"]["sections"]
    return {section["id"]: section["title"] for section in sections}


def _readers(case: models.Case) -> list[before_office.Reader]:
    """Those on the team who will see the data and have an account, with their training."""
    held = models.Training.objects.filter(ended_at__isnull=True)
    team = case.team.filter(ended_at__isnull=True, will_access_data=True, person__isnull=False)
    rows = team.select_related("person").prefetch_related(
        Prefetch("person__trainings", queryset=held, to_attr="certificates")
    )
    return [_reader(row) for row in rows.order_by("pk")]


def _reader(row: Any) -> before_office.Reader:
    ends = [each.expires_on for each in row.person.certificates]
    until = None if None in ends else max(ends, default=None)
    return before_office.Reader(row.name, bool(ends), until)
