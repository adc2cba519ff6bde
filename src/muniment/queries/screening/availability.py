"""The second gate, part by part: what was counted and said, and whether it still holds.

Exact figures are not read here. They come by the step `view_exact_counts`, for a stated purpose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muniment import models
from muniment.dataplane.spec import specification
from muniment.queries import access, asked, schedule

Kind = models.Holding.Kind


@dataclass(frozen=True, slots=True)
class Counting:
    """The last time that the data plane was asked: queued, running, done or failed."""

    state: str
    error: str
    at: datetime

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self.state in models.Job.LIVE


@dataclass(frozen=True, slots=True)
class Reading:
    """Exact figures were looked at."""

    by: str
    at: datetime
    purpose: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part at the gate. `current` says whether the answer is about what is asked today."""

    row: models.Part
    title: str
    edition: str
    status: str
    written: specification.Part | None
    answer: models.Availability | None
    current: bool
    counting: Counting | None
    readings: tuple[Reading, ...]

    @property
    def loaded(self) -> bool:
        """Whether the data plane can count it; otherwise a statistician describes it."""
        return self.row.holding is not None and self.row.holding.kind == Kind.LOADED

    @property
    def counted(self) -> dict[str, Any]:
        """The protected count, as anybody on the case may see it; empty before one is there."""
        return dict(self.answer.protected.get("matching", {})) if self.answer else {}


def list_parts(case: models.Case) -> list[Part]:
    """Every part that is asked for; a fixed number of queries."""
    rows = list(asked.live_parts(case))
    written = asked.parsed(asked.find_specification(case))
    by_id = {} if written is None else {part.id: part for part in written.parts}
    answers = {each.part_id: each for each in _answers(rows)}
    counting, readings = _counting(case), _readings(rows)
    return [
        Part(
            row=row,
            title=row.dataset_edition.dataset.title,
            edition=row.dataset_edition.label,
            status=asked.status_of(row.dataset_edition),
            written=by_id.get(row.part_id),
            answer=answers.get(row.pk),
            current=_is_current(row, by_id.get(row.part_id), answers.get(row.pk)),
            counting=counting.get(row.pk),
            readings=tuple(readings.get(row.pk, ())),
        )
        for row in rows
    ]


def find_waiting(case: models.Case) -> models.Specification | None:
    """The smaller scope that waits for the applicant."""
    return schedule.list_proposed(case).first()


def without_hidden(exact: Mapping[str, Any], reader: models.Person) -> dict[str, Any]:
    """Exact figures as this reader may have them: no overlap with what they are recused from.

    One query where there is an overlap, and none else.
    """
    overlap = exact.get("overlap", {})
    if not overlap:
        return dict(exact)
    hidden = models.Case.objects.filter(pk__in=access.recused_from(reader))
    references = set(hidden.values_list("reference", flat=True))
    seen = {name: band for name, band in overlap.items() if name.split(" ")[0] not in references}
    return {**exact, "overlap": seen}


def list_linked(case: models.Case) -> list[models.Case]:
    """The requests that parts of this one became, and the one it comes from."""
    split = models.Case.ChildKind.SPLIT
    linked = list(case.children.filter(child_kind=split).order_by("pk"))
    parent = case.parent if case.child_kind == split else None
    return [parent, *linked] if parent else linked


def _answers(rows: list[models.Part]) -> list[models.Availability]:
    live = models.Availability.objects.filter(part__in=rows, superseded_at__isnull=True)
    return list(live.select_related("made_by__person", "judged_by__person").defer("exact"))


def _counting(case: models.Case) -> dict[int, Counting]:
    """The newest job of each part."""
    jobs = case.jobs.filter(kind="figures").order_by("pk")
    return {job.payload["part"]: Counting(job.state, job.error, job.made_at) for job in jobs}


def _readings(rows: list[models.Part]) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = {}
    looked = models.ReadUnderLog.objects.filter(part__in=rows).select_related("made_by__person")
    for each in looked.order_by("-pk"):
        person = each.made_by.person
        name = person.name if person else ""
        found.setdefault(each.part_id, []).append(Reading(name, each.made_at, each.purpose))
    return found


def _is_current(
    row: models.Part, written: specification.Part | None, answer: models.Availability | None
) -> bool:
    if answer is None or written is None:
        return answer is not None
    asks = written.hash.removeprefix("sha256:")
    return (answer.part_sha256, answer.holding_sha256) == (asks, asked.source_sha256(row))
