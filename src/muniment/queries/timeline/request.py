"""A request as a page reads it: one row of a list, or everything the page shows."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects

from muniment import models
from muniment.dataplane.spec import specification
from muniment.programme import clocks
from muniment.queries import access, editions, schedule
from muniment.rulebook import words

from . import happened, questions, strip, turns


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
    """The requests this person may open, theirs to act on first; a fixed number of queries."""
    sights = access.list_sights(person, now=now)
    turns.fetch([sight.case for sight in sights])
    rows = [Row(sight, turns.turn_of(sight, now=now)) for sight in sights]
    return sorted(rows, key=lambda row: not row.turn.yours)


def page_of(sight: access.Sight, *, now: datetime) -> Page:
    """The page of a case for the reader whose sight this is; a cover has nothing of it."""
    if sight.cover_only:
        raise ValueError("Before a declaration there is a cover and no page.")
    case = sight.case
    bundle = editions.bundle_of(case.edition)
    turns.fetch([case])
    prefetch_related_objects([case], "determinations__conditions")
    ended = case.stage in {stage.value for stage in words.ENDS}
    stopped = happened.stopped_at([case]).get(case.pk) if ended else None
    parts, confirmed = _parts(case)
    asked = sight.sees_questions
    return Page(
        sight,
        turns.turn_of(sight, now=now),
        strip.steps_of(bundle, case, stopped=stopped),
        tuple(happened.list_events(sight)),
        tuple(questions.list_questions(sight)),
        tuple(case.points.filter(resolved_at__isnull=True).order_by("pk")) if asked else (),
        _conditions(case),
        _decision(case) if sight.is_party or sight.is_office else None,
        tuple(case.team.filter(**_ON_TEAM).order_by("pk").values_list("name", flat=True)),
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


_ON_TEAM = {"accepted_at__isnull": False, "ended_at__isnull": True}


def _decision(case: models.Case) -> Decision | None:
    """The newest determination that nothing has superseded."""
    standing = [each for each in case.determinations.all() if each.superseded_at is None]
    if not standing:
        return None
    newest = max(standing, key=lambda each: each.pk)
    calendar = clocks.calendar_of(editions.bundle_of(case.edition))
    return Decision(newest.outcome, calendar.local_day(newest.made_at), newest.letter)


def _conditions(case: models.Case) -> tuple[models.Condition, ...]:
    """What the standing decision asks for."""
    return tuple(
        condition
        for determination in case.determinations.all()
        if determination.superseded_at is None
        for condition in determination.conditions.all()
    )


def _parts(case: models.Case) -> tuple[tuple[AskedPart, ...], bool]:
    """The newest specification, and whether the applicant confirmed it."""
    row = case.specifications.order_by("-version").first()
    if row is None:
        return (), False
    asked = specification.parse(row.document)
    known = {part.part_id: part for part in case.parts.select_related("dataset_edition__dataset")}
    return tuple(_part(part, known.get(part.id)) for part in asked.parts), bool(row.confirmed_at)


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
    today = schedule.today(case, now)
    items = case.agenda.filter(meeting__held_on__gte=today, meeting__circulation=False)
    return items.values_list("meeting__held_on", flat=True).order_by("meeting__held_on").first()
