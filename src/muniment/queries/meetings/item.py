"""One request at one meeting: quorum, ballot, one's own vote, and who can help."""

from dataclasses import dataclass
from datetime import datetime

from muniment import models
from muniment.programme import Bundle, quorum
from muniment.queries import access, editions, roster, schedule
from muniment.rulebook.words import Role

from . import calendar, meeting


@dataclass(frozen=True, slots=True)
class Opened:
    """An item in the hands of one reader. `votes_in` is for whoever runs the ballot."""

    row: models.AgendaItem
    sight: access.Sight
    roles: frozenset[Role]
    standing: quorum.Standing
    lead: models.Person
    own_vote: models.Vote | None
    votes_in: int
    tied: tuple[str, ...]
    """The choices that lead a tied count that nobody has broken; empty where there is no tie."""
    said: models.Recommendation | None
    alternates: tuple[models.Person, ...]
    members: tuple[models.Person, ...]
    """Who may be appointed to lead: members without a conflict."""
    later: tuple[models.Meeting, ...]

    @property
    def organizes(self) -> bool:
        """Whether the reader runs the ballot."""
        return bool(self.roles & calendar.ORGANIZERS)


def find_item(person: models.Person, pk: int, order: int, *, now: datetime) -> Opened | None:
    """An item of a meeting; None for who does not see the request, or only its cover."""
    held = calendar.open_to(person, now=now).filter(pk=pk).first()
    row = held.items.select_related("case").filter(order=order).first() if held else None
    if held is None or row is None:
        return None
    sight = access.sights_of(person, {row.case_id}, now=now).get(row.case_id)
    if sight is None or sight.is_party or sight.cover_only:
        return None
    row.case, row.meeting = sight.case, held
    return _opened(row, sight, person, now=now)


def _opened(
    row: models.AgendaItem, sight: access.Sight, person: models.Person, *, now: datetime
) -> Opened:
    case, held = sight.case, row.meeting
    bundle, today = editions.bundle_of(case.edition), schedule.today(case, now)
    votes = case.votes.filter(meeting=held, round=case.round)
    roles = meeting.roles_at(held, person, now=now)
    if roster.find_acting_chair(case) == person:
        roles |= {Role.ACTING_CHAIR}
    panel = roster.panel(case, today=today)
    barred = roster.conflicted(case, panel)
    upcoming = held.programme.meetings.filter(circulation=False, closed_at__isnull=True)
    later = upcoming.exclude(pk=held.pk).order_by("held_on")
    if not held.circulation:
        later = later.filter(held_on__gt=held.held_on)
    return Opened(
        row,
        sight,
        roles,
        roster.standing(case, held, bundle=bundle, today=today),
        roster.lead_of(case, held),
        votes.filter(member=person).first(),
        votes.count(),
        _tied(row, bundle=bundle),
        case.recommendations.filter(meeting=held).order_by("-pk").first(),
        tuple(roster.free_alternates(case, today=today)),
        tuple(each for each in panel if each.public_id not in barred),
        tuple(later),
    )


def _tied(row: models.AgendaItem, *, bundle: Bundle) -> tuple[str, ...]:
    counted = roster.tally(row.case, row.meeting, bundle=bundle)
    if counted.outcome is not None or not counted.counts:
        return ()
    most = max(counted.counts.values())
    return tuple(choice for choice, count in counted.counts.items() if count == most)
