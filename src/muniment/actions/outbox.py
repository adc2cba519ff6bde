"""The outbox: a message is a row written in the transaction of what it tells of.

A letter of the programme says what to do and links; it never carries the content itself. Sending
is apart: a worker claims what is due, tries, and records how it went. A claim sets the time of the
next try at once, so that a worker that dies in between only delays a letter.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q, QuerySet

from muniment import models
from muniment.programme import Bundle, letters
from muniment.queries import access, editions

DAILY_HOUR = 7
"""When the day's letters go out, in the programme's own zone."""
ATTEMPTS = 14
"""Two weeks of tries at growing distance; then a person has to look."""
LONGEST_PAUSE = timedelta(hours=24)
Pace = models.Person.MailPace


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out as one mail: one letter, or a person's letters of the day."""

    to: models.Person
    letters: tuple[models.Message, ...]


def write(
    person: models.Person,
    letter: str,
    *,
    subject: models.Case | models.Programme | models.Holding,
    placeholders: Mapping[str, str],
    actor: models.Actor,
    now: datetime,
    enquiry: models.Enquiry | None = None,
) -> models.Message:
    """Write the programme's letter of that name to a person; raises LetterFault for an unknown one.

    The body is Markdown.
    """
    case = subject if isinstance(subject, models.Case) else None
    bundle = _bundle_of(subject)
    known = {
        "person_name": person.name,
        "programme_name": bundle["programme"]["short_name"],
        **(_of_case(case) if case else {"link": "/"}),
    }
    filled = letters.fill(bundle, letter, {**known, **placeholders})
    daily = _is_daily(person, case, now=now)
    return models.Message.objects.create(
        to=person,
        case=case,
        enquiry=enquiry,
        kind=letter,
        subject=filled.subject,
        body=filled.body,
        message_id=f"<{uuid.uuid4().hex}@{settings.MUNIMENT_MAIL_DOMAIN}>",
        daily=daily,
        not_before=_next_round(bundle, now) if daily else now,
        made_at=now,
        made_by=actor,
    )


def _bundle_of(subject: models.Case | models.Programme | models.Holding) -> Bundle:
    """A request keeps the letters of its own edition; everything else has today's."""
    if isinstance(subject, models.Case):
        return editions.bundle_of(subject.edition)
    home = subject if isinstance(subject, models.Programme) else subject.programme
    return editions.active_bundle(home)


def _of_case(case: models.Case) -> dict[str, str]:
    return {
        "reference": case.reference,
        "link": f"/requests/{case.reference}/",
    }


def claim(*, now: datetime) -> Parcel | None:
    """Take what is due next: a letter, or all of one person's letters of the day; else None."""
    due = models.Message.objects.filter(sent__isnull=True, attempts__lt=ATTEMPTS)
    due = due.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("pk")
    tried = (_parcel(first, due, now) for first in due.select_related("to")[:8])
    return next((parcel for parcel in tried if parcel.letters), None)


def _parcel(first: models.Message, due: QuerySet[models.Message], now: datetime) -> Parcel:
    """What this worker got of it; no letters where another was quicker."""
    together = due.filter(to=first.to, daily=True) if first.daily else [first]
    return Parcel(first.to, tuple(each for each in together if _taken(each, now)))


def record_sent(parcel: Parcel, *, now: datetime) -> None:
    """Whoever takes mail in has taken it."""
    _rows(parcel).update(sent=now, error="")


def record_failure(parcel: Parcel, *, error: str) -> None:
    """It went wrong; the next try is set already."""
    _rows(parcel).update(error=error)


def choose_pace(person: models.Person, pace: str) -> models.Person:
    """One's own choice: at once, daily, or as suits who one is. An edit."""
    person.mail_pace = pace if pace in Pace.values else ""
    person.save(update_fields=["mail_pace"])
    return person


def _taken(message: models.Message, now: datetime) -> bool:
    """Whether this worker got it; of two workers one does."""
    pause = min(timedelta(minutes=2**message.attempts), LONGEST_PAUSE)
    mine = models.Message.objects.filter(pk=message.pk, attempts=message.attempts)
    return bool(mine.update(attempts=F("attempts") + 1, not_before=now + pause))


def _rows(parcel: Parcel) -> QuerySet[models.Message]:
    return models.Message.objects.filter(pk__in=[message.pk for message in parcel.letters])


def _is_daily(person: models.Person, case: models.Case | None, *, now: datetime) -> bool:
    """Offices read their letters once a day, applicants at once, and anyone as they choose."""
    if person.mail_pace:
        return person.mail_pace == Pace.DAILY
    if case is not None and case.applicant_id == person.pk:
        return False
    return bool(access.offices_of(person, now=now))


def _next_round(bundle: Bundle, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(bundle["calendar"]["zone"]))
    today = local.replace(hour=DAILY_HOUR, minute=0, second=0, microsecond=0)
    return today if local < today else today + timedelta(days=1)
