"""Amendments and renewals: certified or accepted by the office, granted or refused by who decides.

A grant is applied to the parent in the same transaction, by the system; where the parent cannot
take it just then, the grant stands and the coordinator applies it later.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, step
from muniment.actions.decision import outcome
from muniment.actions.screening import completeness
from muniment.queries.facts import agreement
from muniment.rulebook import words

from . import applying

Said = outcome.Words
Outcome = models.Outcome


def accept_notified_change(
    child: models.Case, *, actor: models.Actor, now: datetime
) -> models.Case:
    """Accept a change of people or dates only, which needs no decision, and apply it."""
    with transaction.atomic():
        with step.taking("accept_notified_change", child, actor=actor, now=now) as taken:
            assert child.parent is not None  # the rulebook needs an amendment
            taken.records(parent=child.parent.reference)
        applying.at_once(child, now=now)
    return child


def certify_renewal(
    child: models.Case, *, actor: models.Actor, now: datetime, findings: Sequence[str] = ()
) -> models.CompletenessCheck:
    """Certify a renewal whose gates stand; it goes straight to its determination."""
    with step.taking("certify_renewal", child, actor=actor, now=now) as taken:
        return completeness.certify(taken, child, complete=True, findings=findings)


def grant_amendment(
    child: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Grant an amendment after the committee, and apply it."""
    return _grant("grant_amendment", child, actor, now, Said(Outcome.APPROVED, reason, notice))


def grant_amendment_by_office(
    child: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Grant an amendment on a track that needs no committee, and apply it."""
    said = Said(Outcome.APPROVED, reason, notice)
    return _grant("grant_amendment_by_office", child, actor, now, said, second_person)


def refuse_amendment(
    child: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Refuse an amendment after the committee; the parent stays as it was approved."""
    said = Said(Outcome.DENIED, reason, notice)
    return outcome.decide("refuse_amendment", child, said, actor=actor, now=now)


def refuse_amendment_by_office(
    child: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    second_person: models.Person | None = None,
) -> models.Determination:
    """Refuse an amendment on a track that needs no committee."""
    said = Said(Outcome.DENIED, reason, notice)
    return outcome.decide(
        "refuse_amendment_by_office", child, said, actor=actor, now=now, second_person=second_person
    )


def grant_renewal(
    child: models.Case,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    notice: str,
    until_on: date,
) -> models.Determination:
    """Grant a renewal until a day after the present term's last, and extend the term."""
    said = Said(Outcome.APPROVED, reason, notice)
    with transaction.atomic():
        with step.taking("grant_renewal", child, actor=actor, now=now, about=said.about()) as taken:
            input_refused.unless_empty(_not_longer(child, until_on))
            child.ends_on = until_on
            child.save(update_fields=["ends_on"])
            granted = outcome.determine(taken, child, said)
            taken.records(until_on=until_on.isoformat())
        applying.at_once(child, now=now)
    return granted


def refuse_renewal(
    child: models.Case, *, actor: models.Actor, now: datetime, reason: str, notice: str
) -> models.Determination:
    """Refuse a renewal; the term ends on the day that was signed."""
    said = Said(Outcome.DENIED, reason, notice)
    return outcome.decide("refuse_renewal", child, said, actor=actor, now=now)


def _grant(
    name: str,
    child: models.Case,
    actor: models.Actor,
    now: datetime,
    said: Said,
    second: models.Person | None = None,
) -> models.Determination:
    about = said.about(second_person=second)
    with transaction.atomic():
        with step.taking(name, child, actor=actor, now=now, about=about) as taken:
            input_refused.unless_empty(_released_otherwise(child))
            granted = outcome.determine(taken, child, said)
        applying.at_once(child, now=now)
    return granted


def _not_longer(child: models.Case, until_on: date) -> list[words.Refusal]:
    assert child.parent is not None  # the rulebook needs a renewal
    present = agreement.find_agreement(child.parent)
    if present is None or present.ends_on is None or until_on > present.ends_on:
        return []
    message = "The term runs until {ends_on} already; name a later day."
    return [words.Refusal("not-longer", message, {"ends_on": present.ends_on.isoformat()})]


def _released_otherwise(child: models.Case) -> list[words.Refusal]:
    """A part that left stays what it was; what is asked for now needs a part of its own."""
    assert child.parent is not None  # the rulebook needs an amendment
    now = dict(child.parts.values_list("part_id", "dataset_edition"))
    left = child.parent.parts.filter(lines__builds__released_at__isnull=False).distinct()
    message = "Part {part} was released from another edition; ask for this one as a new part."
    return [
        words.Refusal("part-released", message, {"part": part.part_id})
        for part in left
        if now.get(part.part_id, part.dataset_edition_id) != part.dataset_edition_id
    ]
