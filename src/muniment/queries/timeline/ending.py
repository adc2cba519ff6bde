"""Whose turn it is while a use ends: the last report, the certificates, and the office's word."""

from collections.abc import Iterator
from datetime import datetime

from muniment import models
from muniment.programme import clocks
from muniment.rulebook import reading
from muniment.rulebook.words import Role

from .turn import Turn, What

DECIDERS = reading.STEPS["refuse_retention"].by


def turns_of(case: models.Case, calendar: clocks.Calendar) -> Iterator[Turn]:
    """What is missing, each with who can hand it in; the office closes when nothing is."""
    since, until = case.stage_since, case.due_on
    final = [each for each in case.reports.all() if each.kind == models.Report.Kind.FINAL]
    filed = [each.filed_at for each in final if each.filed_at is not None]
    certified = list(_certified(case).values())
    if not filed:
        yield Turn(What.CLOSE_OUT, Role.APPLICANT, since, until)
    if not all(certified):
        yield Turn(What.CERTIFY_DESTRUCTION, Role.SIGNING_OFFICIAL, since, until)
    asked = [each for each in case.retentions.all() if not each.granted_at and not each.refused_at]
    for each in asked:
        asked_on = calendar.local_day(each.made_at)
        for role in DECIDERS:
            yield Turn(What.DECIDE_RETENTION, role, asked_on)
    if filed and all(certified) and not asked:
        last = max([*filed, *(at for each in certified for at in each)])
        yield Turn(What.ACCEPT_CLOSE_OUT, Role.COORDINATOR, calendar.local_day(last), until)


def owes_certificate(case: models.Case, person: int | None) -> bool:
    """Whether the institution that this person signs for has yet to certify; another's may."""
    own = {
        each.institution_id
        for each in case.agreements.all()
        if each.institution is not None and each.institution.official_id == person
    }
    return any(place in own and not at for place, at in _certified(case).items())


def _certified(case: models.Case) -> dict[int | None, list[datetime]]:
    """When each institution that is bound certified, on whichever version of its text.

    A next version that nobody has signed ends nothing (decision 34), so what was signed under one
    that gave way to it counts; a text that was voided, or gave way unsigned, binds nobody.
    """
    texts: dict[int | None, list[datetime]] = {}
    for each in case.agreements.all():
        gone = each.superseded_at and not each.signatures.all()
        if each.issued_at and not each.void_reason and not gone:
            marks = (mark.certified_at for mark in each.destructions.all())
            texts.setdefault(each.institution_id, []).extend(at for at in marks if at is not None)
    return texts
