"""Between meetings a request may circulate: who may vote does so by a day, or it goes to a meeting.

A circulation is a meeting without a room: its day is the last on which votes count, and its ballot
is open from the beginning.
"""

from datetime import date, datetime

from muniment import models
from muniment.actions import step
from muniment.queries import editions, roster, schedule
from muniment.queries.facts import committee
from muniment.rulebook import words

from . import meetings


def circulate(
    case: models.Case, *, actor: models.Actor, now: datetime, vote_by: date
) -> models.AgendaItem:
    """Ask everyone who may vote on the request to do so by a day; the programme may forbid it."""
    with step.taking("circulate", case, actor=actor, now=now) as taken:
        today = schedule.today(case, now)
        _check(case, today=today, vote_by=vote_by)
        chair = roster.find_acting_chair(case) or roster.find_chair(case.programme, today=today)
        if chair is None:
            raise step.Refused([words.Refusal("no-chair", "Appoint an acting chair first.")])
        made = {"made_at": now, "made_by": actor}
        round_ = models.Meeting.objects.create(
            programme=case.programme,
            held_on=vote_by,
            circulation=True,
            chair=chair,
            opened_at=now,
            opened_by=actor,
            **made,
        )
        item = models.AgendaItem.objects.create(
            meeting=round_, case=case, order=1, ballot_opened_at=now, ballot_opened_by=actor, **made
        )
        taken.records(vote_by=vote_by.isoformat())
        panel = roster.panel(case, today=today)
        barred = roster.conflicted(case, panel)
        for person in panel:
            if person.public_id not in barred:
                taken.tells(person, "vote-asked", due_on=vote_by.isoformat())
    return item


def _check(case: models.Case, *, today: date, vote_by: date) -> None:
    if not editions.bundle_of(case.edition)["committee"]["circulation"]["allowed"]:
        message = "This program decides at meetings only; put the request on an agenda."
        raise step.Refused([words.Refusal("no-circulation", message)])
    if vote_by <= today:
        message = "Give the committee at least until tomorrow to vote."
        raise step.Refused([words.Refusal("day-past", message)])
    if committee.find_item(case) is not None:
        message = "The request is on the agenda of a meeting; defer it or take its vote there."
        raise step.Refused([words.Refusal("on-agenda", message)])


def object_to_circulation(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.AgendaItem:
    """Object, as any member may: the ballot closes at once and a meeting has to take it up."""
    with step.taking("object_to_circulation", case, actor=actor, now=now) as taken:
        item = committee.find_circulation(case)
        assert item is not None  # the rulebook asks that it circulates
        if item.objected_at is not None:
            message = "Somebody objected already; the request goes to a meeting."
            raise step.Refused([words.Refusal("objected", message)])
        item.objected_at, item.objected_by, item.objection = now, actor, reason.strip()
        item.ballot_closed_at, item.ballot_closed_by = now, actor
        item.save()
        taken.records(reason=reason)
    return item


def move_to_meeting(
    case: models.Case, *, actor: models.Actor, now: datetime, meeting: models.Meeting | None
) -> models.AgendaItem | None:
    """End a circulation that failed and put the request on the agenda of a meeting.

    Without a meeting it waits for one to be planned. Whoever leads and whoever has it in hand are
    told, because they do not take the step where the calendar does.
    """
    with step.taking("move_to_meeting", case, actor=actor, now=now) as taken:
        item = committee.find_circulation(case)
        assert item is not None
        if item.ballot_closed_at is None:
            item.ballot_closed_at, item.ballot_closed_by = now, actor
        item.left_at, item.left_by = now, actor
        item.save()
        item.meeting.closed_at, item.meeting.closed_by = now, actor
        item.meeting.save(update_fields=["closed_at", "closed_by"])
        if actor.person is None:
            _tell_who_organizes(taken, case, item.meeting)
        return None if meeting is None else meetings.put(taken, case, meeting)


def _tell_who_organizes(taken: step.Taken, case: models.Case, circulated: models.Meeting) -> None:
    today = schedule.today(case, taken.now)
    lead = roster.lead_of(case, circulated)
    hands = roster.in_hand(case, words.Role.COORDINATOR, today=today)
    leads = [lead] if lead.public_id not in roster.conflicted(case, [lead]) else []
    for person in dict.fromkeys([*hands, *leads]):
        taken.tells(person, "to-a-meeting", link="/meetings/")
