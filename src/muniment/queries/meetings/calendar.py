"""The calendar: which meetings there are, and which requests wait for one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from muniment import models
from muniment.programme import tracks
from muniment.queries import access, editions, roster
from muniment.rulebook.words import Role, Stage, Track

LEADERS = frozenset({Role.CHAIR, Role.ACTING_CHAIR})
ORGANIZERS = frozenset({Role.COORDINATOR, *LEADERS})
READERS = access.COMMITTEE | {
    Role.COORDINATOR,
    Role.DETERMINING_OFFICER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
}
"""Who has meetings; members see one once its agenda is published."""


@dataclass(frozen=True, slots=True)
class Row:
    """One meeting in the list, with how many of its requests this reader sees."""

    meeting: models.Meeting
    items: int


@dataclass(frozen=True, slots=True)
class Place:
    """A programme whose meetings the reader organizes, and who may chair one there."""

    programme: models.Programme
    roles: frozenset[Role]
    seated: tuple[models.Person, ...]


def organized_by(person: models.Person, *, now: datetime) -> list[Place]:
    """The programmes for whose committee this person plans meetings."""
    seats = seats_of(person, now=now)
    planning = {pk: roles for pk, roles in seats.items() if roles & ORGANIZERS}
    rows = models.Programme.objects.filter(pk__in=list(planning)).select_related("active_edition")
    return [
        Place(
            each,
            planning[each.pk],
            tuple(roster.members(each, today=editions.today(each, now))),
        )
        for each in rows.order_by("pk")
    ]


def seats_of(person: models.Person, *, now: datetime) -> dict[int, frozenset[Role]]:
    """Programme id to those of the person's offices that have meetings."""
    offices = access.offices_by_programme(person, now=now)
    return {pk: roles & READERS for pk, roles in offices.items() if roles & READERS}


def open_to(person: models.Person, *, now: datetime) -> QuerySet[models.Meeting]:
    """The meetings this person may open."""
    seats = seats_of(person, now=now)
    planning = [pk for pk, roles in seats.items() if roles - access.COMMITTEE or roles & LEADERS]
    rows = models.Meeting.objects.select_related("programme__active_edition", "chair")
    of_all = rows.filter(programme__in=planning)
    published = rows.filter(programme__in=list(seats)).exclude(
        published_at__isnull=True, opened_at__isnull=True
    )
    return (of_all | published).distinct()


def list_meetings(person: models.Person, *, now: datetime) -> list[Row] | None:
    """Meetings and circulations, the next first, then the past; None for who has none to see.

    A circulation of a request that the reader does not see is left out. A fixed number of queries.
    """
    if not seats_of(person, now=now):
        return None
    meetings = list(open_to(person, now=now).order_by("-held_on", "-pk")[:200])
    items = models.AgendaItem.objects.filter(meeting__in=meetings, left_at__isnull=True)
    pairs = list(items.values_list("meeting_id", "case_id"))
    seen = _read(access.sights_of(person, {case for _, case in pairs}, now=now))
    rows = [
        Row(each, sum(case in seen for meeting, case in pairs if meeting == each.pk))
        for each in meetings
    ]
    return [row for row in rows if row.items or not row.meeting.circulation]


def list_waiting(person: models.Person, *, now: datetime) -> list[models.Case]:
    """The requests before the committee that are on no agenda, as whoever organizes sees them."""
    on_agenda = models.AgendaItem.objects.filter(
        left_at__isnull=True, meeting__closed_at__isnull=True
    )
    seats = seats_of(person, now=now)
    planning = [pk for pk, roles in seats.items() if roles & ORGANIZERS]
    cases = models.Case.objects.filter(stage=Stage.IN_REVIEW.value, programme__in=planning)
    waiting = cases.exclude(pk__in=on_agenda.values("case")).order_by("stage_since", "pk")
    found = list(waiting.values_list("pk", flat=True))
    seen = _read(access.sights_of(person, found, now=now))
    return [seen[pk].case for pk in found if pk in seen]


def list_to_sign(person: models.Person, *, now: datetime) -> list[models.Case]:
    """The requests whose decision waits for this person, who leads the committee on them."""
    seats = seats_of(person, now=now)
    seated = [pk for pk, roles in seats.items() if roles & access.COMMITTEE]
    cases = models.Case.objects.filter(
        stage=Stage.DETERMINATION.value, track=Track.FULL.value, programme__in=seated
    )
    found = list(cases.order_by("stage_since", "pk").values_list("pk", flat=True))
    seen = _read(access.sights_of(person, found, now=now))
    leads = roster.acting_chair_of(found)
    return [
        sight.case
        for pk in found
        if (sight := seen.get(pk)) is not None
        and not sight.cover_only
        and (sight.roles & LEADERS or leads.get(pk) == person.pk)
        and tracks.determines(editions.bundle_of(sight.case.edition), Track.FULL) is Role.CHAIR
    ]


def list_to_hear(person: models.Person, *, now: datetime) -> list[models.Case]:
    """The appeals, and the renewals that the chair decides, which wait for this person's word.

    Before their word on conflicts they are named by their title and reference only.
    """
    seats = seats_of(person, now=now)
    leading = [pk for pk, roles in seats.items() if roles & LEADERS]
    cases = models.Case.objects.filter(
        stage=Stage.DETERMINATION.value, child_kind__in=access.HEARD, programme__in=leading
    )
    found = list(cases.order_by("stage_since", "pk").values_list("pk", flat=True))
    seen = _read(access.sights_of(person, found, now=now))
    return [seen[pk].case for pk in found if pk in seen and _heard_by_chair(seen[pk].case)]


def _heard_by_chair(case: models.Case) -> bool:
    if case.child_kind == models.Case.ChildKind.APPEAL:
        return True
    return tracks.determines(editions.bundle_of(case.edition), Track(case.track)) is Role.CHAIR


def _read(sights: dict[int, access.Sight]) -> dict[int, access.Sight]:
    """Without those where the reader stands on the applicant's side."""
    return {pk: sight for pk, sight in sights.items() if not sight.is_party}
