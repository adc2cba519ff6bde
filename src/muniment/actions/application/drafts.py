"""Drafts: how a request begins, and which edition of the form it follows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import clocks, files, step
from muniment.programme import clocks as calendars
from muniment.queries import editions
from muniment.rulebook import words

KIND_FIELD = "request_kind"


def start_draft(
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    kind: models.Case.Kind = models.Case.Kind.DATA,
    institution: models.Institution | None = None,
) -> models.Case:
    """Start a request of whoever acts; it follows the programme edition in force today.

    The entry goes into the programme's chain, because the case has none before this step.
    """
    with step.taking("start_draft", programme, actor=actor, now=now) as taken:
        assert actor.person is not None  # the rulebook needs a verified account
        case = make_draft(taken, programme, actor.person, kind=kind, institution=institution)
    return case


def start_draft_for_applicant(
    programme: models.Programme,
    applicant: models.Person,
    *,
    original: models.StoredFile,
    actor: models.Actor,
    now: datetime,
    kind: models.Case.Kind = models.Case.Kind.DATA,
    institution: models.Institution | None = None,
) -> models.Case:
    """Open a draft for someone who sent the form by mail; their own file is kept with it."""
    about = {"original": original, "person": applicant}
    with step.taking(
        "start_draft_for_applicant", programme, actor=actor, now=now, about=about
    ) as taken:
        case = make_draft(taken, programme, applicant, kind=kind, institution=institution)
        files.keep_original(case, original, actor=actor, now=now)
        taken.records(original=original.sha256)
    return case


def make_draft(
    taken: step.Taken,
    programme: models.Programme,
    applicant: models.Person,
    *,
    kind: models.Case.Kind,
    institution: models.Institution | None,
) -> models.Case:
    """The row of a new request, its number and its clock; called inside a step."""
    edition = programme.active_edition
    assert edition is not None  # without one no step can be asked for
    bundle = editions.bundle_of(edition)
    day = calendars.calendar_of(bundle).local_day(taken.now)
    number = programme.next_case_number
    programme.next_case_number = number + 1
    programme.save(update_fields=["next_case_number"])
    case = models.Case.objects.create(
        reference=f"{programme.slug[:9].upper()}-{day.year}-{number:04d}",
        programme=programme,
        edition=edition,
        kind=kind,
        stage_since=day,
        applicant=applicant,
        institution=institution or applicant.institution,
        made_at=taken.now,
        made_by=taken.actor,
    )
    _answer_kind(case, bundle["form"]["sections"], taken)
    changed = clocks.turn(case, actor=taken.actor, now=taken.now)
    models.Case.objects.filter(pk=case.pk).update(**changed)
    taken.records(reference=case.reference, kind=str(kind), edition=edition.sha256)
    return case


def _answer_kind(
    case: models.Case, sections: Iterable[Mapping[str, Any]], taken: step.Taken
) -> None:
    """What was said at the start is an answer of the form already."""
    for section in sections:
        if any(field["id"] == KIND_FIELD for field in section["fields"]):
            models.Section.objects.create(
                case=case,
                name=section["id"],
                answers={KIND_FIELD: str(case.kind)},
                version=1,
                saved_at=taken.now,
                saved_by=taken.actor,
            )


def take_newer_edition(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Follow the edition in force; answers stay, and what it asks anew is missing until given."""
    with step.taking("take_newer_edition", case, actor=actor, now=now) as taken:
        newer = case.programme.active_edition
        assert newer is not None  # the rulebook needs a newer edition
        case.edition = newer
        case.save(update_fields=["edition"])
        taken.records(edition=newer.sha256)
    return case


def keep_edition(case: models.Case, *, actor: models.Actor, now: datetime) -> models.Case:
    """Stay with the edition the draft was started with, although there is a newer one."""
    with step.taking("keep_edition", case, actor=actor, now=now) as taken:
        if case.edition.retired_at is not None:
            message = "That edition was retired from new requests; move the draft to the newer one."
            raise step.Refused([words.Refusal("edition-retired", message)])
        case.kept_against = case.programme.active_edition
        case.kept_at, case.kept_by = now, actor
        case.save(update_fields=["kept_against", "kept_at", "kept_by"])
        taken.records(kept=case.edition.sha256)
    return case
