"""Answers: saved section by section, checked as a whole only when the request is submitted.

Saving is an edit: it asks who may write, takes no step, and reaches the ledger as one hash at
submit. Two people who write the same section are told so, and neither loses a word.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from muniment import models
from muniment.actions import files, finding, input_refused, step
from muniment.actions.finding import WRITING
from muniment.programme import forms
from muniment.queries import asked, editions
from muniment.rulebook import words

from . import parties
from .written import not_now

WRITERS = {words.Role.APPLICANT, words.Role.CO_APPLICANT}
LARGEST_SECTION = 400_000
LONGEST_POINT = 8_000


class EditedElsewhere(step.Refused):
    """Someone else saved in the meantime: `yours` was not saved, `theirs` is what stands."""

    def __init__(self, *, yours: Any, theirs: Any, version: int) -> None:
        message = "Someone else saved this part in the meantime. Compare both and save again."
        super().__init__([words.Refusal("edited-elsewhere", message)])
        self.yours, self.theirs, self.version = yours, theirs, version


def save_section(
    case: models.Case,
    section: str,
    answers: Mapping[str, Any],
    *,
    version: int,
    actor: models.Actor,
    now: datetime,
) -> models.Section:
    """Save one section's answers; `version` is the one that was edited, 0 for a first save.

    Incomplete answers are kept; fields the form does not have are refused. Raises EditedElsewhere
    where someone else saved since.
    """
    step.only_for(WRITERS, case, actor=actor, now=now)
    input_refused.unless_empty(_faults(case, {section: answers}))
    input_refused.unless_empty(_closed_fields(case, section, answers))
    row, _ = models.Section.objects.get_or_create(case=case, name=section)
    mine = models.Section.objects.filter(pk=row.pk, version=version)
    if not mine.update(answers=dict(answers), version=version + 1, saved_at=now, saved_by=actor):
        row.refresh_from_db()
        raise EditedElsewhere(yours=dict(answers), theirs=row.answers, version=row.version)
    _follow_answers(case)
    if words.Stage(case.stage) not in WRITING:
        finding.keep_words(case)
    row.refresh_from_db()
    return row


def enter_for_applicant(
    case: models.Case,
    answers: forms.Answers,
    *,
    actor: models.Actor,
    now: datetime,
    original: models.StoredFile | None = None,
) -> list[models.Section]:
    """Enter answers from the applicant's own form or words; they count once confirmed."""
    input_refused.unless_empty(_faults(case, answers))
    about = {"original": original}
    with step.taking("enter_for_applicant", case, actor=actor, now=now, about=about) as taken:
        if original is not None:
            files.keep_original(case, original, actor=actor, now=now)
        rows = [_enter(case, name, given, actor, now) for name, given in answers.items()]
        _follow_answers(case)
        taken.records(sections=sorted(answers), answers=asked.answers_sha256(case))
        link = f"/requests/{case.reference}/entered/"
        taken.tells(case.applicant, "entered-for-you", link=link)
    return rows


def _enter(
    case: models.Case, name: str, given: Mapping[str, Any], actor: models.Actor, now: datetime
) -> models.Section:
    models.Section.objects.get_or_create(case=case, name=name)
    row = models.Section.objects.select_for_update().get(case=case, name=name)
    row.answers, row.version = {**row.answers, **given}, row.version + 1
    row.saved_at, row.saved_by = row.entered_at, row.entered_by = now, actor
    row.confirmed_at = row.confirmed_by = None
    row.save()
    return row


def confirm_entry(case: models.Case, *, actor: models.Actor, now: datetime) -> list[models.Section]:
    """Take what the office entered as one's own."""
    with step.taking("confirm_entry", case, actor=actor, now=now) as taken:
        waiting = case.sections.filter(entered_at__isnull=False, confirmed_at__isnull=True)
        rows = list(waiting.order_by("name"))
        for row in rows:
            row.confirmed_at, row.confirmed_by = now, actor
            row.save(update_fields=["confirmed_at", "confirmed_by"])
        taken.records(sections=[row.name for row in rows], answers=asked.answers_sha256(case))
    return rows


def answer_point(
    point: models.ReturnPoint, text: str, *, actor: models.Actor, now: datetime
) -> models.ReturnPoint:
    """Say how a numbered point of the return was completed; an edit until the next submission."""
    step.only_for(WRITERS, point.case, actor=actor, now=now)
    if not text.strip():
        message = "Say in a sentence what you completed for point {number}."
        raise step.Refused([words.Refusal("answer-empty", message, {"number": str(point.number)})])
    if len(text) > LONGEST_POINT:
        message = "The answer to point {number} is longer than {most} characters; shorten it."
        told = {"number": str(point.number), "most": str(LONGEST_POINT)}
        raise step.Refused([words.Refusal("answer-long", message, told)])
    if point.case.stage != words.Stage.RETURNED:
        raise step.Refused([not_now()])
    point.answer, point.resolved_at, point.resolved_by = text.strip(), now, actor
    point.save(update_fields=["answer", "resolved_at", "resolved_by"])
    return point


def _faults(case: models.Case, answers: forms.Answers) -> list[words.Refusal]:
    """What could not even be kept: unknown fields, values JSON has no place for, sheer size."""
    found = []
    for section, given in answers.items():
        try:
            size = len(json.dumps(dict(given), allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            message = "The answers of {section} hold a value that is no JSON."
            return [words.Refusal("answer-unreadable", message, {"section": section})]
        if size > LARGEST_SECTION:
            message = "The answers of {section} are longer than {most} characters; shorten them."
            params = {"section": section, "most": f"{LARGEST_SECTION:,}"}
            found.append(words.Refusal("section-too-long", message, params))
    unknown = {"section-unknown", "answer-unknown"}
    said = forms.validate(editions.bundle_of(case.edition), answers)
    return found + [refusal for refusal in said if refusal.code in unknown]


def _closed_fields(
    case: models.Case, section: str, answers: Mapping[str, Any]
) -> list[words.Refusal]:
    """While the request is not being written, only fields that a blocking question names open."""
    if words.Stage(case.stage) in WRITING:
        return []
    before = asked.answers_of(case).get(section, {})
    names = {*before, *answers}
    changed = {name for name in names if before.get(name) != answers.get(name)}
    opened = case.questions.filter(
        blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
    )
    closed = changed - set(opened.values_list("about", flat=True))
    return [not_now()] if closed else []


def _follow_answers(case: models.Case) -> None:
    """Title, kind and institution of the case are what the answers say."""
    answers = asked.answers_of(case)
    given = forms.flat(answers)
    kind = given.get("request_kind")
    if kind in models.Case.Kind.values:
        case.kind = kind
    case.title = str(given.get("title") or "")[:255]
    if words.Stage(case.stage) in WRITING:
        parties.follow(case, answers)
    case.save(update_fields=["kind", "title", "institution"])
