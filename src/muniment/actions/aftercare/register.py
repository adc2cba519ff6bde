"""The public register's own entry: published as the applicant wrote it, corrected with a reason."""

from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries import asked, register
from muniment.rulebook import words


def publish_register_entry(
    case: models.Case, *, actor: models.Actor, now: datetime
) -> models.RegisterEntry:
    """Publish the use under the title and the plain summary that the applicant gave."""
    with step.taking("publish_register_entry", case, actor=actor, now=now) as taken:
        if asked.find_answer(case, register.CONSENT) is not True:
            message = "The applicant did not agree that this use is listed in the public register."
            raise step.Refused([words.Refusal("not-to-be-listed", message)])
        if models.RegisterEntry.objects.filter(case=case).exists():
            message = "This use is in the register already. Correct its entry instead."
            raise step.Refused([words.Refusal("listed-already", message)])
        entry = models.RegisterEntry.objects.create(
            case=case,
            title=str(asked.find_answer(case, "title")),
            summary=str(asked.find_answer(case, "lay_summary")),
            published_at=now,
            published_by=actor,
            made_at=now,
            made_by=actor,
        )
        taken.records(title=entry.title, summary=entry.summary)
    return entry


def correct_register_entry(
    case: models.Case,
    *,
    title: str,
    summary: str,
    reason: str,
    actor: models.Actor,
    now: datetime,
    withdrawn: bool = False,
) -> models.RegisterEntry:
    """Change what the public reads, or mark the entry as withdrawn; the ledger keeps the reason."""
    about = {"reason": reason}
    with step.taking("correct_register_entry", case, actor=actor, now=now, about=about) as taken:
        entry = models.RegisterEntry.objects.filter(case=case).first()
        if entry is None:
            message = "This use is not in the register yet. Publish its entry first."
            raise step.Refused([words.Refusal("not-listed", message)])
        entry.title, entry.summary = title.strip() or entry.title, summary.strip() or entry.summary
        if withdrawn and entry.withdrawn_at is None:
            entry.withdrawn_at, entry.withdrawn_by = now, actor
        entry.save()
        taken.records(title=entry.title, summary=entry.summary, reason=reason)
    return entry
