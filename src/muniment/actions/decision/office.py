"""On the tracks that need no committee the office decides, and tells the committee."""

from collections.abc import Sequence
from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import asked, roster, schedule
from muniment.rulebook import words

from .outcome import Asked, Outcome, Words, decide


def approve_by_office(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Approve a request whose track needs no committee."""
    said = Words(Outcome.APPROVED, reason, notice)
    return decide(
        "approve_by_office", case, said, actor=actor, now=now, second_person=second_person
    )


def approve_by_office_with_conditions(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    conditions: Sequence[Asked],
    second_person: models.Person | None = None,
) -> models.Determination:
    """The same with conditions, each due before the agreement, before release, or later."""
    said = Words(Outcome.CONDITIONS, reason, notice, conditions)
    return decide(
        "approve_by_office_with_conditions",
        case,
        said,
        actor=actor,
        now=now,
        second_person=second_person,
    )


def ask_to_revise_by_office(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Ask for a revision of a request that needs no committee; the office reads it again."""
    said = Words(Outcome.REVISE, reason, notice)
    return decide("ask_to_revise_by_office", case, said, actor=actor, now=now)


def deny_by_office(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Deny a request whose track needs no committee, with the reason."""
    said = Words(Outcome.DENIED, reason, notice)
    return decide("deny_by_office", case, said, actor=actor, now=now, second_person=second_person)


def refer_to_committee(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Give the request to the committee: from now on it is on the full track, all of it."""
    about = {"reason": reason}
    with step.taking("refer_to_committee", case, actor=actor, now=now, about=about) as taken:
        taken.records(track_before=case.track, reason=reason)
        case.track = words.Track.FULL.value
        models.Case.objects.filter(pk=case.pk).update(track=case.track)
        asked.live_parts(case).update(track=case.track)
    return case


def inform_committee(case: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """Tell every member without a conflict that the office decided on its own."""
    with step.taking("inform_committee", case, actor=actor, now=now) as taken:
        members = roster.members(case.programme, today=schedule.today(case, now))
        barred = roster.conflicted(case, members)
        for person in members:
            if person.public_id not in barred:
                taken.tells(person, "committee-informed")
