"""One meeting: its agenda as far as the reader sees it, who came, its minutes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from muniment import models
from muniment.queries import access, editions, roster
from muniment.rulebook.words import Role

from . import calendar


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda with what its reader may know.

    `recused` are the names of who takes no part; `said` is the committee's outcome once recorded.
    Whoever has not declared yet gets neither.
    """

    row: models.AgendaItem
    sight: access.Sight
    recused: tuple[str, ...]
    said: models.Recommendation | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting in the hands of one reader."""

    meeting: models.Meeting
    roles: frozenset[Role]
    items: tuple[Item, ...]
    seated: tuple[models.Person, ...]
    """Who may be recorded as present, alternates included."""
    present: tuple[models.Person, ...]
    left: tuple[models.Person, ...]
    minutes: models.Minutes | None

    @property
    def organizes(self) -> bool:
        """Whether the reader plans and runs it."""
        return bool(self.roles & calendar.ORGANIZERS)


def find_meeting(person: models.Person, pk: int, *, now: datetime) -> Sitting | None:
    """A meeting as this person may see it; a fixed number of queries."""
    meeting = calendar.open_to(person, now=now).filter(pk=pk).first()
    if meeting is None:
        return None
    today = editions.today(meeting.programme, now)
    seats = (
        roster.members(meeting.programme, today=today),
        roster.alternates(meeting.programme, today=today),
    )
    came = list(meeting.attendances.select_related("member").order_by("pk"))
    return Sitting(
        meeting,
        roles_at(meeting, person, now=now),
        tuple(_items(meeting, person, now=now)),
        tuple(each for listed in seats for each in listed),
        tuple(each.member for each in came if each.left_at is None),
        tuple(each.member for each in came if each.left_at is not None),
        models.Minutes.objects.filter(meeting=meeting)
        .select_related("approved_by__person")
        .first(),
    )


def roles_at(meeting: models.Meeting, person: models.Person, *, now: datetime) -> frozenset[Role]:
    """The reader's offices there; a member named to chair it acts as its chair."""
    roles = calendar.seats_of(person, now=now).get(meeting.programme_id, frozenset())
    if meeting.chair_id == person.pk and roles & access.COMMITTEE:
        roles |= {Role.ACTING_CHAIR} if Role.CHAIR not in roles else set()
    return roles


def _items(meeting: models.Meeting, person: models.Person, *, now: datetime) -> list[Item]:
    barred = models.Declaration.objects.filter(conflicted=True, superseded_at__isnull=True)
    rows = list(
        meeting.items.order_by("order").prefetch_related(
            Prefetch("case__declarations", barred.select_related("member"), to_attr="barred"),
            Prefetch(
                "case__recommendations",
                models.Recommendation.objects.filter(meeting=meeting).order_by("pk"),
                to_attr="said_here",
            ),
        )
    )
    sights = access.sights_of(person, {row.case_id for row in rows}, now=now)
    read: list[Any] = [row for row in rows if row.case_id in sights]
    return [
        Item(
            row,
            sight,
            () if sight.cover_only else tuple(each.member.name for each in row.case.barred),
            None if sight.cover_only else next(reversed(row.case.said_here), None),
        )
        for row in read
        if not (sight := sights[row.case_id]).is_party
    ]
