"""What follows a release: duties with their dates, what was reported, access, and the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from muniment import models
from muniment.queries.agreement import in_force as agreements
from muniment.queries.agreement import signers
from muniment.rulebook.words import Role, Stage

STAGES = frozenset({Stage.ACTIVE, Stage.CLOSE_OUT, Stage.CLOSED, Stage.REVOKED})
"""Where a request has something that follows its release."""
REMIND_BEFORE = (60, 14, 0)
"""Days before a report is due on which its writer is reminded of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that has to be handed in by a day: `what` is progress, final or destruction."""

    what: str
    on: date
    late: bool


@dataclass(frozen=True, slots=True)
class Aftercare:
    """Everything after the release of one case, newest first but for what is due."""

    due: tuple[Due, ...]
    reports: tuple[models.Report, ...]
    outputs: tuple[models.Publication, ...]
    breaches: tuple[models.Breach, ...]
    audits: tuple[models.Audit, ...]
    suspension: models.Suspension | None
    retention: models.Retention | None
    """The newest wish to keep the data longer, decided or not."""
    destructions: tuple[models.Destruction, ...]
    entry: models.RegisterEntry | None
    team: tuple[models.TeamMember, ...]


def of_case(case: models.Case, *, today: date) -> Aftercare:
    """A fixed number of queries."""
    reports = list(case.reports.select_related("filed_by__person").order_by("due_on", "pk"))
    destroyed = models.Destruction.objects.filter(agreement__in=in_force(case))
    duties = list(destroyed.select_related("agreement__institution", "certified_by__person"))
    return Aftercare(
        due=_due(case, reports, duties, today),
        reports=tuple(each for each in reversed(reports) if each.filed_at is not None),
        outputs=tuple(case.publications.order_by("-pk")),
        breaches=tuple(case.breaches.select_related("made_by__person").order_by("-pk")),
        audits=tuple(case.audits.select_related("made_by__person").order_by("-held_on", "-pk")),
        suspension=case.suspensions.filter(lifted_at__isnull=True).first(),
        retention=case.retentions.order_by("-pk").first(),
        destructions=tuple(duties),
        entry=find_entry(case),
        team=tuple(_team(case)),
    )


def find_entry(case: models.Case) -> models.RegisterEntry | None:
    """The use in the public register, withdrawn or not."""
    return models.RegisterEntry.objects.filter(case=case).first()


def find_member(case: models.Case, pk: int) -> models.TeamMember | None:
    """Somebody on the team who may be taken off it."""
    return _team(case).filter(pk=pk).first()


def _team(case: models.Case) -> QuerySet[models.TeamMember]:
    return case.team.filter(accepted_at__isnull=False, ended_at__isnull=True)


def is_over(case: models.Case, *, today: date) -> bool:
    """Whether an active use has outlived every agreement in force; never where one has no term."""
    if case.stage != Stage.ACTIVE:
        return False
    ends = list(in_force(case).values_list("ends_on", flat=True))
    return bool(ends) and all(day is not None and day < today for day in ends)


def in_force(case: models.Case) -> QuerySet[models.Agreement]:
    """What binds each institution: the version that was signed, or else the one on offer."""
    return case.agreements.filter(pk__in=[each.pk for each in agreements.list_binding(case)])


def find_report_to_remind_of(case: models.Case, *, today: date) -> models.Report | None:
    """A report of an active use that is due in 60 days, in 14, or today, and not handed in."""
    if case.stage != Stage.ACTIVE:
        return None
    days = [today + timedelta(days=before) for before in REMIND_BEFORE]
    return case.reports.filter(filed_at__isnull=True, due_on__in=days).first()


def list_to_certify(case: models.Case, person: models.Person) -> list[models.Agreement]:
    """Agreements in force that wait for a certificate, whose party this person binds."""
    return [each for each in list_uncertified(case) if signers.binder(each)[1] == person]


def list_certifiers(case: models.Case) -> list[models.Person]:
    """Who has yet to certify; nobody for a party whose official signs and is not verified."""
    waiting = {signers.binder(each)[1] for each in list_uncertified(case)}
    return sorted((each for each in waiting if each is not None), key=lambda each: each.pk)


def list_uncertified(case: models.Case) -> list[models.Agreement]:
    """Agreements in force for which nobody has certified that every copy is destroyed."""
    waiting = in_force(case).exclude(destructions__certified_at__isnull=False)
    beside = ("case__applicant", "case__edition", "institution__official")
    return list(waiting.select_related(*beside).order_by("pk"))


def _due(
    case: models.Case,
    reports: list[models.Report],
    duties: list[models.Destruction],
    today: date,
) -> tuple[Due, ...]:
    """By day. Once the use has ended no progress report is due any more, but a final one is."""
    ended = case.stage != Stage.ACTIVE
    waiting = [] if ended else [(each.due_on, "progress") for each in reports if not each.filed_at]
    certified = [(each.due_on, "destruction") for each in duties if not each.certified_at]
    final = models.Report.Kind.FINAL
    lacks_final = not any(each.kind == final and each.filed_at for each in reports)
    if case.stage == Stage.CLOSE_OUT and lacks_final:
        day = max([each.due_on for each in duties], default=today)
        waiting.append((day, "final"))
    return tuple(Due(what, on, on < today) for on, what in sorted(waiting + certified))


def others_concerned(case: models.Case) -> list[models.Person]:
    """Beside the applicant: who holds data, and the officials who signed for them.

    Those who left the team hold no data any more and are not among them.
    """
    team = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True, person__isnull=False)
    bound = in_force(case).filter(institution__official_verified_at__isnull=False)
    named = {case.supervisor_id, *team.values_list("person", flat=True)}
    named |= set(bound.values_list("institution__official", flat=True))
    people = models.Person.objects.filter(pk__in=[each for each in named if each is not None])
    return list(people.exclude(pk=case.applicant_id).order_by("pk"))


def list_revoked() -> Iterator[tuple[str, date]]:
    """Reference of every request that stands revoked, and the day by which data are destroyed."""
    rows = models.Case.objects.filter(stage=Stage.REVOKED.value).order_by("pk")
    for case in rows.annotate(last=Max("agreements__destructions__due_on")):
        yield case.reference, case.last or case.stage_since


def list_returned(tombstones: Iterable[str]) -> list[models.Case]:
    """Which of these are in use though no entry here says that they were ever revoked: an older
    copy of the database brought them back. Not who was reopened since, which keeps its entry; who
    is suspended; and who was suspended for it and opened again by people.
    """
    revoked = models.Entry.objects.filter(
        subject_kind="case", subject_id=OuterRef("pk"), tag="aftercare.revoke"
    )
    handled = models.Suspension.objects.filter(
        Q(lifted_at__isnull=True) | Q(made_by__role=Role.SYSTEM.value), case=OuterRef("pk")
    )
    rows = models.Case.objects.filter(reference__in=list(tombstones), stage__in=IN_USE)
    return list(rows.exclude(Exists(revoked) | Exists(handled)).order_by("pk"))


IN_USE = (Stage.ACTIVE.value, Stage.CLOSE_OUT.value)
