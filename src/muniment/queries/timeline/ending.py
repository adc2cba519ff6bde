"""Whose turn it is while a use ends: the last report, the certificates, and the office's word."""

from collections.abc import Iterator
from datetime import datetime

from muniment import models
from muniment.programme import clocks
from muniment.queries.agreement import signers
from muniment.rulebook import reading
from muniment.rulebook.words import Role

from .turn import Turn, What

DECIDERS = reading.STEPS["refuse_retention"].by


def turns_of(case: models.Case, calendar: clocks.Calendar) -> Iterator[Turn]:
    """What is missing, each with who can hand it in; the office closes when nothing is."""
    since, until = case.stage_since, case.due_on
    final = [each for each in case.reports.all() if each.kind == models.Report.Kind.FINAL]
    filed = [each.filed_at for each in final if each.filed_at is not None]
    bound = _bound(case)
    certified = {party: _marks(texts) for party, texts in bound.items()}
    if not filed:
        yield Turn(What.CLOSE_OUT, Role.APPLICANT, since, until)
    owing = [texts[-1] for party, texts in bound.items() if not certified[party]]
    for role in sorted({signers.binding_role(each) for each in owing}):
        yield Turn(What.CERTIFY_DESTRUCTION, role, since, until)
    asked = [each for each in case.retentions.all() if not each.granted_at and not each.refused_at]
    for each in asked:
        asked_on = calendar.local_day(each.made_at)
        for role in DECIDERS:
            yield Turn(What.DECIDE_RETENTION, role, asked_on)
    if filed and all(certified.values()) and not asked:
        last = max([*filed, *(at for marks in certified.values() for at in marks)])
        yield Turn(What.ACCEPT_CLOSE_OUT, Role.COORDINATOR, calendar.local_day(last), until)


def owes_certificate(case: models.Case, person: int | None) -> bool:
    """Whether the institution that this person signs for has yet to certify; another's may."""
    return any(
        not _marks(texts) and signers.binding_role(texts[-1]) is Role.SIGNING_OFFICIAL
        for texts in _bound(case).values()
        if texts[-1].institution is not None and texts[-1].institution.official_id == person
    )


def _bound(case: models.Case) -> dict[int | None, list[models.Agreement]]:
    """The texts that bind each party, oldest first.

    A party is an institution or, where there is none, the applicant who signed for nobody else.
    A next version that nobody has signed ends nothing (decision 34), so what was signed under one
    that gave way to it counts; a text that was voided, or gave way unsigned, binds nobody.
    """
    texts: dict[int | None, list[models.Agreement]] = {}
    for each in sorted(case.agreements.all(), key=lambda each: each.pk):
        gone = each.superseded_at and not each.signatures.all()
        if each.issued_at and not each.void_reason and not gone:
            texts.setdefault(each.institution_id, []).append(each)
    return texts


def _marks(texts: list[models.Agreement]) -> list[datetime]:
    """When the party certified, on whichever version of its text."""
    given = (mark.certified_at for each in texts for mark in each.destructions.all())
    return [at for at in given if at is not None]
