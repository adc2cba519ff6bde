"""The committee at work: declare, score, meet, vote, recommend."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from muniment import models
from muniment.queries import editions, roster, schedule
from muniment.queries.facts import committee
from muniment.rulebook import words

from . import input_refused, step


def declare_no_conflict(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Declaration:
    """Say, before any paper is shown, that one has no stake in the request."""
    with step.taking("declare_no_conflict", case, actor=actor, now=now) as taken:
        return _declare(taken, case, conflicted=False, reason="")


def declare_conflict(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Declaration:
    """Declare a conflict: from now on one is recused and counts towards no quorum.

    What one handed in before stays on record, withdrawn: it counts no more.
    """
    with step.taking("declare_conflict", case, actor=actor, now=now) as taken:
        given = case.reviews.filter(member=actor.person, withdrawn_at__isnull=True)
        given.update(withdrawn_at=now, withdrawn_by=actor)
        return _declare(taken, case, conflicted=True, reason=reason)


def _declare(
    taken: step.Taken, case: models.Case, *, conflicted: bool, reason: str
) -> models.Declaration:
    person = taken.actor.person
    assert person is not None  # the rulebook gives these steps to people only
    live = case.declarations.filter(member=person, superseded_at__isnull=True)
    live.update(superseded_at=taken.now, superseded_by=taken.actor)
    taken.records(conflicted=conflicted, reason=reason)
    return models.Declaration.objects.create(
        case=case,
        member=person,
        conflicted=conflicted,
        reason=reason,
        made_at=taken.now,
        made_by=taken.actor,
    )


def assign_reviewer(
    case: models.Case, *, actor: models.Actor, now: datetime, member: models.Person
) -> models.Assignment:
    """Ask a member for a review in this round."""
    about = {"member": member}
    with step.taking("assign_reviewer", case, actor=actor, now=now, about=about) as taken:
        _unless_seated(case.programme, [member], today=schedule.today(case, now))
        assignment, _ = models.Assignment.objects.get_or_create(
            case=case,
            person=member,
            role="reviewer",
            ended_at=None,
            defaults={"made_at": now, "made_by": actor},
        )
        taken.records(member=member.public_id)
        taken.tells(member, "review-asked")
    return assignment


def score(
    case: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    scores: Mapping[str, int],
    comment: str = "",
    comments: Mapping[str, str] | None = None,
) -> models.Review:
    """Hand in one's review of this round: a score for each criterion, 1 to 5.

    Others' scores are shown only afterwards. Handed in again, it replaces one's own.
    """
    with step.taking("score", case, actor=actor, now=now) as taken:
        _check_scores(case, scores)
        assert actor.person is not None
        review, _ = models.Review.objects.update_or_create(
            case=case,
            round=case.round,
            member=actor.person,
            defaults={"comment": comment, "made_at": now, "made_by": actor},
        )
        review.scores.all().delete()
        models.Score.objects.bulk_create(
            models.Score(
                review=review,
                criterion=criterion,
                value=value,
                comment=(comments or {}).get(criterion, ""),
            )
            for criterion, value in scores.items()
        )
        taken.records(scores=dict(scores), comment=comment)
    return review


def _check_scores(case: models.Case, scores: Mapping[str, int]) -> None:
    criteria = editions.bundle_of(case.edition)["criteria"]["criteria"]
    wanted = {entry["id"] for entry in criteria if entry.get("required", True)}
    unknown = set(scores) - {entry["id"] for entry in criteria}
    reasons = [
        words.Refusal("unknown-criterion", "There is no criterion called {name}.", {"name": name})
        for name in sorted(unknown)
    ]
    reasons += [
        words.Refusal("score-missing", "Give a score for {name}.", {"name": name})
        for name in sorted(wanted - set(scores))
    ]
    reasons += [
        words.Refusal("score-range", "Score {name} from 1 to 5.", {"name": name})
        for name, value in sorted(scores.items())
        if not 1 <= value <= 5
    ]
    input_refused.unless_empty(reasons)


def plan_meeting(
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    held_on: date,
    chair: models.Person,
) -> models.Meeting:
    """Put a meeting of the committee in the calendar."""
    with step.taking("plan_meeting", programme, actor=actor, now=now) as taken:
        _unless_seated(programme, [chair], today=held_on)
        taken.records(held_on=held_on.isoformat(), chair=chair.public_id)
        return models.Meeting.objects.create(
            programme=programme, held_on=held_on, chair=chair, made_at=now, made_by=actor
        )


def put_on_agenda(
    case: models.Case, *, actor: models.Actor, now: datetime, meeting: models.Meeting
) -> models.AgendaItem:
    """Put a request on a meeting's agenda."""
    with step.taking("put_on_agenda", case, actor=actor, now=now) as taken:
        return _put(taken, case, meeting)


def _put(taken: step.Taken, case: models.Case, meeting: models.Meeting) -> models.AgendaItem:
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
        return _put(taken, case, meeting)


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
    """Record who is present; a person recused on a case still does not count there."""
    about = {"meeting": meeting}
    subject = meeting.programme
    with step.taking("record_attendance", subject, actor=actor, now=now, about=about) as taken:
        _unless_seated(subject, present, today=meeting.held_on)
        taken.records(present=sorted(person.public_id for person in present))
        return [
            models.Attendance.objects.get_or_create(
                meeting=meeting, member=person, defaults={"made_at": now, "made_by": actor}
            )[0]
            for person in present
        ]


def _unless_seated(
    programme: models.Programme, people: Iterable[models.Person], *, today: date
) -> None:
    seated = {person.pk for person in roster.members(programme, today=today)}
    input_refused.unless_empty(
        [
            words.Refusal("no-seat", "{name} has no seat on the committee.", {"name": person.name})
            for person in people
            if person.pk not in seated
        ]
    )


def open_ballot(case: models.Case, *, actor: models.Actor, now: datetime) -> models.AgendaItem:
    """Open the ballot on a request at the meeting whose agenda it is on."""
    with step.taking("open_ballot", case, actor=actor, now=now) as taken:
        item = committee.find_item(case)
        assert item is not None  # the rulebook asks that it is on an agenda
        item.ballot_opened_at, item.ballot_opened_by = now, actor
        item.save(update_fields=["ballot_opened_at", "ballot_opened_by"])
        taken.records(held_on=item.meeting.held_on.isoformat())
    return item


def vote(
    case: models.Case, *, actor: models.Actor, now: datetime, choice: models.Vote.Choice
) -> models.Vote:
    """Cast one's vote; cast again before the ballot closes, it replaces one's own."""
    with step.taking("vote", case, actor=actor, now=now) as taken:
        ballot = committee.find_ballot(case)
        assert ballot is not None
        assert actor.person is not None
        taken.records(choice=str(choice))
        return models.Vote.objects.update_or_create(
            case=case,
            round=case.round,
            meeting=ballot.meeting,
            member=actor.person,
            defaults={"choice": choice, "made_at": now, "made_by": actor},
        )[0]


def record_recommendation(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Recommendation:
    """Close the ballot and record what the votes say; the request goes to its determination."""
    about = {"reason": reason}
    with step.taking("record_recommendation", case, actor=actor, now=now, about=about) as taken:
        ballot = committee.find_ballot(case)
        assert ballot is not None
        bundle = editions.bundle_of(case.edition)
        counted = roster.tally(case, ballot.meeting, bundle=bundle)
        assert counted.outcome is not None  # tied votes are refused by the rulebook
        ballot.ballot_closed_at, ballot.ballot_closed_by = now, actor
        ballot.save(update_fields=["ballot_closed_at", "ballot_closed_by"])
        taken.records(outcome=counted.outcome, tally=dict(counted.counts), reason=reason)
        return models.Recommendation.objects.create(
            case=case,
            round=case.round,
            meeting=ballot.meeting,
            outcome=counted.outcome,
            tally=dict(counted.counts),
            reason=reason,
            made_at=now,
            made_by=actor,
        )
