"""Reviews that were handed in: one's own always, the others' only once one's own is in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from muniment import models
from muniment.programme import scores
from muniment.queries import conflicts, editions
from muniment.rulebook.words import Stage

from . import papers
from .place import Place, local_day


@dataclass(frozen=True, slots=True)
class Mark:
    """One score with its comment; `outlier` where it lies far from the mean of the others."""

    value: int
    comment: str
    outlier: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One member's review."""

    name: str
    own: bool
    on: date
    comment: str
    leaning: str
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Scores:
    """Every review that counts in this round, the criteria's summaries, and the mean over all."""

    reviews: tuple[Given, ...]
    summaries: Mapping[str, scores.Summary]
    overall: Decimal | None


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution to the discussion."""

    name: str
    own: bool
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """A question a member suggested; `pk` is for the office, which settles it."""

    pk: int
    name: str
    on: date
    text: str
    state: str
    reason: str


def find_own(place: Place) -> models.Review | None:
    """The member's review of this round, as it counts."""
    mine = place.case.reviews.filter(round=place.case.round, member=place.member)
    return mine.filter(withdrawn_at__isnull=True).prefetch_related("scores").first()


def find_draft(place: Place) -> models.ReviewDraft | None:
    """What the member wrote and did not hand in."""
    return place.case.review_drafts.filter(round=place.case.round, member=place.member).first()


def is_open(place: Place) -> bool:
    """Whether the others' reviews are shown: one's own is in, and they were opened on record."""
    own = is_unscored(place.case) or find_own(place) is not None
    return own and papers.has_opened(place, models.Opened.What.SCORES)


def may_discuss(place: Place) -> bool:
    """The discussion is open to whoever cannot be swayed by it any more."""
    return is_unscored(place.case) or find_own(place) is not None


def is_unscored(case: models.Case) -> bool:
    """Whether the programme's members give no reviews at all."""
    return bool(editions.bundle_of(case.edition)["committee"]["scoring"] == "none")


def scores_for(place: Place) -> Scores | None:
    """The reviews for a member; None while they are shut."""
    return scores_of(place.case, reader=place.member) if is_open(place) else None


def scores_for_office(case: models.Case, reader: models.Person) -> Scores | None:
    """The reviews for the office, when the programme's rule opens them; None before.

    The rule is `committee.staff_see_scores`: never, once all who were asked have handed in (the
    default), or once the committee is through. Who also sits on the committee reads as a member.
    """
    rule = editions.bundle_of(case.edition)["committee"].get("staff_see_scores", "all_in")
    through = case.stage != Stage.IN_REVIEW.value
    if rule == "never" or (rule == "decided" and not through):
        return None
    if not through and not everything_in(case):
        return None
    return scores_of(case, reader=reader)


def everything_in(case: models.Case) -> bool:
    """Whether at least one review is in, and none is missing of those who were asked."""
    asked = case.assignments.filter(role="reviewer", ended_at__isnull=True)
    given = set(_counted(case).values_list("member", flat=True))
    owing = [each.person for each in asked.select_related("person") if each.person_id not in given]
    return bool(given) and all(conflicts.conflicted(case, person) for person in owing)


def scores_of(case: models.Case, *, reader: models.Person) -> Scores:
    """Every review of this round that counts; the caller has asked whether the reader may."""
    bundle = editions.bundle_of(case.edition)
    rows = list(_counted(case).select_related("member").prefetch_related("scores").order_by("pk"))
    values = {
        row.member.public_id: {each.criterion: each.value for each in row.scores.all()}
        for row in rows
    }
    summaries = scores.summarize(bundle, values)
    return Scores(
        tuple(_given(case, row, summaries, reader) for row in rows),
        summaries,
        scores.overall(bundle, summaries),
    )


def list_said(place: Place) -> list[Said]:
    """The discussion of this round, oldest first; nothing for whoever may not join it."""
    if not may_discuss(place):
        return []
    rows = place.case.remarks.filter(round=place.case.round).select_related("made_by__person")
    found = []
    for row in rows.order_by("pk"):
        person = row.made_by.person
        assert person is not None  # the rulebook gives this step to people only
        own = person.pk == place.member.pk
        found.append(Said(person.name, own, local_day(place.case, row.made_at), row.text))
    return found


def list_suggested(case: models.Case, *, by: models.Person | None = None) -> list[Suggested]:
    """Questions that members suggested, or those of one member; open ones first."""
    rows = case.suggestions.select_related("made_by__person").order_by("pk")
    mine = rows if by is None else rows.filter(made_by__person=by)
    return sorted((_suggested(row) for row in mine), key=lambda each: each.state != "open")


def find_suggestion(case: models.Case, pk: int) -> models.Suggestion | None:
    """One of them, as the office names it."""
    return case.suggestions.filter(pk=pk).select_related("case").first()


def _counted(case: models.Case) -> Any:
    return case.reviews.filter(round=case.round, withdrawn_at__isnull=True)


def _given(
    case: models.Case,
    row: models.Review,
    summaries: Mapping[str, scores.Summary],
    reader: models.Person,
) -> Given:
    marks = {
        each.criterion: Mark(
            each.value,
            each.comment,
            row.member.public_id in summaries[each.criterion].outliers,
        )
        for each in _in_order(row.scores.all())
    }
    own = row.member_id == reader.pk
    on = local_day(case, row.made_at)
    return Given(row.member.name, own, on, row.comment, row.leaning, marks)


def _in_order(rows: Iterable[models.Score]) -> list[models.Score]:
    return sorted(rows, key=lambda row: row.pk)


def _suggested(row: models.Suggestion) -> Suggested:
    person = row.made_by.person
    assert person is not None  # the rulebook gives this step to people only
    state = "passed" if row.passed_at else "declined" if row.declined_at else "open"
    on = local_day(row.case, row.made_at)
    return Suggested(row.pk, person.name, on, row.text, state, row.declined_reason)
