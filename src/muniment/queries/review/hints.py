"""What may tie a member to a request, found before they declare. A hint, never a decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from muniment import models
from muniment.queries import access, editions
from muniment.rulebook import words

from .place import Place


class Tie(StrEnum):
    """Kinds of hints; pages put them into words."""

    INSTITUTION = "institution"
    TEAM = "team"
    COMPETING = "competing"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint; `what` is the institution, the name or the member's own request."""

    tie: Tie
    what: str


def list_hints(place: Place, *, now: datetime) -> list[Hint]:
    """Every hint for this member; nothing in them but names that the cover shows, and one's own."""
    team = list(
        place.case.team.filter(ended_at__isnull=True)
        .select_related("person", "institution")
        .order_by("pk")
    )
    return [
        *_institutions(place, team),
        *_named(place, team),
        *_competing(place),
        *_staff(place, team, now),
    ]


def _institutions(place: Place, team: list[models.TeamMember]) -> Iterator[Hint]:
    """The member works where the request comes from."""
    own = place.member.institution
    involved = {place.case.institution_id, *(each.institution_id for each in team)}
    if own is not None and own.pk in involved:
        yield Hint(Tie.INSTITUTION, own.name)


def _named(place: Place, team: list[models.TeamMember]) -> Iterator[Hint]:
    """Somebody on the team has the member's name or address; they may not have joined yet."""
    me = place.member
    for each in team:
        same = each.email.casefold() == me.email.casefold()
        if same or each.name.strip().casefold() == me.name.strip().casefold():
            yield Hint(Tie.TEAM, each.name)


def _competing(place: Place) -> Iterator[Hint]:
    """A request of the member's own asks for the same datasets, and is still open."""
    asked = set(place.case.parts.values_list("dataset_edition__dataset_id", flat=True))
    own = models.Case.objects.filter(
        applicant=place.member, stage__in=[stage.value for stage in words.OPEN_STAGES]
    ) | models.Case.objects.filter(
        team__person=place.member, stage__in=[stage.value for stage in words.OPEN_STAGES]
    )
    rivals = own.filter(parts__dataset_edition__dataset_id__in=asked).exclude(pk=place.case.pk)
    for reference in sorted(set(rivals.values_list("reference", flat=True))):
        yield Hint(Tie.COMPETING, reference)


def _staff(place: Place, team: list[models.TeamMember], now: datetime) -> Iterator[Hint]:
    """One of the programme's own people is on the team."""
    today = editions.today(place.case.programme, now)
    people = {each.person_id: each.name for each in team if each.person_id}
    grants = place.case.programme.grants.filter(person_id__in=people).order_by("pk")
    staff = access.FROM_SUBMISSION | access.FROM_AGREEMENT
    held = [g for g in grants if g.holds_on(today) and words.Role(g.role) in staff]
    for name in dict.fromkeys(people[grant.person_id] for grant in held):
        yield Hint(Tie.STAFF, name)
