"""Who sits on the committee, and where one case stands with them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from muniment import models, programme
from muniment.programme import quorum
from muniment.queries import conflicts
from muniment.rulebook import words

SEATS = (words.Role.CHAIR, words.Role.MEMBER)
ACTING, ALTERNATE = "acting_chair", "alternate"
"""What an assignment to a case says of who leads there, and of who was called for its quorum."""


def members(of: models.Programme, *, today: date) -> list[models.Person]:
    """The people with a seat today, the chair first; alternates sit only where they are called."""
    return _holding(of, today=today, alternate=False)


def alternates(of: models.Programme, *, today: date) -> list[models.Person]:
    """Those who can be called for a case, to make up its quorum."""
    seated = {person.pk for person in members(of, today=today)}
    listed = _holding(of, today=today, alternate=True)
    return [person for person in listed if person.pk not in seated]


def panel(case: models.Case, *, today: date) -> list[models.Person]:
    """Who may vote on one case, conflicts aside: the members, and the alternates called for it."""
    seated = members(case.programme, today=today)
    called = set(_assigned(case, ALTERNATE).values_list("person", flat=True))
    free = alternates(case.programme, today=today)
    return [*seated, *(person for person in free if person.pk in called)]


def free_alternates(case: models.Case, *, today: date) -> list[models.Person]:
    """The alternates who were not called for the case yet and have no conflict there."""
    on_panel = {person.pk for person in panel(case, today=today)}
    return [
        person
        for person in alternates(case.programme, today=today)
        if person.pk not in on_panel and not conflicts.conflicted(case, person)
    ]


def find_acting_chair(case: models.Case) -> models.Person | None:
    """Who was appointed to lead on this case in the chair's place."""
    appointed = _assigned(case, ACTING).select_related("person").last()
    return appointed.person if appointed else None


def acting_chair_of(cases: Iterable[int]) -> dict[int, int]:
    """Case id to the id of who was appointed to lead there, where somebody was; one query."""
    live = models.Assignment.objects.filter(
        case__in=cases, role=ACTING, ended_at__isnull=True
    ).order_by("pk")
    return dict(live.values_list("case_id", "person_id"))


def lead_of(case: models.Case, meeting: models.Meeting) -> models.Person:
    """Who leads on a case: its acting chair, else whoever chairs the meeting."""
    return find_acting_chair(case) or meeting.chair


def _holding(of: models.Programme, *, today: date, alternate: bool) -> list[models.Person]:
    seats = [role.value for role in SEATS]
    grants = (
        models.RoleGrant.objects.filter(programme=of, role__in=seats, alternate=alternate)
        .select_related("person")
        .order_by("role", "pk")
    )
    seated = {grant.person.pk: grant.person for grant in grants if grant.holds_on(today)}
    return list(seated.values())


def _assigned(case: models.Case, role: str) -> QuerySet[models.Assignment]:
    return case.assignments.filter(role=role, ended_at__isnull=True).order_by("pk")


def list_holders(
    of: models.Programme, roles: Iterable[words.Role], *, today: date
) -> list[models.Person]:
    """Who holds one of these offices today, each once."""
    wanted = [role.value for role in roles]
    grants = models.RoleGrant.objects.filter(programme=of, role__in=wanted).order_by("pk")
    live = [each.person for each in grants.select_related("person") if each.holds_on(today)]
    return list(dict.fromkeys(person for person in live if person.is_active))


def list_seconds(
    of: models.Programme, person: models.Person, *, today: date
) -> list[models.Person]:
    """Who can be named as a second person: others in office, known in person.

    Whether one of them has a stake in a case, the step asks.
    """
    offices = list_holders(of, words.OFFICE_ROLES, today=today)
    known = [each for each in offices if each.identity_verified_at is not None]
    return [each for each in known if each != person]


def find_chair(of: models.Programme, *, today: date) -> models.Person | None:
    """The chair of today; None while the seat is empty."""
    grants = models.RoleGrant.objects.filter(programme=of, role=words.Role.CHAIR.value)
    return next((grant.person for grant in grants if grant.holds_on(today)), None)


def holding(case: models.Case, role: words.Role, *, today: date) -> list[models.Person]:
    """Who holds an office today and has no conflict on the case: nobody else hears of it."""
    grants = case.programme.grants.filter(role=role.value).select_related("person").order_by("pk")
    people = [grant.person for grant in grants if grant.holds_on(today) and grant.person.is_active]
    return [person for person in people if not conflicts.conflicted(case, person)]


def in_hand(case: models.Case, role: words.Role, *, today: date) -> list[models.Person]:
    """Who has the case in hand in that office; everybody in the office where nobody has.

    For somebody who is away the substitute stands in, who must be there and hold the office too.
    """
    given = case.assignments.filter(role=role.value, ended_at__isnull=True)
    people = [each.person for each in given.select_related("person")]
    free = [person for person in people if not conflicts.conflicted(case, person)]
    office = holding(case, role, today=today)
    people = free or office
    away = _away({*people, *office}, today=today)
    standing_in = {
        absent: stands_in
        for absent, stands_in in away.items()
        if stands_in in office and stands_in not in away
    }
    return list(dict.fromkeys(standing_in.get(person, person) for person in people))


def _away(people: Iterable[models.Person], *, today: date) -> dict[models.Person, models.Person]:
    """Those of them who are away today, each with who stands in; one query."""
    rows = models.Absence.objects.filter(
        person__in=people, from_on__lte=today, until_on__gte=today
    ).select_related("person", "substitute")
    return {row.person: row.substitute for row in rows.order_by("pk")}


def awaited(case: models.Case, *, today: date) -> list[models.Person]:
    """Members whose word or review is missing: undeclared, or asked and not handed in."""
    said = set(
        case.declarations.filter(superseded_at__isnull=True).values_list("member", flat=True)
    )
    counted = case.reviews.filter(round=case.round, withdrawn_at__isnull=True)
    given = set(counted.values_list("member", flat=True))
    asked = case.assignments.filter(role="reviewer", ended_at__isnull=True)
    owing = set(asked.values_list("person", flat=True)) - given
    return [
        person
        for person in members(case.programme, today=today)
        if (person.pk not in said or person.pk in owing) and not conflicts.conflicted(case, person)
    ]


def conflicted(case: models.Case, people: Iterable[models.Person]) -> frozenset[str]:
    """The public ids of those who may not take part in this case."""
    return frozenset(person.public_id for person in people if conflicts.conflicted(case, person))


def standing(
    case: models.Case, meeting: models.Meeting, *, bundle: programme.Bundle, today: date
) -> quorum.Standing:
    """The quorum on one case at one meeting: everyone present who has no conflict.

    In a circulation nobody is in a room; who has voted takes part.
    """
    seated = panel(case, today=today)
    here = meeting.attendances.filter(left_at__isnull=True)
    voted = case.votes.filter(meeting=meeting, round=case.round)
    part = voted if meeting.circulation else here
    present = frozenset(part.values_list("member__public_id", flat=True))
    return quorum.standing(
        bundle,
        [quorum.Member(person.public_id) for person in seated],
        recused=conflicted(case, seated),
        present=present,
    )


def tally(case: models.Case, meeting: models.Meeting, *, bundle: programme.Bundle) -> quorum.Tally:
    """What the votes of this round at this meeting decide, but for those of the conflicted.

    A member may declare a conflict after the vote was cast; it then counts no longer. A tie that
    whoever leads has not broken has no outcome.
    """
    item = meeting.items.filter(case=case).first()
    votes = case.votes.filter(meeting=meeting, round=case.round).select_related("member")
    barred = conflicted(case, [vote.member for vote in votes])
    cast = {vote.member.public_id: vote.choice for vote in votes}
    counted = {member: choice for member, choice in cast.items() if member not in barred}
    lead = lead_of(case, meeting)
    return quorum.tally(
        bundle,
        counted,
        chair=None if lead.public_id in conflicted(case, [lead]) else lead.public_id,
        casting=item.casting if item else "",
    )
