"""Who reviews a request: what each declared, was asked for and handed in.

For the office and whoever leads. Someone of them who has a review of their own to give, and has not
handed it in, learns nothing of the others' (`privacy.md` B5).
"""

from dataclasses import dataclass
from datetime import date, datetime

from muniment import models
from muniment.queries import conflicts, roster, schedule
from muniment.rulebook.words import Stage

from .place import local_day


@dataclass(frozen=True, slots=True)
class Reader:
    """One seat at one request. `given_on` is None where nothing is in, or it is not shown."""

    person: models.Person
    chairs: bool
    declared: str
    """Empty, `none`, `interest` or `conflict`."""
    declared_on: date | None
    reason: str
    asked_on: date | None
    given_on: date | None


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody with a seat; `blind` says that what was handed in is not shown to this reader."""

    rows: tuple[Reader, ...]
    blind: bool
    due_on: date | None

    @property
    def undeclared(self) -> int:
        """How many have not said a word on conflicts."""
        return sum(not row.declared for row in self.rows)


def readers_of(case: models.Case, *, reader: models.Person, now: datetime) -> Readers:
    """The committee on this request; a fixed number of queries for any number of seats."""
    today = schedule.today(case, now)
    people = roster.members(case.programme, today=today)
    chair = roster.find_chair(case.programme, today=today)
    words = {word.member_id: word for word in case.declarations.filter(superseded_at__isnull=True)}
    asked = {
        each.person_id: each
        for each in case.assignments.filter(role="reviewer", ended_at__isnull=True)
    }
    counted = case.reviews.filter(round=case.round, withdrawn_at__isnull=True)
    given = {each.member_id: each for each in counted}
    blind = is_blind(case, reader, seated=people, given=set(given))
    rows = tuple(
        _reader(case, each, chair, words.get(each.pk), asked.get(each.pk),
                None if blind else given.get(each.pk))
        for each in people
    )  # fmt: skip
    return Readers(rows, blind, case.due_on)


def is_blind(
    case: models.Case, reader: models.Person, *, seated: list[models.Person], given: set[int]
) -> bool:
    """Whether this reader sits on the committee and has a review to give that is not in."""
    has_seat = reader.pk in {each.pk for each in seated}
    return has_seat and case.stage == Stage.IN_REVIEW.value and reader.pk not in given


def list_recusable(case: models.Case, *, now: datetime) -> list[models.Person]:
    """Whoever holds an office and is not recused yet; one's own conflict one declares oneself."""
    today = schedule.today(case, now)
    grants = case.programme.grants.select_related("person").order_by("person__name", "pk")
    people = {grant.person_id: grant.person for grant in grants if grant.holds_on(today)}
    words = case.declarations.filter(superseded_at__isnull=True, conflicted=True)
    recused = set(words.values_list("member", flat=True))
    return [person for key, person in people.items() if key not in recused]


def list_assignable(case: models.Case, *, now: datetime) -> list[models.Person]:
    """Members without a conflict who are not asked for a review yet."""
    asked = case.assignments.filter(role="reviewer", ended_at__isnull=True)
    taken = set(asked.values_list("person", flat=True))
    return [
        person
        for person in roster.members(case.programme, today=schedule.today(case, now))
        if person.pk not in taken and not conflicts.conflicted(case, person)
    ]


def list_reviewers(case: models.Case) -> list[str]:
    """The names of those who were asked, and nothing of how far they are; for every member."""
    asked = case.assignments.filter(role="reviewer", ended_at__isnull=True)
    return list(asked.order_by("pk").values_list("person__name", flat=True))


def _reader(
    case: models.Case,
    person: models.Person,
    chair: models.Person | None,
    word: models.Declaration | None,
    asked: models.Assignment | None,
    given: models.Review | None,
) -> Reader:
    declared = ""
    if word is not None:
        declared = "conflict" if word.conflicted else "interest" if word.reason else "none"
    return Reader(
        person,
        chair is not None and person.pk == chair.pk,
        declared,
        None if word is None else local_day(case, word.made_at),
        "" if word is None else word.reason,
        None if asked is None else local_day(case, asked.made_at),
        None if given is None else local_day(case, given.made_at),
    )
