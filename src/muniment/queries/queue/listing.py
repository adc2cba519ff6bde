"""One page of the queue, with what stands above it: counts by tab, bars by stage, the choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from muniment import models
from muniment.queries import access, editions, prepared, timeline
from muniment.rulebook import words
from muniment.rulebook.words import Role, Stage

from . import asking
from .wanted import OFFICES, Tab, Wanted

ROWS = 25
BARS: dict[str, tuple[Stage, ...]] = {
    "screening": (Stage.SUBMITTED, Stage.AVAILABILITY, Stage.POLICY),
    "applicant": (Stage.RETURNED, Stage.REVISING),
    "committee": (Stage.IN_REVIEW, Stage.DETERMINATION),
    "agreement": (Stage.AGREEMENT,),
    "release": (Stage.BUILDING, Stage.CHECKING),
    "afterwards": (Stage.ACTIVE, Stage.CLOSE_OUT, *sorted(words.ENDS)),
}
"""Where open requests are; those that wait for an answer are with the applicant at any stage.

In use or ended are only those that wait for an office: for an answer, for a word on a condition or
on the end of a use.
"""
_BAR_OF = {stage: name for name, stages in BARS.items() for stage in stages}


@dataclass(frozen=True, slots=True)
class Hand:
    """Who has a request in hand, in which office; away until a day, where somebody stands in."""

    person: models.Person
    role: Role
    away_until: date | None = None
    substitute: models.Person | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One request in the queue. `yours`: it waits for the reader, and for no colleague."""

    sight: access.Sight
    turn: timeline.Turn
    datasets: tuple[str, ...]
    hands: tuple[Hand, ...]
    today: date
    yours: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """What one person sees of the queue at one moment; `today` as the programme counts days."""

    wanted: Wanted
    today: date
    rows: tuple[Row, ...]
    found: int
    """How many requests there are in all on the pages of this list."""
    page: int
    pages: int
    counts: Mapping[Tab, int]
    bars: Mapping[str, int]
    urgent: str
    """The reference of the most urgent of those that wait for the reader; empty where none does."""
    datasets: tuple[tuple[str, str], ...]
    assignees: tuple[tuple[str, str], ...]


def open_queue(person: models.Person, wanted: Wanted, *, page: int, now: datetime) -> Queue | None:
    """The queue of who holds an office; None for everybody else. A fixed number of queries."""
    door = access.office_door(person, now=now)
    if not any(held & (access.FROM_SUBMISSION | access.FROM_AGREEMENT)
               for held in door.offices.values()):  # fmt: skip
        return None
    today = _today(door, now)
    asked = asking.Asked.by(door, wanted, today=today)
    counts, bars = _counted(asked)
    plain = not wanted.narrowed and wanted.tab in counts
    found = counts[wanted.tab] if plain else asked.count()
    pages = max(1, -(-found // ROWS))
    page = min(max(page, 1), pages)
    return Queue(
        wanted,
        today,
        tuple(_rows(door, asked.list_page(page, rows=ROWS), today=today, now=now)),
        found,
        page,
        pages,
        counts,
        bars,
        asked.find_urgent() if counts[Tab.MINE] else "",
        _datasets(door),
        asked.list_assignees(),
    )


def hands_of(cases: Iterable[models.Case], *, today: date) -> dict[int, tuple[Hand, ...]]:
    """Case id to who has it in hand; two queries for any number."""
    live = _in_hand(cases=tuple(case.pk for case in cases))
    people = tuple(sorted({each.person_id for each in live}))
    absent = {each.person_id: each for each in _away(people=people, today=today)}
    held: dict[int, tuple[Hand, ...]] = {}
    for each in live:
        out = absent.get(each.person_id)
        hand = Hand(
            each.person,
            Role(each.role),
            out.until_on if out else None,
            out.substitute if out else None,
        )
        held[each.case_id] = (*held.get(each.case_id, ()), hand)
    return held


@prepared.query
def _in_hand(*, cases: tuple[int, ...]) -> QuerySet[models.Assignment]:
    given = models.Assignment.objects.filter(
        case__in=cases, ended_at__isnull=True, role__in=OFFICES
    )
    return given.select_related("person").order_by("pk")


@prepared.query
def _away(*, people: tuple[int, ...], today: date) -> QuerySet[models.Absence]:
    away = models.Absence.objects.filter(person__in=people, from_on__lte=today, until_on__gte=today)
    return away.select_related("substitute").order_by("pk")


def _today(door: access.Door, now: datetime) -> date:
    """The day in the zone of the first programme in which the reader works."""
    return editions.today(door.first_programme, now)


def _counted(asked: asking.Asked) -> tuple[dict[Tab, int], dict[str, int]]:
    """How many are at work, by tab and by bar.

    What has ended is not counted, because it only grows, unless an office owes something there.
    """
    counts = dict.fromkeys((Tab.OPEN, Tab.MINE, Tab.LATE, Tab.APPLICANT), 0)
    bars = dict.fromkeys(BARS, 0)
    for stage, with_applicant, all_open, mine, late in asked.list_counts():
        counts[Tab.OPEN] += all_open
        counts[Tab.MINE] += mine
        counts[Tab.LATE] += late
        counts[Tab.APPLICANT] += all_open if with_applicant else 0
        bars["applicant" if with_applicant else _BAR_OF[Stage(stage)]] += all_open
    return counts, bars


def _rows(
    door: access.Door, cases: list[models.Case], *, today: date, now: datetime
) -> Iterable[Row]:
    """The requests of one page with everything a row shows."""
    marks, held = timeline.marks_of(cases), hands_of(cases, today=today)
    titles: dict[int, dict[str, None]] = {case.pk: {} for case in cases}
    for case_id, title in _titles(cases=tuple(titles)):
        titles[case_id][title] = None
    for case in cases:
        sight = door.sight(case)
        turn, hands = timeline.turn_of(sight, now=now, marks=marks[case.pk]), held.get(case.pk, ())
        yours = turn.yours and _free(door.person, turn, hands)
        yield Row(sight, turn, tuple(titles[case.pk]), hands, today, yours)


@prepared.query
def _titles(*, cases: tuple[int, ...]) -> QuerySet[models.Part, Any]:
    parts = models.Part.objects.filter(case__in=cases).order_by("pk")
    return parts.values_list("case", "dataset_edition__dataset__title")


def _free(person: models.Person, turn: timeline.Turn, hands: tuple[Hand, ...]) -> bool:
    """Nobody else has the turn in hand, or who has it is away and the reader stands in."""
    others = [each for each in hands if each.role is turn.role and each.person != person]
    return all(each.substitute == person for each in others)


def _datasets(door: access.Door) -> tuple[tuple[str, str], ...]:
    """The datasets of the programmes in which the reader works."""
    return tuple(_named(programmes=tuple(sorted(door.offices))))


@prepared.query
def _named(*, programmes: tuple[int, ...]) -> QuerySet[models.Dataset, Any]:
    named = models.Dataset.objects.filter(programme__in=programmes).order_by("title")
    return named.values_list("slug", "title")
