"""One page of the queue, with what stands above it: counts by tab, bars by stage, the choices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case as Choose
from django.db.models import Count, Q, Value, When, prefetch_related_objects

from muniment import models
from muniment.queries import access, editions, timeline
from muniment.queries.timeline import turns
from muniment.rulebook.words import Role, Stage

from . import waiting
from .wanted import AT_WORK, ENDED, OFFICES, Tab, Wanted

ROWS = 25
BARS: dict[str, tuple[Stage, ...]] = {
    "screening": (Stage.SUBMITTED, Stage.AVAILABILITY, Stage.POLICY),
    "applicant": (Stage.RETURNED, Stage.REVISING, Stage.CLOSE_OUT),
    "committee": (Stage.IN_REVIEW, Stage.DETERMINATION),
    "agreement": (Stage.AGREEMENT,),
    "release": (Stage.BUILDING, Stage.CHECKING),
}
"""Where open requests are; those that wait for an answer are with the applicant at any stage."""
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
    """What one person sees of the queue at one moment."""

    wanted: Wanted
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
    tabs = _tabs(door, today)
    reading = [at for at, held in door.offices.items() if held & access.FROM_SUBMISSION]
    listed = wanted.of(door.cases.filter(tabs[wanted.tab]), reading=reading)
    counts, bars = _counted(door, tabs)
    plain = not wanted.narrowed and wanted.tab in counts
    found = counts[wanted.tab] if plain else listed.order_by().count()
    pages = max(1, -(-found // ROWS))
    page = min(max(page, 1), pages)
    chosen = wanted.sorted(listed)[(page - 1) * ROWS : page * ROWS]
    mine = Wanted(Tab.MINE).sorted(door.cases.filter(tabs[Tab.MINE]))
    urgent = mine.values_list("reference", flat=True).first() if counts[Tab.MINE] else None
    return Queue(
        wanted,
        tuple(_rows(door, list(chosen), today=today, now=now)),
        found,
        page,
        pages,
        counts,
        bars,
        urgent or "",
        _datasets(door),
        _assignees(door),
    )


def hands_of(cases: Iterable[models.Case], *, today: date) -> dict[int, tuple[Hand, ...]]:
    """Case id to who has it in hand; two queries for any number."""
    given = models.Assignment.objects.filter(
        case__in=[case.pk for case in cases], ended_at__isnull=True, role__in=OFFICES
    )
    live = list(given.select_related("person").order_by("pk"))
    away = models.Absence.objects.filter(
        person__in={each.person_id for each in live}, from_on__lte=today, until_on__gte=today
    )
    absent = {each.person_id: each for each in away.select_related("substitute").order_by("pk")}
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


def _today(door: access.Door, now: datetime) -> date:
    """The day in the zone of the first programme in which the reader works."""
    first = models.Programme.objects.select_related("active_edition__bundle")
    return editions.today(first.get(pk=min(door.offices)), now)


def _tabs(door: access.Door, today: date) -> dict[Tab, Q]:
    """What stands on each tab; no request is on a tab of work once it has ended."""
    at_work = Q(stage__in=AT_WORK)
    return {
        Tab.OPEN: at_work,
        Tab.MINE: at_work & waiting.on(door, today=today),
        Tab.LATE: at_work & Q(due_on__lt=today),
        Tab.APPLICANT: at_work & waiting.WITH_APPLICANT,
        Tab.IN_USE: Q(stage=Stage.ACTIVE),
        Tab.CLOSED: Q(stage__in=ENDED),
        Tab.EVERY: Q(),
    }


def _counted(door: access.Door, tabs: Mapping[Tab, Q]) -> tuple[dict[Tab, int], dict[str, int]]:
    """How many are at work, by tab and by bar, in one query that reads each of them once.

    What has ended is not counted, because it only grows.
    """
    asked = Choose(When(waiting.WITH_APPLICANT, then=Value(True)), default=Value(False))
    at_work = door.cases.filter(stage__in=AT_WORK).annotate(asked=asked).order_by()
    numbers = at_work.values_list("stage", "asked").annotate(
        open=Count("pk"),
        mine=Count("pk", filter=tabs[Tab.MINE]),
        late=Count("pk", filter=tabs[Tab.LATE]),
    )
    counts = dict.fromkeys((Tab.OPEN, Tab.MINE, Tab.LATE, Tab.APPLICANT), 0)
    bars = dict.fromkeys(BARS, 0)
    for stage, with_applicant, all_open, mine, late in numbers:
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
    turns.fetch(cases)
    prefetch_related_objects(cases, "parts__dataset_edition__dataset")
    held = hands_of(cases, today=today)
    for case in cases:
        sight = door.sight(case)
        turn, hands = timeline.turn_of(sight, now=now), held.get(case.pk, ())
        titles = [part.dataset_edition.dataset.title for part in case.parts.all()]
        yours = turn.yours and _free(door.person, turn, hands)
        yield Row(sight, turn, tuple(dict.fromkeys(titles)), hands, today, yours)


def _free(person: models.Person, turn: timeline.Turn, hands: tuple[Hand, ...]) -> bool:
    """Nobody else has the turn in hand, or who has it is away and the reader stands in."""
    others = [each for each in hands if each.role is turn.role and each.person != person]
    return all(each.substitute == person for each in others)


def _datasets(door: access.Door) -> tuple[tuple[str, str], ...]:
    """The datasets of the programmes in which the reader works."""
    named = models.Dataset.objects.filter(programme__in=door.offices).order_by("title")
    return tuple(named.values_list("slug", "title"))


def _assignees(door: access.Door) -> tuple[tuple[str, str], ...]:
    """Who has a request in hand that is at work."""
    at_work = door.cases.filter(stage__in=AT_WORK).order_by().values("pk")
    given = models.Assignment.objects.filter(
        ended_at__isnull=True, case__in=at_work, role__in=OFFICES
    )
    named = given.values_list("person__public_id", "person__name").distinct()
    return tuple(sorted(named, key=lambda each: each[1]))
