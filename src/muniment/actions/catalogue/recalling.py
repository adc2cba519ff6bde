"""Editions that are taken back or replaced: every open case on one is held, every release listed.

What its recipients are asked to do stands on the edition; telling them is a step of its own.
"""

from datetime import datetime

from muniment import models
from muniment.actions import case, input_refused, people, step
from muniment.queries import asked
from muniment.rulebook import words

Recall = models.DatasetEdition.Recall


def withdraw_edition(
    programme: models.Programme,
    edition: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    recall: Recall = Recall.STOP_USE,
) -> list[models.Case]:
    """Withdraw a dataset edition; return the open cases on it, which are now on hold.

    `recall` is what recipients of releases that contain it are asked to do.
    """
    about = {"edition": edition, "reason": reason}
    with step.taking("withdraw_edition", programme, actor=actor, now=now, about=about) as taken:
        return _take_back(taken, edition, reason, recall)


def correct_edition(
    programme: models.Programme,
    edition: models.DatasetEdition,
    replacement: models.DatasetEdition,
    *,
    actor: models.Actor,
    now: datetime,
    reason: str,
    recall: Recall = Recall.REPLACE,
) -> list[models.Case]:
    """Replace an edition by a corrected one of the same dataset, whose holding was checked.

    The old one is withdrawn for good. Returns the open cases on it, which are now on hold.
    """
    about = {"edition": edition, "replacement": replacement, "reason": reason}
    with step.taking("correct_edition", programme, actor=actor, now=now, about=about) as taken:
        input_refused.unless_empty(_no_replacement(edition, replacement))
        edition.successor = replacement
        edition.save(update_fields=["successor"])
        taken.records(replacement=replacement.label)
        return _take_back(taken, edition, reason, recall)


def _no_replacement(
    edition: models.DatasetEdition, replacement: models.DatasetEdition
) -> list[words.Refusal]:
    if edition.withdrawn_at is not None:
        message = "This edition was taken back already."
        return [words.Refusal("edition-withdrawn", message)]
    other = replacement.dataset_id != edition.dataset_id or replacement.pk == edition.pk
    if other or replacement.withdrawn_at is not None:
        message = "Choose another edition of the same dataset that was not taken back."
        return [words.Refusal("no-replacement", message)]
    return []


def _take_back(
    taken: step.Taken, edition: models.DatasetEdition, reason: str, recall: Recall
) -> list[models.Case]:
    edition.withdrawn_at, edition.withdrawn_by = taken.now, taken.actor
    edition.withdrawn_reason, edition.recall = reason, recall.value
    marked = ["withdrawn_at", "withdrawn_by", "withdrawn_reason", "recall"]
    edition.save(update_fields=marked)
    taken.records(
        dataset=edition.dataset.slug, edition=edition.label, reason=reason, recall=recall.value
    )
    parts = models.Part.objects.filter(dataset_edition=edition, status__in=asked.DELIVERED)
    open_ones = models.Case.objects.filter(pk__in=parts.values("case"), stage__in=words.OPEN_STAGES)
    held = list(open_ones.order_by("pk"))
    for each in held:
        case.hold_for_edition(each, edition, actor=people.system(), now=taken.now)
    return held
