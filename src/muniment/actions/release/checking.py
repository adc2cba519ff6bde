"""What becomes of a finished build: checked, sent back, released, withdrawn; never by its maker."""

from datetime import datetime

from muniment import models
from muniment.actions import input_refused, step
from muniment.actions.aftercare import duties
from muniment.queries import schedule

from . import builds

State = models.Build.State


def check(
    build: models.Build, *, actor: models.Actor, now: datetime, package_sha256: str, reason: str
) -> models.Check:
    """Certify that the build holds what was approved; bound to the package's hash."""
    case, about = (
        builds.case_of(build.line),
        {**builds.rows_of(build), "package_sha256": package_sha256},
    )
    with step.taking("check", case, actor=actor, now=now, about=about) as taken:
        input_refused.unless_reason(reason)
        taken.records(package=package_sha256, passed=True, reason=reason)
        return models.Check.objects.create(
            build=build,
            passed=True,
            package_sha256=package_sha256,
            reason=reason,
            made_at=now,
            made_by=actor,
        )


def send_back_build(
    build: models.Build, *, actor: models.Actor, now: datetime, reason: str
) -> models.Check:
    """Send the first build back to its builder, with the reason."""
    return _send_back("send_back_build", build, actor, now, reason)


def send_back_further_build(
    build: models.Build, *, actor: models.Actor, now: datetime, reason: str
) -> models.Check:
    """Send a build back while another one of the case waits for its check."""
    return _send_back("send_back_further_build", build, actor, now, reason)


def send_back_later_build(
    build: models.Build, *, actor: models.Actor, now: datetime, reason: str
) -> models.Check:
    """Send a build of an active case back; what was released before stays in use."""
    return _send_back("send_back_later_build", build, actor, now, reason)


def _send_back(
    name: str, build: models.Build, actor: models.Actor, now: datetime, reason: str
) -> models.Check:
    case, about = builds.case_of(build.line), {**builds.rows_of(build), "reason": reason}
    with step.taking(name, case, actor=actor, now=now, about=about) as taken:
        row = models.Check.objects.create(
            build=build,
            passed=False,
            package_sha256=build.package_sha256,
            reason=reason,
            made_at=now,
            made_by=actor,
        )
        build.state = State.PLANNED
        build.save(update_fields=["state"])
        taken.records(package=build.package_sha256, passed=False, reason=reason)
    return row


def release(build: models.Build, *, actor: models.Actor, now: datetime) -> models.Build:
    """Release the first build: what was approved leaves, and the case becomes active."""
    return _release("release", build, actor, now)


def release_later_build(build: models.Build, *, actor: models.Actor, now: datetime) -> models.Build:
    """Release a later build of an active case; it passes the same gate as the first."""
    return _release("release_later_build", build, actor, now)


def _release(name: str, build: models.Build, actor: models.Actor, now: datetime) -> models.Build:
    case = builds.case_of(build.line)
    with step.taking(name, case, actor=actor, now=now, about=builds.rows_of(build)) as taken:
        build.state, build.released_at, build.released_by = State.RELEASED, now, actor
        build.save(update_fields=["state", "released_at", "released_by"])
        taken.records(package=build.package_sha256, plan=build.plan.plan_sha256)
        from_on = schedule.today(case, now)
        duties.begin_duties(build.line.agreement, actor=actor, now=now, from_on=from_on)
    return build


def withdraw_build(
    build: models.Build, *, actor: models.Actor, now: datetime, reason: str
) -> models.Build:
    """Withdraw a build, so that it is no longer delivered."""
    case, about = builds.case_of(build.line), {**builds.rows_of(build), "reason": reason}
    with step.taking("withdraw_build", case, actor=actor, now=now, about=about) as taken:
        build.state, build.withdrawn_at, build.withdrawn_by = State.WITHDRAWN, now, actor
        build.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
        taken.records(package=build.package_sha256, reason=reason)
    return build
