"""Lines of bank files and card payments as they arrive: each kept once, however often it comes.

These are edits: taking a line in moves no money. What a line is worth is decided by matching it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from muniment import models
from muniment.actions import input_refused, step, work
from muniment.rulebook import words

MATCH = "match_bank_lines"
"""The kind of job that looks for each line's invoice."""


class Arrived(NamedTuple):
    """A line as it was read; `key` is the same whenever the same line is read again."""

    key: str
    booked_on: date
    amount_minor: int
    currency: str
    text: str


def take_bank_lines(
    programme: models.Programme, lines: Iterable[Arrived], *, actor: models.Actor, now: datetime
) -> int:
    """Keep the lines of a bank's file that were not here yet; return how many are new."""
    step.only_for({words.Role.FINANCE}, programme, actor=actor, now=now)
    return _keep(lines, models.BankLine.Source.BANK, actor=actor, now=now)


def take_card_payment(line: Arrived, *, actor: models.Actor, now: datetime) -> int:
    """Keep what the card provider reports; a replayed report changes nothing."""
    return _keep([line], models.BankLine.Source.CARD, actor=actor, now=now)


def set_line_aside(
    line: models.BankLine,
    programme: models.Programme,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
) -> models.BankLine:
    """Say that a line is not money for an invoice, with the reason."""
    step.only_for({words.Role.FINANCE}, programme, actor=actor, now=now)
    input_refused.unless_reason(reason)
    mark = {"set_aside_at": now, "set_aside_by": actor, "set_aside_reason": reason}
    open_lines = models.BankLine.objects.filter(payment__isnull=True, set_aside_at__isnull=True)
    if not open_lines.filter(pk=line.pk).update(**mark):
        message = "This line is settled already."
        raise step.Refused([words.Refusal("line-settled", message)])
    line.refresh_from_db()
    return line


def _keep(lines: Iterable[Arrived], source: str, *, actor: models.Actor, now: datetime) -> int:
    new = 0
    with transaction.atomic():
        for line in lines:
            _row, made = models.BankLine.objects.get_or_create(
                key=line.key,
                defaults={
                    "source": source, "booked_on": line.booked_on, "text": line.text[:300],
                    "amount_minor": line.amount_minor, "currency": line.currency,
                    "made_at": now, "made_by": actor,
                },
            )  # fmt: skip
            new += made
        if new:
            work.enqueue(MATCH, actor=actor, now=now)
    return new
