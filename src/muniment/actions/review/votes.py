"""The ballot on a request, and what the votes say."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import editions, roster
from muniment.queries.facts import committee
from muniment.rulebook import words

Choice = models.Vote.Choice


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


def break_tie(
    case: models.Case, *, actor: models.Actor, now: datetime, choice: models.Vote.Choice
) -> models.AgendaItem:
    """Decide a tied vote for one of the choices that lead the count."""
    with step.taking("break_tie", case, actor=actor, now=now) as taken:
        ballot = committee.find_ballot(case)
        assert ballot is not None
        bundle = editions.bundle_of(case.edition)
        counted = roster.tally(case, ballot.meeting, bundle=bundle)
        most = max(counted.counts.values(), default=0)
        if counted.counts.get(choice, 0) < most:
            message = "Choose one of the outcomes that lead the count, or defer the request."
            raise step.Refused([words.Refusal("not-leading", message)])
        ballot.casting = str(choice)
        ballot.tie_broken_at, ballot.tie_broken_by = now, actor
        ballot.save(update_fields=["casting", "tie_broken_at", "tie_broken_by"])
        taken.records(choice=str(choice))
    return ballot


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
        if ballot.meeting.circulation:
            ballot.meeting.closed_at, ballot.meeting.closed_by = now, actor
            ballot.meeting.save(update_fields=["closed_at", "closed_by"])
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
