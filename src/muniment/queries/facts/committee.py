"""Facts of the committee: declarations, reviews, meetings, ballots, quorum."""

from muniment import models
from muniment.queries import conflicts, roster
from muniment.rulebook.words import Fact

from .situation import Situation, reads


@reads(Fact.HAS_DECLARED)
def has_declared(here: Situation) -> bool:
    return here.case.declarations.filter(member=here.person, superseded_at__isnull=True).exists()


@reads(Fact.ASSIGNEE_CONFLICTED)
def assignee_conflicted(here: Situation) -> bool:
    return conflicts.conflicted(here.case, here.about["member"])


@reads(Fact.CHAIR_UNAVAILABLE)
def chair_unavailable(here: Situation) -> bool:
    chair = roster.find_chair(here.programme, today=here.today)
    if chair is None or conflicts.conflicted(here.case, chair):
        return True
    return chair.absences.filter(from_on__lte=here.today, until_on__gte=here.today).exists()


@reads(Fact.ALTERNATE_AVAILABLE)
def alternate_available(here: Situation) -> bool:
    return bool(roster.free_alternates(here.case, today=here.today))


@reads(Fact.SCORING_ASKED)
def scoring_asked(here: Situation) -> bool:
    return bool(here.bundle["committee"]["scoring"] != "none")


@reads(Fact.HAS_SCORED)
def has_scored(here: Situation) -> bool:
    live = here.case.reviews.filter(round=here.case.round, withdrawn_at__isnull=True)
    given = live.filter(member=here.person).exists()
    return given or not scoring_asked(here)


@reads(Fact.REVIEWS_IN)
def reviews_in(here: Situation) -> bool:
    """Every reviewer assigned to this case who is not recused has handed in this round's review."""
    if not scoring_asked(here):
        return True
    assigned = here.case.assignments.filter(role="reviewer", ended_at__isnull=True)
    live = here.case.reviews.filter(round=here.case.round, withdrawn_at__isnull=True)
    given = set(live.values_list("member", flat=True))
    return all(
        task.person_id in given or conflicts.conflicted(here.case, task.person)
        for task in assigned.select_related("person")
    )


@reads(Fact.EVERY_MEMBER_DECLARED)
def every_member_declared(here: Situation) -> bool:
    said = set(
        here.case.declarations.filter(superseded_at__isnull=True).values_list("member", flat=True)
    )
    return all(person.pk in said for person in roster.panel(here.case, today=here.today))


@reads(Fact.ON_AGENDA)
def on_agenda(here: Situation) -> bool:
    return find_item(here.case) is not None


@reads(Fact.CIRCULATION_OPEN)
def circulation_open(here: Situation) -> bool:
    return find_circulation(here.case) is not None


@reads(Fact.CIRCULATION_FAILED)
def circulation_failed(here: Situation) -> bool:
    """A member objected, or the last day is over and too few have voted."""
    item = find_circulation(here.case)
    if item is None:
        return False
    if item.objected_at is not None:
        return True
    stand = roster.standing(here.case, item.meeting, bundle=here.bundle, today=here.today)
    return here.today > item.meeting.held_on and not stand.met


@reads(Fact.MINUTES_DRAFTED)
def minutes_drafted(here: Situation) -> bool:
    minutes = models.Minutes.objects.filter(meeting=here.about["meeting"])
    return minutes.filter(approved_at__isnull=True).exists()


@reads(Fact.MEETING_OPEN)
def meeting_open(here: Situation) -> bool:
    meeting = models.Meeting.objects.get(pk=here.about["meeting"].pk)
    return meeting.opened_at is not None and meeting.closed_at is None


@reads(Fact.BALLOT_OPEN)
def ballot_open(here: Situation) -> bool:
    return find_ballot(here.case) is not None


@reads(Fact.QUORUM_PRESENT)
def quorum_present(here: Situation) -> bool:
    """Counted where the ballot is or will be: at the meeting whose agenda the case came to last."""
    item = find_ballot(here.case) or find_item(here.case)
    if item is None:
        return False
    return roster.standing(here.case, item.meeting, bundle=here.bundle, today=here.today).met


@reads(Fact.EVERY_VOTE_IN)
def every_vote_in(here: Situation) -> bool:
    ballot = find_ballot(here.case)
    if ballot is None:
        return False
    meeting = ballot.meeting
    stand = roster.standing(here.case, meeting, bundle=here.bundle, today=here.today)
    votes = here.case.votes.filter(meeting=meeting, round=here.case.round)
    asked = stand.eligible if meeting.circulation else stand.present
    if meeting.circulation and here.today > meeting.held_on:
        return True
    return set(asked) <= set(votes.values_list("member__public_id", flat=True))


@reads(Fact.VOTES_TIED)
def votes_tied(here: Situation) -> bool:
    """No outcome has a majority and the programme's tie rule did not find one either."""
    ballot = find_ballot(here.case)
    if ballot is None:
        return False
    return roster.tally(here.case, ballot.meeting, bundle=here.bundle).outcome is None


@reads(Fact.RECOMMENDATION_RECORDED)
def recommendation_recorded(here: Situation) -> bool:
    return find_recommendation(here.case) is not None


def find_ballot(case: models.Case) -> models.AgendaItem | None:
    """The open ballot on a case, if there is one."""
    return (
        case.agenda.filter(ballot_opened_at__isnull=False, ballot_closed_at__isnull=True)
        .select_related("meeting__chair")
        .first()
    )


def find_circulation(case: models.Case) -> models.AgendaItem | None:
    """The circulation between meetings that the case is in."""
    live = case.agenda.filter(
        meeting__circulation=True, meeting__closed_at__isnull=True, left_at__isnull=True
    )
    return live.select_related("meeting").first()


def find_item(case: models.Case) -> models.AgendaItem | None:
    """The case on the agenda that it came to last, of a meeting that is not over."""
    live = case.agenda.filter(meeting__closed_at__isnull=True, left_at__isnull=True)
    return live.order_by("-pk").first()


def find_recommendation(case: models.Case) -> models.Recommendation | None:
    """The committee's live word in the present round."""
    return case.recommendations.filter(round=case.round, superseded_at__isnull=True).first()
