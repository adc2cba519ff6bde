"""What the calendar asks of a case: when it lapses, is overdue, is reminded of, may be reopened."""

from datetime import date, datetime, timedelta

from django.db.models import Max

from muniment import models
from muniment.programme import clocks
from muniment.queries import editions
from muniment.rulebook import words

REMINDERS = ("reminder", "annual-report-due")
"""Letters that remind somebody of a day."""


def today(case: models.Case, now: datetime) -> date:
    """The day it is in the zone of the case's own edition."""
    return clocks.local_day(editions.bundle_of(case.edition), now)


def lapses_on(case: models.Case) -> date | None:
    """The last day on which the applicant's word keeps the case; None where it never lapses."""
    bundle = editions.bundle_of(case.edition)
    spans = {each["stage"]: each["after_days"] for each in bundle["calendar"]["lapse"]}
    if case.stage not in spans:
        return None
    return last_word_on(case) + timedelta(days=spans[case.stage])


def last_word_on(case: models.Case) -> date:
    """The day the applicant was last heard of: the stage began, or they wrote, answered, signed."""
    heard = (
        case.sections.aggregate(at=Max("saved_at"))["at"],
        case.questions.aggregate(at=Max("answered_at"))["at"],
        case.agreements.aggregate(at=Max("signatures__made_at"))["at"],
    )
    return max([case.stage_since, *(today(case, at) for at in heard if at is not None)])


def reopens_until(case: models.Case, *, ended_on: date) -> date:
    """The last day on which a case that ended then may be reopened, or appealed."""
    days = editions.bundle_of(case.edition)["calendar"]["reopen_days"]
    return ended_on + timedelta(days=days)


def is_overdue(case: models.Case, *, now: datetime) -> bool:
    """Whether the stage took longer than it may; a clock that stands is never overdue."""
    return case.due_on is not None and today(case, now) > case.due_on


def reminder_days(case: models.Case) -> list[date]:
    """The days on which whoever's turn it is is reminded: before the limit, before the lapse."""
    bundle = editions.bundle_of(case.edition)
    limit = clocks.limit_for(bundle, case.stage, track=case.track or None)
    days: set[date] = set()
    if limit is not None and case.due_on is not None:
        calendar = editions.calendar_of(case)
        days |= set(clocks.reminders(calendar, case.due_on, before=limit.remind_before))
    end = lapses_on(case)
    for each in bundle["calendar"]["lapse"]:
        if each["stage"] == case.stage and end is not None:
            days |= {end - timedelta(days=before) for before in each.get("remind_before", ())}
    return sorted(days)


def open_cases() -> list[models.Case]:
    """Every case on which a clock may run, the oldest first."""
    running = models.Case.objects.filter(stage__in=[stage.value for stage in words.OPEN_STAGES])
    with_rules = running.select_related("edition", "programme__calendar_edition", "applicant")
    return list(with_rules.order_by("pk"))


def reminded_on(case: models.Case, day: date) -> bool:
    """Whether the system sent a reminder in this case on that day or later."""
    calendar = clocks.calendar_of(editions.bundle_of(case.edition))
    begin = clocks.ends_at(calendar, day - timedelta(days=1))
    sent = case.messages.filter(kind__in=REMINDERS, made_by__person__isnull=True)
    return sent.filter(made_at__gte=begin).exists()


def find_question_to_remind_of(case: models.Case, *, day: date) -> models.Question | None:
    """An open question whose answer is due in one of the calendar's reminder spans from that day.

    Of several the one that is due first.
    """
    spans = editions.bundle_of(case.edition)["calendar"]["questions"].get("remind_before", ())
    days = [day + timedelta(days=before) for before in spans]
    rows = case.questions.filter(answered_at=None, withdrawn_at=None, due_on__in=days)
    return rows.select_related("made_by").order_by("due_on", "pk").first()


def was_escalated(case: models.Case) -> bool:
    """Whether the next in line was told of this delay; one word for one delay is enough."""
    came = case.segments.filter(stage=case.stage, ended_at__isnull=True).latest("pk").made_at
    told = models.Entry.objects.filter(
        subject_kind="case", subject_id=case.pk, tag="work.escalate", at__gte=came
    )
    return told.exists()


def find_next_meeting(case: models.Case, *, now: datetime) -> models.Meeting | None:
    """The next meeting of the committee whose agenda the case can still come to."""
    coming = models.Meeting.objects.filter(
        programme=case.programme_id, circulation=False, closed_at__isnull=True
    )
    later = coming.filter(held_on__gte=today(case, now)).exclude(items__case=case)
    return later.order_by("held_on", "pk").first()
