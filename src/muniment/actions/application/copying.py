"""One's own earlier request as the beginning of a new one."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import files, people, step
from muniment.programme import Bundle, fields, forms
from muniment.queries import asked, editions
from muniment.queries import files as attached
from muniment.rulebook import words

from .answers import save_section
from .drafts import start_draft
from .specifying import put_specification


def copy_as_new(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """A new draft with what one wrote in an earlier request, whatever became of that.

    Answers that the form of today does not take stay behind with their files, and so does what is
    said anew each time: declarations, and the team, whose people accept for every request. Datasets
    that cannot be asked for any more are left to be chosen.
    """
    step.only_for({words.Role.APPLICANT}, case, actor=actor, now=now)
    home = models.Programme.objects.select_related("active_edition").get(pk=case.programme_id)
    with transaction.atomic():
        begins = people.acting(actor.person, words.Role.ANYONE)
        made = start_draft(
            home, actor=begins, now=now, kind=models.Case.Kind(case.kind),
            institution=case.institution,
        )  # fmt: skip
        _copy_answers(case, made, actor=actor, now=now)
        _copy_data(case, made, actor=actor, now=now)
    return models.Case.objects.get(pk=made.pk)


def _copy_answers(
    case: models.Case, made: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """Section by section, each with the files that answer it."""
    bundle, uploads = editions.bundle_of(made.edition), _uploads(case)
    written = dict(case.sections.values_list("name", "answers"))
    versions = dict(made.sections.values_list("name", "version"))
    for section in bundle["form"]["sections"]:
        name = section["id"]
        taken = _taken(bundle, section, written.get(name, {}), uploads)
        for field, row in uploads:
            if field in taken:
                files.attach(
                    made, row.file, purpose=row.purpose, name=row.name, actor=actor, now=now
                )
        if taken:
            save_section(made, name, taken, version=versions.get(name, 0), actor=actor, now=now)


def _uploads(case: models.Case) -> list[tuple[str, models.Attachment]]:
    """Which field has which file; what a scanner refused stays behind, and so does all paper."""
    kept = case.attachments.filter(removed_at__isnull=True, purpose__startswith=attached.ANSWER)
    rows = kept.exclude(file__verdict=files.Verdict.INFECTED).select_related("file")
    return [(row.purpose.removeprefix(attached.ANSWER), row) for row in rows.order_by("pk")]


def _taken(
    bundle: Bundle,
    section: Mapping[str, Any],
    answers: Mapping[str, Any],
    uploads: Sequence[tuple[str, models.Attachment]],
) -> dict[str, Any]:
    """What the form of today takes of these answers; of files, those that go along."""
    going = {row.file.sha256 for _, row in uploads}
    taken = {}
    for field in section["fields"]:
        name, value = field["id"], answers.get(field["id"])
        if field["type"] == "file":
            value = [one for one in value or () if one["sha256"] in going]
        fits = not any(fields.faults(field, value, options=forms.options(bundle, field)))
        if fits and not fields.is_empty(value) and not field.get("must_be"):
            taken[name] = value
    return taken


def _copy_data(case: models.Case, made: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """The data asked for, as far as it can be asked for today."""
    row = asked.find_specification(case)
    if row is None:
        return
    with contextlib.suppress(step.Refused), transaction.atomic():
        put_specification(made, row.document, version=0, actor=actor, now=now)
