"""Builds: planned from what was signed, made by one person, checked by another.

The web process and the actions never see person-level data: a build is made by the data plane,
asked by a job, and only its hashes and findings come back.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, people, step, work
from muniment.rulebook import words

State = models.Build.State


@dataclass(frozen=True, slots=True)
class Package:
    """What a build made: the signed manifest, which lists every file, and what was found in it."""

    manifest: str
    receipt_sha256: str
    findings: dict[str, Any]
    folder: str


def plan_build(
    line: models.ReleaseLine,
    *,
    actor: models.Actor,
    now: datetime,
    plan: str,
    job: models.Job | None = None,
) -> models.Build:
    """Plan a build; `plan` is the canonical plan document that the data plane made.

    Refused when the lease of the job that had it drawn was lost.
    """
    with step.taking(
        "plan_build", case_of(line), actor=actor, now=now, about={"line": line}
    ) as taken:
        if job is not None:
            unless_held(job)
        document = _read(plan)
        row = models.Plan.objects.create(
            line=line,
            document=plan,
            terms_sha256=document["terms_hash"].removeprefix("sha256:"),
            plan_sha256=hashlib.sha256(plan.encode()).hexdigest(),
            made_at=now,
            made_by=actor,
        )
        build = models.Build.objects.create(
            line=line, plan=row, number=line.builds.count() + 1, made_at=now, made_by=actor
        )
        taken.records(line=line.public_id, build=build.number, plan=row.plan_sha256)
    return build


def _read(plan: str) -> dict[str, Any]:
    """The plan document; raises Refused for text that is none."""
    try:
        document = json.loads(plan)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("terms_hash"), str):
        message = "This is not a plan that the data plane drew; have it draw the plan again."
        raise step.Refused([words.Refusal("not-a-plan", message)])
    return document


def authorize_build(build: models.Build, *, actor: models.Actor, now: datetime) -> models.Build:
    """Approve exactly this plan; a job then signs the approval file with the key kept outside."""
    case = case_of(build.line)
    with step.taking("authorize_build", case, actor=actor, now=now, about=rows_of(build)) as taken:
        plan = build.plan
        plan.approved_at, plan.approved_by = now, actor
        plan.save(update_fields=["approved_at", "approved_by"])
        asked = {"build": build.pk, "plan": plan.plan_sha256, "terms": plan.terms_sha256}
        work.enqueue("sign_approval", actor=actor, now=now, case=case, payload=asked)
        taken.records(plan=plan.plan_sha256, terms=plan.terms_sha256)
    return build


def store_approval(
    build: models.Build, *, job: models.Job, now: datetime, approval: str
) -> models.Plan:
    """Keep the signed approval file, if whoever authorized the plan still could.

    Raises Refused where the rule no longer lets them, where the plan was not authorized, and
    where another worker took the job over.
    """
    with transaction.atomic():
        unless_held(job)
        input_refused.unless_empty(
            step.refusals(
                "authorize_build",
                case_of(build.line),
                actor=job.made_by,
                now=now,
                about=rows_of(build),
            )
        )
        plan = models.Plan.objects.get(pk=build.plan_id)
        if plan.approved_at is None:
            message = "Nobody authorized this plan; authorize it first."
            raise step.Refused([words.Refusal("not-authorized", message)])
        plan.approval = approval
        plan.save(update_fields=["approval"])
    return plan


def start_build(build: models.Build, *, actor: models.Actor, now: datetime) -> models.Job:
    """Start the build: a job asks the data plane for it."""
    case = case_of(build.line)
    with step.taking("start_build", case, actor=actor, now=now, about=rows_of(build)) as taken:
        build.state, build.started_at, build.started_by = State.BUILDING, now, actor
        build.save(update_fields=["state", "started_at", "started_by"])
        taken.records(line=build.line.public_id, build=build.number)
        return work.enqueue("build", actor=actor, now=now, case=case, payload={"build": build.pk})


def cancel_build(build: models.Build, *, actor: models.Actor, now: datetime) -> models.Build:
    """Stop a running build; the line can be planned anew."""
    case = case_of(build.line)
    with step.taking("cancel_build", case, actor=actor, now=now, about=rows_of(build)) as taken:
        build.state = State.PLANNED
        build.save(update_fields=["state"])
        work.call_off(case.jobs.filter(kind="build", payload__build=build.pk))
        taken.records(line=build.line.public_id, build=build.number)
    return build


def fail_build(
    build: models.Build, *, job: models.Job | None, actor: models.Actor, now: datetime, reason: str
) -> models.Build:
    """Record why a build failed; it can be started again. Refused when the job's lease was lost.

    Without a job it is one that no worker came back from; refused while any still works on it.
    """
    case, about = case_of(build.line), {**rows_of(build), "reason": reason}
    with step.taking("fail_build", case, actor=actor, now=now, about=about) as taken:
        unless_held(job) if job else _unless_abandoned(case, build)
        build.state, build.error = State.PLANNED, reason
        build.save(update_fields=["state", "error"])
        taken.records(line=build.line.public_id, build=build.number, reason=reason)
    return build


def unless_changed(build: models.Build, *, now: datetime) -> None:
    """Raise Refused where the build could not be finished: called off, or not as approved."""
    input_refused.unless_empty(
        step.refusals(
            finishing(build),
            case_of(build.line),
            actor=people.system(),
            now=now,
            about=rows_of(build),
        )
    )


def finishing(build: models.Build) -> str:
    """The step that records this build's package: the first one moves the case, others do not."""
    first = case_of(build.line).stage == words.Stage.BUILDING
    return "finish_build" if first else "finish_further_build"


def finish_build(
    build: models.Build, *, job: models.Job, actor: models.Actor, now: datetime, package: Package
) -> models.Build:
    """Record the first finished package by its hashes; a second person checks it next.

    Refused when the lease of the job that built it was lost: then another worker's package is
    the one.
    """
    return _finish("finish_build", build, job, actor, now, package)


def finish_further_build(
    build: models.Build, *, job: models.Job, actor: models.Actor, now: datetime, package: Package
) -> models.Build:
    """Record the package of a further build, while others are checked or data are in use."""
    return _finish("finish_further_build", build, job, actor, now, package)


def _finish(
    name: str,
    build: models.Build,
    job: models.Job,
    actor: models.Actor,
    now: datetime,
    package: Package,
) -> models.Build:
    with step.taking(
        name, case_of(build.line), actor=actor, now=now, about=rows_of(build)
    ) as taken:
        unless_held(job)
        build.state, build.manifest, build.error = State.CHECKING, package.manifest, ""
        build.package_sha256 = hashlib.sha256(package.manifest.encode()).hexdigest()
        build.receipt_sha256, build.findings = package.receipt_sha256, package.findings
        build.folder, build.built_at, build.built_by = package.folder, now, actor
        build.save()
        taken.records(package=build.package_sha256, receipt=package.receipt_sha256)
    return build


def _unless_abandoned(case: models.Case, build: models.Build) -> None:
    """Asked in the transaction that gives the build back."""
    if work.live(case.jobs.filter(kind="build", payload__build=build.pk)).exists():
        message = "A worker is still at this build; wait for it, or cancel the build."
        raise step.Refused([words.Refusal("still-building", message)])


def unless_held(job: models.Job) -> None:
    """The fencing token, asked in the transaction that writes the result."""
    if not work.still_held(job):
        message = "Another worker took this job over or it was called off; its result is dropped."
        raise step.Refused([words.Refusal("lease-lost", message)])


def rows_of(build: models.Build) -> dict[str, Any]:
    """The rows that a step on a build is about."""
    return {"build": build, "line": build.line, "part": build.line.part}


def case_of(line: models.ReleaseLine) -> models.Case:
    """The line's case as the database holds it now; its version is what the step locks."""
    return models.Case.objects.get(pk=line.part.case_id)
