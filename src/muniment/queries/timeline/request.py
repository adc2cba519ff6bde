"""A request as a page reads it: one row of a list, or everything the page shows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from muniment import models
from muniment.dataplane.spec import specification
from muniment.queries import access, editions, prepared, schedule
from muniment.rulebook import words

from . import happened, marks, questions, strip, turns


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a list."""

    sight: access.Sight
    turn: turns.Turn


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One part of the specification: which dataset, in which state, and its sentence."""

    title: str
    slug: str
    edition: str
    level: str
    status: str
    sentence: str
    tables: tuple[specification.Table, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that stands: its outcome, its day, and the letter that told of it."""

    outcome: str
    on: date
    letter: str


@dataclass(frozen=True, slots=True)
class Cover:
    """All that a committee member sees before declaring: whose request it is, and about what."""

    title: str
    people: tuple[str, ...]
    institutions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of a request shows to one reader."""

    sight: access.Sight
    turn: turns.Turn
    steps: tuple[strip.Step, ...]
    events: tuple[happened.Event, ...]
    questions: tuple[questions.Asked, ...]
    points: tuple[models.ReturnPoint, ...]
    conditions: tuple[models.Condition, ...]
    decision: Decision | None
    """For the parties and the office; the committee reads it in its own papers."""
    team: tuple[str, ...]
    parts: tuple[AskedPart, ...]
    confirmed: bool
    meeting_on: date | None
    limits: dict[str, int]
    """Segment name to the most business days the office gives itself for it."""


def list_rows(person: models.Person, *, now: datetime) -> list[Row]:
    """The requests this person may open: theirs to act on, then others at work, then the ended.

    A fixed number of queries.
    """
    sights = access.list_sights(person, now=now)
    found = marks.fetch([sight.case for sight in sights])
    rows = [
        Row(sight, turns.turn_of(sight, now=now, marks=found[sight.case.pk])) for sight in sights
    ]
    return sorted(
        rows, key=lambda row: (not row.turn.yours, row.sight.case.stage not in words.OPEN_STAGES)
    )


def page_of(sight: access.Sight, *, now: datetime, turn: turns.Turn | None = None) -> Page:
    """The page of a case for the reader whose sight this is; a cover has nothing of it.

    `turn` is that of `turns.turn_of`, where the caller has read it already.
    """
    if sight.cover_only:
        raise ValueError("Before a declaration there is a cover and no page.")
    case = sight.case
    bundle = editions.bundle_of(case.edition)
    ended = case.stage in {stage.value for stage in words.ENDS}
    stopped = happened.stopped_at([case]).get(case.pk) if ended else None
    parts, confirmed = _parts(case)
    asked = sight.sees_questions
    return Page(
        sight,
        turn or turns.turn_of(sight, now=now),
        strip.steps_of(bundle, case, stopped=stopped),
        tuple(happened.list_events(sight)),
        tuple(questions.list_questions(sight)),
        tuple(_points(case=case.pk)) if asked else (),
        tuple(_conditions(case=case.pk)),
        _decision(case) if sight.is_party or sight.is_office else None,
        tuple(name for (name,) in _team(case=case.pk)),
        parts,
        confirmed,
        _meeting(case, now),
        {
            name: days
            for name in strip.SEGMENTS
            if (days := strip.office_days(bundle, name, track=case.track))
        },
    )


def cover_of(sight: access.Sight) -> Cover:
    """Title, people and institutions; the one thing a cover-only reader gets."""
    case = sight.case
    team = case.team.filter(ended_at__isnull=True).select_related("institution").order_by("pk")
    named = [case.institution, *(member.institution for member in team)]
    people = [case.applicant.name, *(member.name for member in team)]
    return Cover(
        case.title,
        tuple(dict.fromkeys(people)),
        tuple(dict.fromkeys(each.name for each in named if each)),
    )


@prepared.query
def _points(*, case: int) -> QuerySet[models.ReturnPoint]:
    points = models.ReturnPoint.objects.filter(case=case, resolved_at__isnull=True)
    return points.order_by("pk")


@prepared.query
def _team(*, case: int) -> QuerySet[models.TeamMember, Any]:
    team = models.TeamMember.objects.filter(
        case=case, accepted_at__isnull=False, ended_at__isnull=True
    )
    return team.order_by("pk").values_list("name")


@prepared.query
def _conditions(*, case: int) -> QuerySet[models.Condition]:
    """What the standing decision asks for."""
    standing = models.Condition.objects.filter(
        determination__case=case, determination__superseded_at__isnull=True
    )
    return standing.order_by("determination", "pk")


def _decision(case: models.Case) -> Decision | None:
    """The newest determination that nothing has superseded."""
    newest = _standing.first(case=case.pk)
    if newest is None:
        return None
    calendar = editions.own_calendar(case.edition)
    return Decision(newest.outcome, calendar.local_day(newest.made_at), newest.letter)


@prepared.query
def _standing(*, case: int) -> QuerySet[models.Determination]:
    standing = models.Determination.objects.filter(case=case, superseded_at__isnull=True)
    return standing.order_by("-pk")[:1]


def _parts(case: models.Case) -> tuple[tuple[AskedPart, ...], bool]:
    """The newest specification, and whether the applicant confirmed it."""
    row = _newest.first(case=case.pk)
    if row is None:
        return (), False
    asked = specification.parse(row.document)
    known = {part.part_id: part for part in _rows_of_parts(case=case.pk)}
    return tuple(_part(part, known.get(part.id)) for part in asked.parts), bool(row.confirmed_at)


@prepared.query
def _newest(*, case: int) -> QuerySet[models.Specification]:
    """What is asked for; a smaller scope that nobody took is not."""
    own = Q(proposed_at__isnull=True) | Q(confirmed_at__isnull=False)
    return models.Specification.objects.filter(own, case=case).order_by("-version")[:1]


@prepared.query
def _rows_of_parts(*, case: int) -> QuerySet[models.Part]:
    parts = models.Part.objects.filter(case=case).order_by("pk")
    return parts.select_related("dataset_edition__dataset")


def _part(asked: specification.Part, row: models.Part | None) -> AskedPart:
    dataset = row.dataset_edition.dataset if row else None
    return AskedPart(
        dataset.title if dataset else asked.holding,
        dataset.slug if dataset else "",
        asked.edition,
        asked.level.value,
        row.status if row else models.Part.Status.ASKED,
        asked.sentence(),
        asked.tables,
    )


def _meeting(case: models.Case, now: datetime) -> date | None:
    """The day of the committee meeting the case is on the agenda of, once it is known."""
    found = _meetings.first(case=case.pk, today=schedule.today(case, now))
    return found[0] if found else None


@prepared.query
def _meetings(*, case: int, today: date) -> QuerySet[models.AgendaItem, Any]:
    items = models.AgendaItem.objects.filter(
        case=case, meeting__held_on__gte=today, meeting__circulation=False
    )
    return items.order_by("meeting__held_on").values_list("meeting__held_on")[:1]
