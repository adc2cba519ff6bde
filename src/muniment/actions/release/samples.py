"""Looks at a build: exact figures and sample rows are read for a purpose that is put on record."""

from datetime import datetime

from django.db import transaction

from muniment import models
from muniment.actions import step, work

from . import builds


def view_sample_rows(
    build: models.Build, *, actor: models.Actor, now: datetime, purpose: str
) -> models.Look:
    """Put the look on record and queue it: a job has the data plane read rows for this person."""
    case, about = builds.case_of(build.line), {**builds.rows_of(build), "reason": purpose}
    with step.taking("view_sample_rows", case, actor=actor, now=now, about=about) as taken:
        sample = models.Look.objects.create(
            build=build,
            what=models.Look.What.ROWS,
            purpose=purpose.strip(),
            made_at=now,
            made_by=actor,
        )
        work.enqueue("sample", actor=actor, now=now, case=case, payload={"sample": sample.pk})
        taken.records(package=build.package_sha256, purpose=purpose.strip())
    return sample


def note_look(
    build: models.Build, *, actor: models.Actor, now: datetime, purpose: str
) -> models.Look:
    """Keep that somebody read the exact figures of a build, once for each person and build.

    An edit: whoever may open the page may read them, and the record is for the auditor.
    """
    known = build.looks.filter(what=models.Look.What.FIGURES, made_by__person=actor.person)
    return known.first() or models.Look.objects.create(
        build=build, what=models.Look.What.FIGURES, purpose=purpose, made_at=now, made_by=actor
    )


def record_sample(sample: models.Look, *, job: models.Job, sha256: str) -> models.Look:
    """Say under which hash the rows lie. Refused when the job's lease was lost."""
    with transaction.atomic():
        builds.unless_held(job)
        sample.sha256 = sha256
        sample.save(update_fields=["sha256"])
    return sample


def forget_samples(samples: list[models.Look]) -> int:
    """The rows of these looks are gone; that somebody looked, and why, stays on record."""
    mine = models.Look.objects.filter(pk__in=[sample.pk for sample in samples])
    return mine.update(sha256="")
