"""Questions of a case and their answers, for those who ask, are asked, or judge by them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from muniment import models
from muniment.queries import access, editions, prepared
from muniment.queries.payment import billing
from muniment.rulebook import words
from muniment.rulebook.words import Role

from . import marks


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `by` is a name, or empty where the committee asked."""

    about: str
    text: str
    by: str
    from_applicant: bool
    blocking: bool
    asked_on: date
    due_on: date
    answer: str
    answered_on: date | None
    pk: int


def list_questions(sight: access.Sight) -> list[Asked]:
    """Open ones first, then the answered; nothing for a reader who may not see them.

    The committee judges no fee, so it reads nothing about one.
    """
    if not sight.sees_questions:
        return []
    calendar = editions.own_calendar(sight.case.edition)
    return [
        Asked(
            row.about,
            row.text,
            marks.asker(row.made_by),
            Role(row.made_by.role) in words.CASE_ROLES,
            row.blocking,
            calendar.local_day(row.made_at),
            row.due_on,
            row.answer if row.answered_at else "",
            calendar.local_day(row.answered_at) if row.answered_at else None,
            row.pk,
        )
        for row in sorted(
            _standing(case=sight.case.pk), key=lambda row: (row.answered_at is not None, row.pk)
        )
        if _reads(sight, row)
    ]


def _reads(sight: access.Sight, row: models.Question) -> bool:
    money = row.about.startswith(billing.ABOUT)
    return sight.is_party or sight.is_office or not money


@prepared.query
def _standing(*, case: int) -> QuerySet[models.Question]:
    rows = models.Question.objects.filter(case=case, withdrawn_at__isnull=True)
    return rows.select_related("made_by__person")


def find_question(sight: access.Sight, pk: int) -> models.Question | None:
    """The row behind one of them, for who answers it; None for a reader who may not see it."""
    if not sight.sees_questions:
        return None
    rows = sight.case.questions.filter(pk=pk, withdrawn_at__isnull=True)
    found = rows.select_related("case", "made_by__person").first()
    return found if found is not None and _reads(sight, found) else None
