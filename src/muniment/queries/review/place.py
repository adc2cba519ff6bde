"""A member's place at a request: undeclared, declared, or recused, which leaves one sentence.

Everything else that the committee reads hangs on a `Place`, so nothing can be asked about a request
before its member has declared, nor after they are recused.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.queries import access, editions
from muniment.rulebook.words import Role, Stage

LEADERS = access.LEADERS
ROLES = (Role.CHAIR, Role.ACTING_CHAIR, Role.MEMBER)
"""In which of their offices somebody acts, the widest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """One member at one request. Without a `word`, before a declaration, there is a cover only."""

    sight: access.Sight
    member: models.Person
    word: models.Declaration | None

    @property
    def case(self) -> models.Case:
        """The request."""
        return self.sight.case

    @property
    def role(self) -> Role:
        """The office in which the member acts here."""
        return next(role for role in ROLES if role in self.sight.roles)

    @property
    def leads(self) -> bool:
        """Whether they lead the committee, and so see who reviews and may recuse."""
        return bool(self.sight.roles & LEADERS)

    @property
    def declared_on(self) -> date | None:
        """The day of their word, in the programme's zone."""
        return None if self.word is None else local_day(self.case, self.word.made_at)


@dataclass(frozen=True, slots=True)
class Recusal:
    """All that somebody recused is told of a request, and nothing of it changes any more."""

    reference: str
    since: date


def find_place(person: models.Person, reference: str, *, now: datetime) -> Place | None:
    """The member's place; None for everybody else, the recused and the parties among them."""
    sight = access.find_sight(person, reference, now=now)
    if sight is None or sight.roles.isdisjoint(access.COMMITTEE):
        return None
    word = _words(person).filter(case=sight.case, conflicted=False).first()
    waits = sight.case.stage == Stage.IN_REVIEW.value or access.is_heard(sight.case)
    if word is None and not waits:
        return None
    return Place(sight, person, word)


def find_recusal(person: models.Person, reference: str, *, now: datetime) -> Recusal | None:
    """Since when this person is recused from a request of their own committee."""
    return next((r for r in list_recusals(person, now=now) if r.reference == reference), None)


def list_recusals(person: models.Person, *, now: datetime) -> list[Recusal]:
    """Every request of which they are told that, newest first."""
    seats = [
        programme
        for programme, held in access.offices_by_programme(person, now=now).items()
        if held & access.COMMITTEE
    ]
    words = _words(person).filter(conflicted=True, case__programme__in=seats)
    rows = words.select_related("case__edition").order_by("-pk")
    return [Recusal(row.case.reference, local_day(row.case, row.made_at)) for row in rows]


def local_day(case: models.Case, at: datetime) -> date:
    """A moment as a day in the zone of the case's own edition."""
    return clocks.calendar_of(editions.bundle_of(case.edition)).local_day(at)


def _words(person: models.Person) -> QuerySet[models.Declaration]:
    return models.Declaration.objects.filter(member=person, superseded_at__isnull=True)
