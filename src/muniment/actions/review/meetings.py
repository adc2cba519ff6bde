"""Meetings of the committee: the calendar, the agenda, who is present."""

from datetime import date, datetime

from muniment import models
from muniment.actions import step
from muniment.queries.facts import committee
from muniment.rulebook import words

from . import seats

ORGANIZERS = {words.Role.COORDINATOR, words.Role.CHAIR, words.Role.ACTING_CHAIR}


def plan_meeting(
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    held_on: date,
    chair: models.Person,
    place: str = "",
) -> models.Meeting:
    """Put a meeting of the committee in the calendar; `place` is a room, or a link."""
    with step.taking("plan_meeting", programme, actor=actor, now=now) as taken:
        seats.unless_seated(programme, [chair], today=held_on)
        taken.records(held_on=held_on.isoformat(), chair=chair.public_id)
        return models.Meeting.objects.create(
            programme=programme,
            held_on=held_on,
            chair=chair,
            place=place.strip(),
            made_at=now,
            made_by=actor,
        )


def publish_agenda(
    meeting: models.Meeting, *, actor: models.Actor, now: datetime
) -> models.Meeting:
    """Show the agenda and its papers to the committee; an edit, and what is added later shows too.

    Whoever may plan a meeting may publish its agenda.
    """
    step.only_for(ORGANIZERS, meeting.programme, actor=actor, now=now)
    if not meeting.items.filter(left_at__isnull=True).exists():
        message = "Put a request on the agenda first."
        raise step.Refused([words.Refusal("agenda-empty", message)])
    if meeting.published_at is None:
        meeting.published_at, meeting.published_by = now, actor
        meeting.save(update_fields=["published_at", "published_by"])
    return meeting


def put_on_agenda(
    case: models.Case, *, actor: models.Actor, now: datetime, meeting: models.Meeting
) -> models.AgendaItem:
    """Put a request on a meeting's agenda."""
    with step.taking("put_on_agenda", case, actor=actor, now=now) as taken:
        return put(taken, case, meeting)


def put(taken: step.Taken, case: models.Case, meeting: models.Meeting) -> models.AgendaItem:
    """The next item of a meeting of the same committee; a circulation takes no more items."""
    other = meeting.programme_id != case.programme_id
    if other or meeting.closed_at is not None or meeting.circulation:
        message = "Choose a meeting that is still to be held."
        raise step.Refused([words.Refusal("meeting-over", message)])
    if meeting.items.filter(case=case).exists():
        message = "The request is on the agenda of this meeting already."
        raise step.Refused([words.Refusal("on-agenda", message)])
    taken.records(held_on=meeting.held_on.isoformat())
    return models.AgendaItem.objects.create(
        meeting=meeting,
        case=case,
        order=meeting.items.count() + 1,
        made_at=taken.now,
        made_by=taken.actor,
    )


def defer_to_next_meeting(
    case: models.Case, *, actor: models.Actor, now: datetime, meeting: models.Meeting, reason: str
) -> models.AgendaItem:
    """Take the request off today's agenda, without an outcome, and onto that of a later meeting.

    What was voted stays with the meeting at which it was cast, and counts there only.
    """
    about = {"reason": reason}
    with step.taking("defer_to_next_meeting", case, actor=actor, now=now, about=about) as taken:
        item = committee.find_item(case)
        assert item is not None  # the rulebook asks that it is on an agenda
        if meeting.held_on <= item.meeting.held_on or meeting.closed_at is not None:
            message = "Choose a meeting that is held after the present one."
            raise step.Refused([words.Refusal("not-a-later-meeting", message)])
        if item.ballot_opened_at is not None:
            item.ballot_closed_at, item.ballot_closed_by = now, actor
        item.left_at, item.left_by = now, actor
        item.save()
        taken.records(left=item.meeting.held_on.isoformat(), reason=reason)
        return put(taken, case, meeting)


def open_meeting(meeting: models.Meeting, *, actor: models.Actor, now: datetime) -> models.Meeting:
    """Open a meeting; attendance and ballots follow."""
    about = {"meeting": meeting}
    with step.taking("open_meeting", meeting.programme, actor=actor, now=now, about=about) as taken:
        meeting.opened_at, meeting.opened_by = now, actor
        meeting.save(update_fields=["opened_at", "opened_by"])
        taken.records(held_on=meeting.held_on.isoformat())
    return meeting


def record_attendance(
    meeting: models.Meeting,
    *,
    actor: models.Actor,
    now: datetime,
    present: list[models.Person],
) -> list[models.Attendance]:
    """Record who is in the room now; who was there before and is not named has left.

    A person recused on a case still does not count there.
    """
    about = {"meeting": meeting}
    subject = meeting.programme
    with step.taking("record_attendance", subject, actor=actor, now=now, about=about) as taken:
        seats.unless_seated(subject, present, today=meeting.held_on)
        taken.records(present=sorted(person.public_id for person in present))
        gone = meeting.attendances.exclude(member__in=present).filter(left_at__isnull=True)
        gone.update(left_at=now, left_by=actor)
        meeting.attendances.filter(member__in=present).update(left_at=None, left_by=None)
        return [
            models.Attendance.objects.get_or_create(
                meeting=meeting, member=person, defaults={"made_at": now, "made_by": actor}
            )[0]
            for person in present
        ]
