"""What goes along when a part becomes a request of its own: the rows, under another case."""

from datetime import datetime
from typing import Any

from django.db import models as tables
from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.programme import clocks as calendars
from muniment.queries import editions

CASE = (
    "programme", "edition", "kind", "title", "stage", "stage_since", "round", "applicant",
    "supervisor", "supervisor_confirmed_at", "supervisor_confirmed_by", "institution",
    "kept_against", "kept_at", "kept_by", "submitted_on", "due_on",
)  # fmt: skip
"""The columns that a linked request has from the one it comes from."""


def what_was_sent(case: models.Case, child: models.Case) -> None:
    """Answers, files, team, the last submission and the office's word on it, and the clock."""
    what_was_written(case, child)
    under(child, case.segments.all())
    own = child.specifications.get()
    for last in case.submissions.order_by("-number")[:1]:
        checks = case.completeness_checks.filter(submission=last, superseded_at__isnull=True)
        kept = list(checks)
        [submission] = under(child, [last], specification=own)
        under(child, kept, submission=submission)


def what_was_written(case: models.Case, child: models.Case) -> None:
    """Answers, files, and the team as far as it has joined."""
    joined = case.team.filter(accepted_at__isnull=False, ended_at__isnull=True)
    under(child, case.sections.all())
    under(child, case.attachments.filter(removed_at__isnull=True))
    under(child, joined, token_sha256="", token_until=None)


def what_was_found(part: models.Part, child: models.Case) -> None:
    """The answer on availability, the gates that were passed, and the rules about this dataset."""
    case, own = part.case, child.parts.get()
    copies(part.availabilities.filter(superseded_at__isnull=True), part=own)
    under(child, case.passes.filter(superseded_at__isnull=True))
    about = Q(dataset="") | Q(dataset=part.dataset_edition.dataset.slug)
    under(child, case.findings.filter(about, round=case.round, superseded_at__isnull=True))


def who_is_recused(case: models.Case, child: models.Case) -> None:
    """Who declared a conflict is recused there too, before anything of it can be read."""
    under(child, case.declarations.filter(superseded_at__isnull=True))


def who_has_a_conflict(case: models.Case, child: models.Case) -> None:
    """The same for a case that has changed: whoever had no conflict declares anew."""
    live = case.declarations.filter(superseded_at__isnull=True, conflicted=True)
    under(child, live)


def next_reference(owner: models.Programme, now: datetime) -> str:
    """The next number of the programme; whoever counts at the same time has to look again."""
    models.Programme.objects.filter(pk=owner.pk).update(
        next_case_number=F("next_case_number") + 1, version=F("version") + 1
    )
    counted = models.Programme.objects.select_related("active_edition").get(pk=owner.pk)
    day = calendars.local_day(editions.active_bundle(counted), now)
    return f"{owner.slug[:9].upper()}-{day.year}-{counted.next_case_number - 1:04d}"


def under(child: models.Case, rows: Any, **changed: Any) -> list[Any]:
    """Each row once more, under the child."""
    return copies(rows, case=child, **changed)


def copies(rows: "QuerySet[Any] | list[Any]", **changed: Any) -> list[Any]:
    """Each row once more, with these columns changed."""
    made = []
    for row in rows:
        model: type[tables.Model] = type(row)
        fields = [each for each in model._meta.concrete_fields if not each.primary_key]
        values = {each.attname: getattr(row, each.attname) for each in fields}
        for name in changed:
            values.pop(f"{name}_id", None)
        made.append(model._default_manager.create(**{**values, **changed}))
    return made
