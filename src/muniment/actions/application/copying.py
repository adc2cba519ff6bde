"""One's own earlier request as the beginning of a new one."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import files, people, step
from muniment.programme import Bundle, fields, forms
from muniment.queries import asked, editions
from muniment.queries.facts import application as facts
from muniment.rulebook import words

from .answers import save_section
from .drafts import start_draft
from .specifying import put_specification


def copy_as_new(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """A new draft with what one wrote in an earlier request, whatever became of that.

    Answers that the form of today does not take stay behind, and so does what is said anew each
    time: declarations, and the team, whose people accept for every request. Datasets that cannot
    be asked for any more are left to be chosen.
    """
    step.only_for({words.Role.APPLICANT}, case, actor=actor, now=now)
    home = models.Programme.objects.select_related("active_edition").get(pk=case.programme_id)
    with transaction.atomic():
        begins = people.acting(actor.person, words.Role.ANYONE)
        made = start_draft(
            home, actor=begins, now=now, kind=models.Case.Kind(case.kind),
            institution=case.institution,
        )  # fmt: skip
        _copy_files(case, made, actor=actor, now=now)
        bundle = editions.bundle_of(made.edition)
        written = dict(case.sections.values_list("name", "answers"))
        versions = dict(made.sections.values_list("name", "version"))
        for section in bundle["form"]["sections"]:
            taken = _taken(bundle, section, written.get(section["id"], {}))
            if taken:
                version = versions.get(section["id"], 0)
                save_section(made, section["id"], taken, version=version, actor=actor, now=now)
        _copy_data(case, made, actor=actor, now=now)
    return models.Case.objects.get(pk=made.pk)


def _taken(
    bundle: Bundle, section: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """What the form of today takes of these answers."""
    known = {field["id"]: field for field in section["fields"] if not field.get("must_be")}
    return {
        name: value
        for name, value in answers.items()
        if name in known
        and not any(fields.faults(known[name], value, options=forms.options(bundle, known[name])))
    }


def _copy_files(
    case: models.Case, made: models.Case, *, actor: models.Actor, now: datetime
) -> None:
    """The same bytes, attached once more; what a scanner refused stays behind."""
    kept = case.attachments.filter(removed_at__isnull=True).exclude(purpose=facts.ORIGINAL)
    for row in kept.exclude(file__verdict=files.Verdict.INFECTED).select_related("file"):
        files.attach(made, row.file, purpose=row.purpose, name=row.name, actor=actor, now=now)


def _copy_data(case: models.Case, made: models.Case, *, actor: models.Actor, now: datetime) -> None:
    """The data asked for, as far as it can be asked for today."""
    row = asked.find_specification(case)
    if row is None:
        return
    with contextlib.suppress(step.Refused), transaction.atomic():
        put_specification(made, row.document, version=0, actor=actor, now=now)
