"""A request that runs on paper is opened where it stands, each earlier gate by a person's word.

It enters at the first gate like any other and is attested through those that it passed on paper,
one step and one entry of the ledger each. The documents that show it are kept with it. Its clock
runs from the day it came here, because nobody measured the days before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from muniment import models
from muniment.actions import clocks, files, people, step
from muniment.actions.application import drafts, specifying
from muniment.actions.case import attesting, importing, notes
from muniment.programme import tracks
from muniment.queries import asked
from muniment.queries.facts import application as facts
from muniment.rulebook import words
from muniment.rulebook.words import Refusal, Stage

CANNOT_BE_READ = "The document “{name}” is kept as it came, but it cannot be read. {why}"


@dataclass(frozen=True, slots=True)
class Running:
    """A request on paper: its row, who asks, its documents, and the specification if it has one."""

    row: importing.Earlier
    email: str
    stage: Stage
    since: date
    """The day on which it came to that stage."""
    documents: Sequence[tuple[models.StoredFile, str]]
    """Files and their names; the first is what the applicant sent."""
    specification: Mapping[str, Any] | None
    unreadable: Sequence[tuple[int, Refusal]] = ()
    """Which of the documents nobody can read, counted from one, and why; they are kept."""


def bring_in(
    programme: models.Programme,
    running: Running,
    *,
    source: str,
    actor: models.Actor,
    now: datetime,
    second_person: models.Person | None = None,
) -> models.Case:
    """Open the request and attest every gate before the one at which it stands."""
    with transaction.atomic():
        case = bring_in_from_paper(programme, running, source=source, actor=actor, now=now)
        for number, fault in running.unreadable:
            name = running.documents[number - 1][1]
            text = CANNOT_BE_READ.format(name=name, why=fault.sentence)
            notes.write_note(case, text, actor=actor, now=now)
        while case.stage != running.stage.value:
            attesting.attest(case, running.since, actor=actor, now=now, second_person=second_person)
    return case


def bring_in_from_paper(
    programme: models.Programme,
    running: Running,
    *,
    source: str,
    actor: models.Actor,
    now: datetime,
) -> models.Case:
    """Make the case of a request that was received on paper; what it asks for is as it was sent."""
    row, original = running.row, running.documents[0][0] if running.documents else None
    about = {"original": original}
    with step.taking("bring_in_from_paper", programme, actor=actor, now=now, about=about) as taken:
        name = row.applicant[: importing.LONGEST_NAME]
        person = people.register_person(running.email, name=name)
        kind = models.Case.Kind.DATA if running.specification else models.Case.Kind.COLLABORATION
        case = drafts.make_draft(taken, programme, person, kind=kind, institution=None)
        models.Origin.objects.create(
            case=case,
            programme=programme,
            source=source,
            source_id=row.source_id,
            row_sha256=row.sha256,
            earlier=False,
            institution=row.institution[: importing.LONGEST_INSTITUTION],
            received_on=row.received_on,
            sound=row.sound,
            made_at=now,
            made_by=actor,
        )
        _as_it_was_sent(taken, case, running)
        taken.records(source=source, source_id=row.source_id)
        taken.tells(person, "received", reference=case.reference)
    return case


def _as_it_was_sent(taken: step.Taken, case: models.Case, running: Running) -> None:
    """Title, words, files and specification, frozen as a submission of the day it was received."""
    row, now, actor = running.row, taken.now, taken.actor
    models.Section.objects.create(
        case=case,
        name=importing.SECTION,
        answers=importing.said(row),
        version=1,
        saved_at=now,
        saved_by=actor,
    )
    for number, (file, name) in enumerate(running.documents):
        purpose = facts.ORIGINAL if number == 0 else "paper"
        attached = models.Attachment.objects.create(
            case=case, file=file, purpose=purpose, name=name, made_at=now, made_by=actor
        )
        files.ask_for_scan(attached, actor=actor, now=now)
    present = _specify(taken, case, running)
    followed = [words.Track(part.track) for part in asked.live_parts(case)]
    case.track = row.track or tracks.strictest(followed).value
    case.title, case.submitted_on = row.title, row.received_on
    case.stage = Stage.SUBMITTED.value
    changed = clocks.turn(case, actor=actor, now=now)
    own = {"title": case.title, "submitted_on": case.submitted_on, "track": case.track}
    models.Case.objects.filter(pk=case.pk).update(**changed, **own)
    models.Submission.objects.create(
        case=case,
        round=case.round,
        number=1,
        answers=asked.answers_of(case),
        answers_sha256=asked.answers_sha256(case),
        specification=present,
        made_at=now,
        made_by=actor,
    )


def _specify(taken: step.Taken, case: models.Case, running: Running) -> models.Specification | None:
    """The specification of the paper. The applicant's word is on the document that is kept."""
    if running.specification is None:
        return None
    written = specifying.read_specification(dict(running.specification))
    faults = specifying.faults_of(case, written)
    if faults:
        raise step.Refused(faults)
    specifying.follow(case, written, specifying.editions_of(case, written))
    marks = {"confirmed_at": taken.now, "confirmed_by": taken.actor}
    return specifying.new_version(case, written, actor=taken.actor, now=taken.now, **marks)
