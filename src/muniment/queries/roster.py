"""Who sits on the committee, and where one case stands with them."""

from collections.abc import Iterable
from datetime import date

from muniment import models, programme
from muniment.programme import quorum
from muniment.queries import conflicts
from muniment.rulebook import words

SEATS = (words.Role.CHAIR, words.Role.MEMBER)


def members(of: models.Programme, *, today: date) -> list[models.Person]:
    """The people with a seat today, the chair first."""
    grants = (
        models.RoleGrant.objects.filter(programme=of, role__in=[role.value for role in SEATS])
        .select_related("person")
        .order_by("role", "pk")
    )
    seated = {grant.person.pk: grant.person for grant in grants if grant.holds_on(today)}
    return list(seated.values())


def find_chair(of: models.Programme, *, today: date) -> models.Person | None:
    """The chair of today; None while the seat is empty."""
    grants = models.RoleGrant.objects.filter(programme=of, role=words.Role.CHAIR.value)
    return next((grant.person for grant in grants if grant.holds_on(today)), None)


def conflicted(case: models.Case, people: Iterable[models.Person]) -> frozenset[str]:
    """The public ids of those who may not take part in this case."""
    return frozenset(person.public_id for person in people if conflicts.conflicted(case, person))


def standing(
    case: models.Case, meeting: models.Meeting, *, bundle: programme.Bundle, today: date
) -> quorum.Standing:
    """The quorum on one case at one meeting: everyone present who has no conflict."""
    seated = members(case.programme, today=today)
    present = frozenset(meeting.attendances.values_list("member__public_id", flat=True))
    return quorum.standing(
        bundle,
        [quorum.Member(person.public_id) for person in seated],
        recused=conflicted(case, seated),
        present=present,
    )


def tally(case: models.Case, meeting: models.Meeting, *, bundle: programme.Bundle) -> quorum.Tally:
    """What the votes of this round at this meeting decide, but for those of the conflicted.

    A member may declare a conflict after the vote was cast; it then counts no longer.
    """
    votes = case.votes.filter(meeting=meeting, round=case.round).select_related("member")
    barred = conflicted(case, [vote.member for vote in votes])
    cast = {vote.member.public_id: vote.choice for vote in votes}
    counted = {member: choice for member, choice in cast.items() if member not in barred}
    return quorum.tally(bundle, counted, chair=meeting.chair.public_id)
