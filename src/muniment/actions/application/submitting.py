"""Submitting: the answers are frozen by one hash, and the office takes over.

A request is submitted again after a return, and resubmitted for the next round after a revision;
where it goes then depends on which gates its changes touch, so each way is a step of its own.
"""

from datetime import datetime

from muniment import models
from muniment.actions import finding, step
from muniment.programme import forms, tracks
from muniment.queries import asked, editions, schedule
from muniment.rulebook import words

from . import parties
from .specifying import track_of


def submit(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Submission:
    """Submit the request: answers, specification and track are fixed, and its day is day 0."""
    with step.taking("submit", case, actor=actor, now=now) as taken:
        submission = _freeze(taken, case)
        case.submitted_on = schedule.today(case, now)
        case.save(update_fields=["submitted_on"])
        taken.tells(case.applicant, "received", reference=case.reference)
    return submission


def submit_again(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Submission:
    """Submit the request with the listed points completed."""
    with step.taking("submit_again", case, actor=actor, now=now) as taken:
        submission = _freeze(taken, case)
        taken.tells(case.applicant, "received", reference=case.reference)
    return submission


def resubmit_for_availability(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Submission:
    """Resubmit for the next round where the data have to be looked at again."""
    with step.taking("resubmit_for_availability", case, actor=actor, now=now) as taken:
        return _next_round(taken, case)


def resubmit_for_policy(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Submission:
    """Resubmit for the next round where the same data are asked for a changed purpose."""
    with step.taking("resubmit_for_policy", case, actor=actor, now=now) as taken:
        return _next_round(taken, case)


def resubmit_for_review(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Submission:
    """Resubmit for the next round to the same reviewers; the first gates stand."""
    with step.taking("resubmit_for_review", case, actor=actor, now=now) as taken:
        return _next_round(taken, case)


def resubmit_for_determination(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.Submission:
    """Resubmit for the next round to the office that decides it; the gates stand."""
    with step.taking("resubmit_for_determination", case, actor=actor, now=now) as taken:
        return _next_round(taken, case)


def _next_round(taken: step.Taken, case: models.Case) -> models.Submission:
    case.round += 1
    case.save(update_fields=["round"])
    return _freeze(taken, case)


def _freeze(taken: step.Taken, case: models.Case) -> models.Submission:
    """The row of what was submitted, and the case's track, the strictest of its parts."""
    _set_tracks(case)
    answers, present = asked.answers_of(case), asked.find_specification(case)
    parties.settle(case, answers, today=schedule.today(case, taken.now))
    case.save(update_fields=["institution"])
    parties.name_official(taken, case, answers)
    submission = models.Submission.objects.create(
        case=case,
        round=case.round,
        number=case.submissions.count() + 1,
        answers=answers,
        answers_sha256=asked.answers_sha256(case),
        specification=present,
        declarations=_declared(case),
        made_at=taken.now,
        made_by=taken.actor,
    )
    finding.keep_words(case)
    taken.records(
        answers=submission.answers_sha256,
        specification=present.sha256 if present else "",
        track=case.track,
        round=case.round,
        number=submission.number,
    )
    return submission


def _set_tracks(case: models.Case) -> None:
    parts = list(asked.live_parts(case))
    for part in parts:
        part.track = track_of(case, part.dataset_edition.dataset.slug).value
        part.save(update_fields=["track"])
    followed = tracks.strictest(words.Track(part.track) for part in parts)
    if case.track:  # what the office moved to a stricter track stays there
        followed = words.Track.strictest([followed, words.Track(case.track)])
    case.track = followed.value
    case.save(update_fields=["track"])


def _declared(case: models.Case) -> list[str]:
    """The fields by which the applicant declared what the programme needs."""
    answers = asked.answers_of(case)
    fields = forms.asked(editions.bundle_of(case.edition), answers)
    return [one.field["id"] for one in fields if "must_be" in one.field]
