"""Minutes: drafted from the record, edited while the meeting is open, approved by who leads.

What they say about a request stands on its item of the agenda, so that a reader who is recused
there reads the rest without it.
"""

from collections.abc import Mapping
from datetime import datetime

from muniment import models
from muniment.actions import step
from muniment.queries.meetings import recorded
from muniment.rulebook import words

from .meetings import ORGANIZERS


def draft_minutes(meeting: models.Meeting, *, actor: models.Actor, now: datetime) -> models.Minutes:
    """Write the minutes from the record as it is; what was edited before is written anew."""
    about = {"meeting": meeting}
    subject = meeting.programme
    with step.taking("draft_minutes", subject, actor=actor, now=now, about=about) as taken:
        _unless_approved(meeting)
        text = recorded.opening(meeting)
        minutes, _ = models.Minutes.objects.update_or_create(
            meeting=meeting, defaults={"text": text, "made_at": now, "made_by": actor}
        )
        for item in recorded.items_of(meeting):
            item.minutes = recorded.of_item(item)
            item.save(update_fields=["minutes"])
        taken.records(held_on=meeting.held_on.isoformat())
    return minutes


def write_minutes(
    meeting: models.Meeting,
    text: str,
    items: Mapping[int, str],
    *,
    actor: models.Actor,
    now: datetime,
) -> models.Minutes:
    """Edit a draft of the minutes; `items` are the texts by the key of their item. An edit."""
    step.only_for(ORGANIZERS, meeting.programme, actor=actor, now=now)
    minutes = models.Minutes.objects.filter(meeting=meeting).first()
    if minutes is None:
        raise step.Refused([words.Refusal("minutes-missing", "Draft the minutes first.")])
    _unless_approved(meeting)
    minutes.text = text.strip()
    minutes.save(update_fields=["text"])
    for item in recorded.items_of(meeting):
        if item.pk in items:
            item.minutes = items[item.pk].strip()
            item.save(update_fields=["minutes"])
    return minutes


def approve_minutes(
    meeting: models.Meeting, *, actor: models.Actor, now: datetime
) -> models.Minutes:
    """Approve the minutes as they are and close the meeting."""
    about = {"meeting": meeting}
    subject = meeting.programme
    with step.taking("approve_minutes", subject, actor=actor, now=now, about=about) as taken:
        open_ballots = meeting.items.filter(
            ballot_opened_at__isnull=False, ballot_closed_at__isnull=True
        )
        if open_ballots.exists():
            message = "A ballot of this meeting is open; record its outcome or defer the request."
            raise step.Refused([words.Refusal("ballot-open", message)])
        minutes = models.Minutes.objects.get(meeting=meeting)
        minutes.approved_at, minutes.approved_by = now, actor
        minutes.save(update_fields=["approved_at", "approved_by"])
        meeting.closed_at, meeting.closed_by = now, actor
        meeting.save(update_fields=["closed_at", "closed_by"])
        texts = dict(meeting.items.order_by("order").values_list("case__reference", "minutes"))
        taken.records(held_on=meeting.held_on.isoformat(), text=minutes.text, items=texts)
    return minutes


def _unless_approved(meeting: models.Meeting) -> None:
    if models.Minutes.objects.filter(meeting=meeting, approved_at__isnull=False).exists():
        message = "These minutes are approved and stay as they are."
        raise step.Refused([words.Refusal("minutes-approved", message)])
