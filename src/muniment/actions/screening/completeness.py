"""The first gate: is the request complete? What is incomplete is returned, never refused."""

from collections.abc import Sequence
from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.programme import clocks as calendars
from muniment.queries import editions, schedule
from muniment.rulebook import words

Point = tuple[str, str]
"""A section of the form, and what is missing there."""


def return_incomplete(
    case: models.Case, points: Sequence[Point], *, actor: models.Actor, now: datetime
) -> list[models.ReturnPoint]:
    """Return the request with numbered points; numbers go on from one return to the next."""
    said = [(section, text.strip()) for section, text in points if text.strip()]
    about = {"reason": "; ".join(text for _, text in said)}
    with step.taking("return_incomplete", case, actor=actor, now=now, about=about) as taken:
        certify(taken, case, complete=False, findings=[text for _, text in said])
        first = case.points.count() + 1
        rows = models.ReturnPoint.objects.bulk_create(
            models.ReturnPoint(
                case=case, number=number, section=section, text=text, made_at=now, made_by=actor
            )
            for number, (section, text) in enumerate(said, start=first)
        )
        taken.records(points=[text for _, text in said])
        taken.tells(case.applicant, "returned", due_on=_until(case, now))
    return rows


def certify_complete(
    case: models.Case, *, actor: models.Actor, now: datetime, findings: Sequence[str] = ()
) -> models.CompletenessCheck:
    """Certify that the request is complete, so that availability is found out."""
    with step.taking("certify_complete", case, actor=actor, now=now) as taken:
        return certify(taken, case, complete=True, findings=findings)


def certify_for_policy(
    case: models.Case, *, actor: models.Actor, now: datetime, findings: Sequence[str] = ()
) -> models.CompletenessCheck:
    """Certify a request whose data were found available already."""
    with step.taking("certify_for_policy", case, actor=actor, now=now) as taken:
        return certify(taken, case, complete=True, findings=findings)


def certify_for_review(
    case: models.Case, *, actor: models.Actor, now: datetime, findings: Sequence[str] = ()
) -> models.CompletenessCheck:
    """Certify a request whose first gates stand, for the committee."""
    with step.taking("certify_for_review", case, actor=actor, now=now) as taken:
        return certify(taken, case, complete=True, findings=findings)


def certify_for_determination(
    case: models.Case, *, actor: models.Actor, now: datetime, findings: Sequence[str] = ()
) -> models.CompletenessCheck:
    """Certify a request whose first gates stand, for the office's decision."""
    with step.taking("certify_for_determination", case, actor=actor, now=now) as taken:
        return certify(taken, case, complete=True, findings=findings)


def move_to_full_track(
    case: models.Case, *, actor: models.Actor, now: datetime, reason: str
) -> models.Case:
    """Let the committee review what seemed simple; a request never moves to a lighter track."""
    about = {"reason": reason}
    with step.taking("move_to_full_track", case, actor=actor, now=now, about=about) as taken:
        taken.records(track_from=case.track, track=words.Track.FULL.value, reason=reason)
        case.track = words.Track.FULL.value
        case.save(update_fields=["track"])
    return case


def certify(
    taken: step.Taken, case: models.Case, *, complete: bool, findings: Sequence[str]
) -> models.CompletenessCheck:
    """The office's word on the last submission; an earlier word on the case is superseded."""
    case.completeness_checks.filter(superseded_at__isnull=True).update(
        superseded_at=taken.now, superseded_by=taken.actor
    )
    submission = case.submissions.latest("number")
    taken.records(complete=complete, findings=list(findings), submission=submission.number)
    return models.CompletenessCheck.objects.create(
        case=case,
        submission=submission,
        complete=complete,
        findings=list(findings),
        made_at=taken.now,
        made_by=taken.actor,
    )


def _until(case: models.Case, now: datetime) -> str:
    """The last day on which the applicant is in time, or nothing where the programme sets none."""
    bundle = editions.bundle_of(case.edition)
    limit = calendars.limit_for(bundle, words.Stage.RETURNED.value, track=case.track or None)
    if limit is None:
        return ""
    calendar = calendars.calendar_of(bundle)
    return calendars.add_days(calendar, schedule.today(case, now), limit.days).isoformat()
