"""What the calendar does by itself: holds end, cases lapse, people are reminded, delays named,
and a vote between meetings that failed goes to a meeting.

Looked at once an hour. Each case is a matter of its own: one that is refused, or that somebody
changes at that moment, stops no other and is looked at again an hour later.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from muniment.actions import aftercare, finding, pausing, people, release, review, step
from muniment.actions import case as course
from muniment.actions.people import confirming
from muniment.queries import aftercare as aftercares
from muniment.queries import release as releases
from muniment.queries import schedule
from muniment.queries.facts import committee

if TYPE_CHECKING:
    from muniment import models

Clock = Callable[[], datetime]
LOG = logging.getLogger(__name__)


def go(*, clock: Clock) -> None:
    """Look at every open window and case once; the steps say what may be done today."""
    finding.keep_missing_words()
    confirming.forget_old(now=clock())
    for delivery in releases.list_open_deliveries():
        case = delivery.build.line.part.case
        _try(case, partial(_close_delivery, delivery, now=clock()))
    for case in releases.list_standing_cases():
        for part, edition in releases.list_ahead(case):
            _try(case, partial(_prepare, part, edition, now=clock()))
    for case in schedule.open_cases():
        for errand in ERRANDS:
            _try(case, partial(errand, case, now=clock()))


def _try(case: "models.Case", errand: Callable[[], None]) -> None:
    try:
        errand()
    except step.Refused as refused:
        LOG.info("the calendar left %s alone: %s", case.reference, refused)


def _end_holds(case: "models.Case", *, now: datetime) -> None:
    today = schedule.today(case, now)
    over = case.holds.filter(lifted_at__isnull=True, until_on__lte=today)
    for hold in over.select_related("case__edition"):
        course.end_hold(hold, actor=people.system(), now=now)
        case.refresh_from_db()


def _let_stand(case: "models.Case", *, now: datetime) -> None:
    """A smaller scope that an earlier version let run on stops the clock from now on."""
    if schedule.list_proposed(case).exists():
        pausing.follow(case, now=now)


def _close_delivery(delivery: "models.Delivery", *, now: datetime) -> None:
    if schedule.today(delivery.build.line.part.case, now) > delivery.until_on:
        release.close_delivery(delivery, actor=people.system(), now=now)


def _prepare(part: "models.Part", edition: "models.DatasetEdition", *, now: datetime) -> None:
    release.prepare_standing_delivery(part, edition, actor=people.system(), now=now)


def _lapse(case: "models.Case", *, now: datetime) -> None:
    last = schedule.lapses_on(case)
    if last is not None and schedule.today(case, now) > last:
        course.lapse(case, actor=people.system(), now=now)


def _to_meeting(case: "models.Case", *, now: datetime) -> None:
    if committee.find_circulation(case) is None:
        return
    system = people.system()
    if not step.refusals("move_to_meeting", case, actor=system, now=now):
        meeting = schedule.find_next_meeting(case, now=now)
        review.move_to_meeting(case, meeting=meeting, actor=system, now=now)


def _remind(case: "models.Case", *, now: datetime) -> None:
    today = schedule.today(case, now)
    if today in schedule.reminder_days(case) and not schedule.reminded_on(case, today):
        course.remind(case, actor=people.system(), now=now)


def _ask_again(case: "models.Case", *, now: datetime) -> None:
    today = schedule.today(case, now)
    question = schedule.find_question_to_remind_of(case, day=today)
    if question is not None and not schedule.reminded_on(case, today):
        course.remind_of_question(question, actor=people.system(), now=now)


def _escalate(case: "models.Case", *, now: datetime) -> None:
    if schedule.is_overdue(case, now=now) and not schedule.was_escalated(case):
        course.escalate(case, actor=people.system(), now=now)


def _conditions(case: "models.Case", *, now: datetime) -> None:
    today = schedule.today(case, now)
    conditions = schedule.list_conditions_to_remind_of(case, day=today)
    if conditions and not schedule.reminded_on(case, today):
        for condition in conditions:
            course.remind_of_condition(condition, actor=people.system(), now=now)


def _reports(case: "models.Case", *, now: datetime) -> None:
    today = schedule.today(case, now)
    report = aftercares.find_report_to_remind_of(case, today=today)
    if report is not None and not schedule.reminded_on(case, today):
        course.remind_of_report(report, actor=people.system(), now=now)


def _expire(case: "models.Case", *, now: datetime) -> None:
    if aftercares.is_over(case, today=schedule.today(case, now)):
        aftercare.expire_agreement(case, actor=people.system(), now=now)


ERRANDS = (
    _end_holds, _let_stand, _lapse, _to_meeting, _remind, _ask_again, _conditions, _reports,
    _expire, _escalate,
)  # fmt: skip
"""What is looked at in every open case, in this order."""
