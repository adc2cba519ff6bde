"""Who holds which office today, and what nobody could do: now, or once an office has ended."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from muniment import models
from muniment.programme import Bundle
from muniment.programme.check import roster
from muniment.queries import editions
from muniment.rulebook.words import Role

SEAT_EMPTY = "Nobody would hold this seat of the committee: {seat}."
NOBODY_HOLDS = "Nobody holds this office: {office}."
OFFICE_EMPTY = "Nobody would hold this office: {office}."


@dataclass(frozen=True, slots=True)
class Staff:
    """The offices that are held today under the rules in force."""

    bundle: Bundle
    grants: tuple[models.RoleGrant, ...]

    def lacking(self) -> list[str]:
        """What nobody can do as it stands, also while any one person is conflicted.

        An empty chair is said too, though an acting chair can lead in its place.
        """
        gaps = _sentences(roster.walk(self.bundle, people_of(self.grants)))
        chair = Role.CHAIR
        led = any(each.role == chair.value for each in self.grants)
        return gaps if led else [NOBODY_HOLDS.format(office=chair.label), *gaps]

    def lost_with(self, grant: models.RoleGrant) -> list[str]:
        """What nobody could do any more if this office ended; empty for one not held today."""
        return self.lost_with_all([grant])

    def lost_with_all(self, ending: Iterable[models.RoleGrant]) -> list[str]:
        """The same of several offices that end together."""
        gone = {each.pk for each in ending}
        left = [each for each in self.grants if each.pk not in gone]
        offices, was = {each.role for each in left}, self.empty_seats()
        seats = replace(self, grants=tuple(left)).empty_seats()
        found = [SEAT_EMPTY.format(seat=label) for label in seats if label not in was]
        lost = dict.fromkeys(each.role for each in self.grants if each.role not in offices)
        found += [OFFICE_EMPTY.format(office=Role(role).label) for role in lost]
        already = roster.stuck(self.bundle, people_of(self.grants))
        now = roster.stuck(self.bundle, people_of(left))
        return [*found, *_sentences(gap for gap in now if gap not in already)]

    def empty_seats(self) -> list[str]:
        """The labels of the committee's seats that are not all taken; an alternate takes none.

        Whoever has an office for which there is one seat, such as the chair, sits on that.
        """
        named = self.bundle["committee"]["seats"]
        of_role = Counter(each["role"] for each in named)
        only = {each["role"]: each["id"] for each in named if of_role[each["role"]] == 1}
        taken = Counter(
            each.seat or only.get(each.role) for each in self.grants if not each.alternate
        )
        return [each["label"] for each in named if taken[each["id"]] < each.get("count", 1)]


def staff_of(programme: models.Programme, *, today: date) -> Staff:
    """Everybody in office today; one query."""
    return Staff(editions.active_bundle(programme), list_held(programme, today=today))


def list_held(programme: models.Programme, *, today: date) -> tuple[models.RoleGrant, ...]:
    """The offices that are held today by somebody whose account is open."""
    rows = programme.grants.filter(person__is_active=True).select_related("person").order_by("pk")
    return tuple(each for each in rows if each.holds_on(today))


def people_of(grants: Iterable[models.RoleGrant]) -> dict[str, frozenset[str]]:
    """Person to the offices they hold, by name, or by address where a name is not enough."""
    listed = list(grants)
    named: dict[str, set[int]] = defaultdict(set)
    for each in listed:
        named[each.person.name].add(each.person_id)
    held: dict[str, set[str]] = defaultdict(set)
    for each in listed:
        name, email = each.person.name, each.person.email
        held[name if len(named[name]) == 1 else email].add(each.role)
    return {person: frozenset(roles) for person, roles in held.items()}


def _sentences(gaps: Iterable[roster.Gap]) -> list[str]:
    return [gap.message[0].upper() + gap.message[1:] for gap in gaps]
