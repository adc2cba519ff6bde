"""What one look at the queue asks of the database: which requests, how many, in whose hands."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Value

from muniment import models
from muniment.queries import access, prepared
from muniment.rulebook.words import Stage

from . import owed, rare, waiting
from .wanted import AT_WORK, ENDED, OFFICES, Order, Tab, Wanted

OF_WORK = (Tab.OPEN, Tab.MINE, Tab.LATE)
"""The tabs on which a request may stand for what is owed beside its stage."""


@dataclass(frozen=True, slots=True)
class Place:
    """On what the conditions depend: the offices of who asks, and who signs where."""

    held: access.Held
    contracts: waiting.Contracts

    def tab(self, name: Tab, given: Mapping[str, Any]) -> Q:
        """What stands on a tab; once it has ended a request is work only if something is owed."""
        here = Q(stage__in=AT_WORK)
        if name is Tab.MINE:
            mine = waiting.on(self.held, self.contracts, hands=given["hands"])
            return at_work(given) & mine
        if name is Tab.LATE:
            today = given["today"]
            owed_late = owed.known_to(self.held, before=today)
            return at_work(given) & (here & Q(due_on__lt=today) | owed_late)
        if name is Tab.OPEN:
            return at_work(given)
        return {
            Tab.APPLICANT: here & waiting.WITH_APPLICANT,
            Tab.IN_USE: Q(stage=Stage.ACTIVE),
            Tab.CLOSED: Q(stage__in=ENDED),
            Tab.EVERY: Q(),
        }[name]

    @property
    def reading(self) -> list[int]:
        """The programmes in which answers may be read."""
        return [at for at, roles in self.held if roles & access.FROM_SUBMISSION]


def at_work(given: Mapping[str, Any]) -> Q:
    """The requests whose stage waits for something, and those on which an office owes something."""
    return Q(stage__in=AT_WORK) | Q(pk__in=given["apart"])


@dataclass(frozen=True, slots=True)
class Asked:
    """One look: where from, what is wanted, and the values that the conditions compare with."""

    place: Place
    wanted: Wanted
    person: int
    hands: tuple[int, ...]
    today: date
    among: tuple[int, ...] | None
    """The requests that hold a rare word of those that are looked for; None without one."""
    apart: tuple[int, ...]
    """Those in use or ended on which an office owes something."""
    sooner: tuple[owed.Due, ...]
    """What an office owes before the day of the stage."""

    @classmethod
    def by(cls, door: access.Door, wanted: Wanted, *, today: date) -> Self:
        """The look of who stands at this door."""
        place = Place(door.held, waiting.contracts_of(door))
        hands = waiting.hands_of(door.person, today=today)
        words = [each for name, each in wanted.values.items() if name.startswith("word_")]
        among = rare.find_by_beginning(words)
        owing = (owed.list_apart(door), owed.list_sooner(door))
        return cls(place, wanted, door.person.pk, hands, today, among, *owing)

    def list_counts(self) -> list[tuple[str, bool, int, int, int]]:
        """By stage and by whether it is with the applicant: all, the reader's, the late ones.

        One query that reads each request at work once.
        """
        return _counts(
            self.place,
            person=self.person,
            hands=self.hands,
            today=self.today,
            apart=self.apart,
        )

    def count(self) -> int:
        """How many requests are wanted."""
        found = _number.first(self.place, self.wanted.shape, **self._given(self.wanted))
        return int(found[0]) if found else 0  # no row where nothing can be wanted

    def list_page(self, page: int, *, rows: int) -> list[models.Case]:
        """One page of them in the order that is wanted, with their programmes and editions."""
        return self._list(self.wanted, (page - 1) * rows, page * rows)

    def find_urgent(self) -> str:
        """The reference of the most urgent of those that wait for the reader; empty for none."""
        found = self._list(Wanted(Tab.MINE), 0, 1)
        return found[0].reference if found else ""

    def list_assignees(self) -> tuple[tuple[str, str], ...]:
        """Who has a request in hand that is at work."""
        return tuple(sorted(_assignees(self.place, person=self.person), key=lambda each: each[1]))

    def _list(self, wanted: Wanted, first: int, last: int) -> list[models.Case]:
        """From the first to before the last; what is owed sooner stands by the day it is owed."""
        days, given = self._days(wanted), self._given(wanted)
        if not days:
            return _listed(self.place, wanted.shape, first, last, **given)
        keys = tuple(sorted(days))
        moved = _listed(self.place, wanted.shape, 0, 2 * owed.MOST, only=keys, **given)
        start = max(0, first - (1 << len(moved).bit_length()))  # few numbers: few texts are kept
        others = _listed(self.place, wanted.shape, start, last, without=keys, **given)

        def urgency(case: models.Case) -> tuple[date, date, int]:
            return days.get(case.pk) or case.due_on or date.max, case.stage_since, case.pk

        both = list(heapq.merge(sorted(moved, key=urgency), others, key=urgency))
        return both[first - start : last - start]

    def _days(self, wanted: Wanted) -> dict[int, date]:
        """Case to the day that counts instead of its stage's, where urgency is the order."""
        if wanted.order is not Order.URGENT or wanted.tab not in OF_WORK:
            return {}
        return owed.days_of(self.sooner, self.place.held if wanted.tab is Tab.MINE else None)

    def _given(self, wanted: Wanted) -> dict[str, Any]:
        """The values that this tab and these filters compare with."""
        given: dict[str, Any] = {"person": self.person, **wanted.values}
        if wanted.tab in OF_WORK:
            given["apart"] = self.apart
        if wanted.tab is Tab.MINE:
            given["hands"] = self.hands
        if wanted.tab is Tab.LATE:
            given["today"] = self.today
        if wanted.words and self.among is not None:
            given["among"] = self.among
        return given


def _wanted(place: Place, shape: Wanted, given: Mapping[str, Any]) -> QuerySet[models.Case]:
    cases = access.cases_of(place.held, given["person"]).filter(place.tab(shape.tab, given))
    if "among" in given:
        cases = cases.filter(pk__in=given["among"])
    if "only" in given:
        cases = cases.filter(pk__in=given["only"])
    if "without" in given:
        cases = cases.exclude(pk__in=given["without"])
    return shape.of(cases, reading=place.reading, values=given)


@prepared.query
def _listed(
    place: Place, shape: Wanted, first: int, last: int, **given: Any
) -> QuerySet[models.Case]:
    found = shape.sorted(_wanted(place, shape, given))
    return found.select_related("programme__calendar_edition", "edition")[first:last]


@prepared.query
def _number(place: Place, shape: Wanted, **given: Any) -> QuerySet[models.Case, Any]:
    found = _wanted(place, shape, given).order_by()
    return found.values(every=Value(1)).annotate(number=Count("pk")).values_list("number")


@prepared.query
def _counts(
    place: Place,
    *,
    person: int,
    hands: tuple[int, ...],
    today: date,
    apart: tuple[int, ...],
) -> QuerySet[models.Case, Any]:
    here = Q(stage__in=AT_WORK)
    asked = ExpressionWrapper(here & waiting.WITH_APPLICANT, BooleanField())
    given = {"hands": hands, "today": today, "apart": apart}
    cases = access.cases_of(place.held, person).filter(at_work(given)).order_by()
    return (
        cases.annotate(asked=asked)
        .values_list("stage", "asked")
        .annotate(
            open=Count("pk"),
            mine=Count("pk", filter=place.tab(Tab.MINE, given)),
            late=Count("pk", filter=place.tab(Tab.LATE, given)),
        )
    )


@prepared.query
def _assignees(place: Place, *, person: int) -> QuerySet[models.Assignment, Any]:
    cases = access.cases_of(place.held, person).filter(stage__in=AT_WORK).order_by()
    given = models.Assignment.objects.filter(
        ended_at__isnull=True, case__in=cases.values("pk"), role__in=OFFICES
    )
    return given.values_list("person__public_id", "person__name").distinct()
