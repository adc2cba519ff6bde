"""What the calendar asks of a case: when it lapses, is overdue, is reminded of, may be reopened."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from muniment import models
from muniment.programme import clocks
from muniment.queries import editions
from muniment.rulebook import reading, words

REMINDERS = ("reminder", "annual-report-due")
"""Letters that remind somebody of a day."""
OPEN_CONDITION = Q(
    determination__superseded_at__isnull=True, met_at__isnull=True, waived_at__isnull=True
)
"""A condition of a standing decision that nobody has met or waived."""
_NEWER = models.Specification.objects.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
OPEN_PROPOSAL = ~Exists(_NEWER) & Q(
    proposed_at__isnull=False, confirmed_at__isnull=True, refused_at__isnull=True
)
"""A smaller scope that the office proposed and the applicant has not answered.

One written since, as after the request was reopened, takes its place.
"""
CONDITION_DAYS = (30, 7, 0, -7, -30)
"""Days before a condition is due on which it is reminded of; the last two are days after."""


def today(case: models.Case, now: datetime) -> date:
    """The day it is in the zone of the case's own edition."""
    return clocks.local_day(editions.bundle_of(case.edition), now)


def lapses_on(case: models.Case) -> date | None:
    """The last day on which the applicant's word keeps the case; None where it never lapses.

    A stage that waits for the applicant has its span, and so has what stops the clock until they
    answer, wherever the case stands before its release. Where both run, the later end counts; a
    hold of the office begins them anew, and no case ends while the answer is not due yet. Days on
    which the clock did not stand yet are none of silence.
    """
    stage_rules, question_rule = _lapse_rules(case)
    if not stage_rules and question_rule is None:
        return None
    waiting = list_unanswered(case)
    went_on_at = case.holds.aggregate(at=Max("lifted_at"))["at"]
    since = _latest(case, last_word_on(case), went_on_at)
    ends = [since + timedelta(days=rule["after_days"]) for rule in stage_rules]
    if question_rule is not None:
        stood = case.segments.filter(ended_at__isnull=True, paused=True)
        stood_at = stood.aggregate(at=Max("made_at"))["at"]
        silent = _latest(case, since, stood_at, *(asked_at for asked_at, _ in waiting))
        ends.append(silent + timedelta(days=question_rule["after_days"]))
    return max([*ends, *(due for _, due in waiting)])


def _lapse_rules(case: models.Case) -> tuple[list[Any], Any]:
    """What the calendar says of the stage, and of questions where an answer is waited for."""
    calendar = editions.bundle_of(case.edition)["calendar"]
    if words.Stage(case.stage) not in reading.STEPS["lapse"].at:
        return [], None
    own = [rule for rule in calendar["lapse"] if rule["stage"] == case.stage]
    rule = calendar["questions"].get("lapse")
    return own, rule if rule is not None and list_unanswered(case) else None


def list_unanswered(case: models.Case) -> list[tuple[datetime, date]]:
    """When what stops the clock until the applicant answers was asked, and when it is due."""
    asked = case.questions.filter(
        blocking=True, answered_at__isnull=True, withdrawn_at__isnull=True
    )
    proposed = list_proposed(case).values_list("proposed_at", flat=True)
    return [
        *asked.values_list("made_at", "due_on"),
        *((at, answer_due_on(case, now=at)) for at in proposed),
    ]


def list_proposed(case: models.Case) -> QuerySet[models.Specification]:
    """The smaller scope that waits for the applicant; at no other stage does one wait."""
    here = case.stage == words.Stage.AVAILABILITY
    return case.specifications.filter(OPEN_PROPOSAL) if here else case.specifications.none()


def answer_due_on(case: models.Case, *, now: datetime) -> date:
    """Until when an answer is expected to what the office asks now, where it names no day."""
    days = editions.bundle_of(case.edition)["calendar"]["questions"]["due_days"]
    return days_from(case, now, days=days)


def days_from(case: models.Case, now: datetime, *, days: int) -> date:
    """The day that is so many calendar days after today in the programme's zone."""
    return today(case, now) + timedelta(days=days)


def last_word_on(case: models.Case) -> date:
    """The day the applicant was last heard of: the stage began, or they wrote, answered, signed.

    What the office asked, told or answered is no word of theirs.
    """
    party = [role.value for role in words.CASE_ROLES]
    asked, scopes = case.questions, case.specifications
    return _latest(
        case,
        case.stage_since,
        case.sections.aggregate(at=Max("saved_at"))["at"],
        asked.filter(made_by__role__in=party).aggregate(at=Max("made_at"))["at"],
        asked.filter(answered_by__role__in=party).aggregate(at=Max("answered_at"))["at"],
        scopes.filter(confirmed_by__role__in=party).aggregate(at=Max("confirmed_at"))["at"],
        scopes.filter(refused_by__role__in=party).aggregate(at=Max("refused_at"))["at"],
        case.agreements.aggregate(at=Max("signatures__made_at"))["at"],
    )


def _latest(case: models.Case, day: date, *moments: datetime | None) -> date:
    """The last of these days; a moment that never was is none."""
    return max([day, *(today(case, at) for at in moments if at is not None)])


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
    if end is not None:
        own, of_questions = _lapse_rules(case)
        for rule in [*own, of_questions or {}]:
            days |= {end - timedelta(days=before) for before in rule.get("remind_before", ())}
    spans = bundle["calendar"]["questions"].get("remind_before", ())
    for at in list_proposed(case).values_list("proposed_at", flat=True):
        days |= {answer_due_on(case, now=at) - timedelta(days=before) for before in spans}
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


def list_conditions_to_remind_of(case: models.Case, *, day: date) -> list[models.Condition]:
    """Open conditions whose day is near, has come or has passed, seen from that day.

    All are of this very `case`, so that what is done about one is known when the next has its turn.
    """
    days = [day + timedelta(days=before) for before in CONDITION_DAYS]
    rows = models.Condition.objects.filter(
        OPEN_CONDITION, determination__case=case, due_on__in=days
    )
    found = list(rows.select_related("determination", "owner").order_by("due_on", "pk"))
    for condition in found:
        condition.determination.case = case
    return found


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
