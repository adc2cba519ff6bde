"""What the office keeps on one request: who has it in hand, holds, notes, and what it may wait for.

For a reader whose sight is the office's; nobody on the applicant's side is shown any of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.queries import (
    access,
    application,
    asked,
    conflicts,
    editions,
    prepared,
    queue,
    schedule,
)  # fmt: skip
from muniment.rulebook.words import Role

HANDS = (access.FROM_SUBMISSION | access.FROM_AGREEMENT) - {Role.AUDITOR, Role.ADMINISTRATOR}
"""The offices in which somebody has a request in hand."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A note, a call or a letter: the day it happened, and the day it was written down."""

    means: str
    text: str
    happened_on: date
    written_on: date
    by: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds an office today, and so can be given a request."""

    person: models.Person
    role: Role


def list_notes(sight: access.Sight) -> list[Kept]:
    """What the office wrote for itself, by the day it happened, the latest first."""
    if not sight.is_office:
        return []
    calendar = editions.own_calendar(sight.case.edition)
    return [
        Kept(
            row.means,
            row.text,
            row.happened_on,
            calendar.local_day(row.made_at),
            row.made_by.person.name if row.made_by.person else "",
        )
        for row in _notes(case=sight.case.pk)
    ]


@prepared.query
def _notes(*, case: int) -> QuerySet[models.Note]:
    notes = models.Note.objects.filter(case=case).order_by("-happened_on", "-pk")
    return notes.select_related("made_by__person")


def list_hands(case: models.Case, *, now: datetime) -> tuple[queue.Hand, ...]:
    """Who has the request in hand, and who stands in for whoever is away."""
    return queue.hands_of([case], today=schedule.today(case, now)).get(case.pk, ())


def list_candidates(case: models.Case, *, now: datetime) -> list[Candidate]:
    """Who could be given the request: an office today, and no stake in the request."""
    today = schedule.today(case, now)
    live = [
        grant
        for grant in _grants(programme=case.programme_id)
        if grant.holds_on(today) and grant.person.is_active
    ]
    out = conflicts.list_conflicted(case, {grant.person_id for grant in live})
    return [
        Candidate(grant.person, Role(grant.role)) for grant in live if grant.person_id not in out
    ]


@prepared.query
def _grants(*, programme: int) -> QuerySet[models.RoleGrant]:
    wanted = sorted(role.value for role in HANDS)
    grants = models.RoleGrant.objects.filter(programme=programme, role__in=wanted)
    return grants.select_related("person").order_by("role", "person__name", "pk")


def list_holds(case: models.Case) -> list[models.Hold]:
    """The holds that stand, the oldest first."""
    return list(_holds(case=case.pk))


@prepared.query
def _holds(*, case: int) -> QuerySet[models.Hold]:
    return models.Hold.objects.filter(case=case, lifted_at__isnull=True).order_by("pk")


def find_hold(case: models.Case, pk: int) -> models.Hold | None:
    """One of them."""
    return case.holds.filter(pk=pk, lifted_at__isnull=True).select_related("case").first()


def list_open_questions(sight: access.Sight) -> list[models.Question]:
    """The questions that wait for an answer, for a reader who may see them; one query."""
    if not sight.sees_questions:
        return []
    waiting = sight.case.questions.filter(answered_at__isnull=True, withdrawn_at__isnull=True)
    return list(waiting.select_related("made_by").order_by("pk"))


def list_suggestions(sight: access.Sight) -> list[models.Suggestion]:
    """Members' questions that the office has neither passed on nor kept back."""
    waiting = sight.case.suggestions.filter(passed_at__isnull=True, declined_at__isnull=True)
    return list(waiting.order_by("pk")) if sight.is_office else []


def list_reminders(sight: access.Sight) -> list[date]:
    """The days on which the applicant's side was reminded, the latest first."""
    case = sight.case
    official = case.institution.official_id if case.institution else None
    side = {case.applicant_id, case.supervisor_id, official} - {None}
    calendar = clocks.calendar_of(editions.bundle_of(case.edition))
    sent = case.messages.filter(kind="reminder", to__in=side).order_by("-made_at")
    days = [calendar.local_day(at) for at in sent.values_list("made_at", flat=True)]
    return list(dict.fromkeys(days))


def list_topics(case: models.Case) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a question can be about, in groups: the form's fields, then the variables asked for."""
    form = application.form_of(case)
    groups = [
        (
            str(section["title"]),
            [
                (str(one.field["id"]), str(one.field["label"]))
                for one in form.asked
                if one.section["id"] == section["id"]
            ],
        )
        for section in form.sections()
    ]
    written = asked.parsed(asked.find_specification(case))
    for part in written.parts if written else ():
        named = [
            (f"{table.name}.{variable.name}", f"{table.name}.{variable.name}")
            for table in part.tables
            for variable in table.variables
        ]
        groups.append((f"{part.holding} {part.edition}", named))
    return groups


def lapses_on(case: models.Case) -> date | None:
    """The last day on which the applicant's word keeps the request; None where it never lapses."""
    return schedule.lapses_on(case)
