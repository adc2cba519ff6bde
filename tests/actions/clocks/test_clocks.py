"""The clock of a case: what stops it, what lets it run, and the day on which the stage is due.

The shipped programme: New York, Monday to Friday, five business days for completeness; Veterans
Day is Wednesday 11 November 2026, Thanksgiving Thursday 26 and Friday 27.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from muniment import models
from muniment.actions import case as course
from muniment.actions import clocks, questions
from muniment.queries import schedule
from muniment.rulebook.words import Stage
from tests.actions import rows


def november(day: int, hour: int = 15) -> datetime:
    """That day of November 2026, in the morning in New York."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


MONDAY = november(2)
DUE = date(2026, 11, 9)
"""Five business days after that Monday."""


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


@pytest.fixture
def case(home: rows.Home) -> models.Case:
    """A submitted request whose clock began on Monday 2 November."""
    return started(home, Stage.SUBMITTED)


def started(home: rows.Home, stage: Stage, *, now: datetime = MONDAY, **more: Any) -> models.Case:
    case = home.case(stage, **more)
    moved(home, case, stage, now=now)
    return case


def moved(home: rows.Home, case: models.Case, stage: Stage, *, now: datetime) -> None:
    """Bring the case to a stage, as the end of a step does."""
    case.stage = stage.value
    changed = clocks.turn(case, actor=home.system, now=now)
    models.Case.objects.filter(pk=case.pk).update(**changed)


def hold(home: rows.Home, case: models.Case, now: datetime) -> models.Hold:
    return course.place_hold(
        fresh(case), actor=home.acting("cora"), now=now, reason="A letter is missing."
    )


def lift(home: rows.Home, hold: models.Hold, now: datetime) -> None:
    row = models.Hold.objects.get(pk=hold.pk)
    course.lift_hold(row, actor=home.acting("cora"), now=now, reason="It came.")


def ask(home: rows.Home, case: models.Case, now: datetime) -> models.Question:
    actor = home.acting("cora")
    return questions.ask_blocking_question(fresh(case), "Which arm?", actor=actor, now=now)


def answer(home: rows.Home, question: models.Question, now: datetime) -> None:
    row = models.Question.objects.get(pk=question.pk)
    questions.answer_question(row, "The second.", actor=home.acting("alice"), now=now)


def fresh(case: models.Case) -> models.Case:
    return models.Case.objects.get(pk=case.pk)


def due(case: models.Case) -> date | None:
    """The day that is stored."""
    return fresh(case).due_on


def stretches(case: models.Case) -> list[tuple[str, bool, datetime, datetime | None]]:
    """The segments, oldest first; at most one of them is open, and it is the last."""
    found = list(case.segments.order_by("pk"))
    assert [each.ended_at is None for each in found[:-1]] == [False] * (len(found) - 1)
    for each, following in pairwise(found):
        assert each.ended_at == following.made_at
    return [(each.stage, each.paused, each.made_at, each.ended_at) for each in found]


def test_the_day_a_stage_begins_is_day_zero(home: rows.Home, case: models.Case) -> None:
    stored = fresh(case)
    assert (stored.stage_since, stored.due_on) == (MONDAY.date(), DUE)
    assert (case.stage_since, case.due_on) == (MONDAY.date(), DUE)
    segment = case.segments.get()
    assert (segment.stage, segment.paused, segment.ended_at) == ("submitted", False, None)
    assert (segment.made_at, segment.made_by) == (MONDAY, home.system)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (november(6), date(2026, 11, 16)),  # a Friday; over a weekend and Veterans Day
        (november(7), date(2026, 11, 16)),  # a Saturday
        (november(8), date(2026, 11, 16)),  # a Sunday
        (november(11), date(2026, 11, 18)),  # begun on a holiday
        (november(23), date(2026, 12, 2)),  # over both days of Thanksgiving
        (datetime(2026, 12, 23, 15, tzinfo=UTC), date(2026, 12, 31)),  # over Christmas
        (datetime(2026, 12, 28, 15, tzinfo=UTC), date(2027, 1, 5)),  # over New Year's Day
    ],
    ids=str,
)
def test_only_business_days_count(home: rows.Home, begins: datetime, ends: date) -> None:
    assert due(started(home, Stage.SUBMITTED, now=begins)) == ends


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 3, 4, 59, tzinfo=UTC), date(2026, 11, 2)),  # 23:59 in New York
        (datetime(2026, 11, 3, 5, 0, tzinfo=UTC), date(2026, 11, 3)),
        (datetime(2026, 7, 2, 3, 59, tzinfo=UTC), date(2026, 7, 1)),  # in summer, an hour earlier
    ],
    ids=str,
)
def test_a_day_is_the_programmes_own(home: rows.Home, at: datetime, day: date) -> None:
    case = started(home, Stage.SUBMITTED, now=at)
    assert fresh(case).stage_since == day
    assert schedule.today(case, at) == day
    assert schedule.days_from(case, at, days=14) == day + timedelta(days=14)


def test_a_track_may_have_a_limit_of_its_own(home: rows.Home) -> None:
    full = started(home, Stage.AVAILABILITY, track="full")
    quick = started(home, Stage.AVAILABILITY, track="expedited")
    undecided = started(home, Stage.AVAILABILITY)
    assert due(full) == due(undecided) == date(2026, 11, 24)
    assert due(quick) == date(2026, 11, 9)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.ACTIVE, Stage.CLOSED, Stage.WITHDRAWN])
def test_a_stage_without_a_limit_is_never_due(home: rows.Home, stage: Stage) -> None:
    case = started(home, stage)
    assert due(case) is None
    assert fresh(case).stage_since == MONDAY.date()


def test_a_new_stage_begins_a_new_segment_and_a_new_count(
    home: rows.Home, case: models.Case
) -> None:
    moved(home, case, Stage.POLICY, now=november(5))
    assert stretches(case) == [
        ("submitted", False, MONDAY, november(5)),
        ("policy", False, november(5), None),
    ]
    assert (fresh(case).stage_since, due(case)) == (date(2026, 11, 5), date(2026, 11, 17))
    closed = case.segments.first()
    assert closed is not None
    assert closed.ended_by == home.system


def test_a_hold_stops_the_clock_and_nothing_is_due(home: rows.Home, case: models.Case) -> None:
    hold(home, case, november(3))
    assert due(case) is None
    assert stretches(case) == [
        ("submitted", False, MONDAY, november(3)),
        ("submitted", True, november(3), None),
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "then_due"),
    [
        (november(3), november(3, 20), DUE),  # within one day: it costs nothing
        (november(3), november(4), date(2026, 11, 10)),  # over one night: one day
        (november(3), november(5), date(2026, 11, 12)),  # two, and the 11th is a holiday
        (november(6), november(9), date(2026, 11, 10)),  # from Friday to Monday: one day
        (november(7), november(8), DUE),  # within the weekend
        (november(9), november(16), date(2026, 11, 16)),  # held on the last day; four days
        (november(23), november(30), date(2026, 11, 9)),  # overdue already: it stays due then
    ],
    ids=str,
)
def test_a_pause_costs_the_business_days_that_ended_in_it(
    home: rows.Home, case: models.Case, begins: datetime, ends: datetime, then_due: date
) -> None:
    lift(home, hold(home, case, begins), ends)
    assert due(case) == then_due
    assert [paused for _, paused, _, _ in stretches(case)] == [False, True, False]


def test_a_blocking_question_stops_the_clock_and_its_answer_starts_it(
    home: rows.Home, case: models.Case
) -> None:
    asked = ask(home, case, november(3))
    assert due(case) is None
    answer(home, asked, november(5))
    assert due(case) == date(2026, 11, 12)
    last = case.segments.get(ended_at__isnull=True)
    assert (last.paused, last.made_at, last.made_by) == (False, november(5), home.system)


def test_a_blocking_question_that_is_withdrawn_starts_it_too(
    home: rows.Home, case: models.Case
) -> None:
    asked = models.Question.objects.get(pk=ask(home, case, november(3)).pk)
    questions.withdraw_question(asked, actor=home.acting("cora"), now=november(5))
    assert due(case) == date(2026, 11, 12)


def test_a_question_that_does_not_block_leaves_the_clock_alone(
    home: rows.Home, case: models.Case
) -> None:
    actor = home.acting("cora")
    asked = questions.ask_question(fresh(case), "Which arm?", actor=actor, now=november(3))
    assert due(case) == DUE
    lift(home, hold(home, case, november(3)), november(3, 20))
    assert due(case) == DUE
    answer(home, asked, november(5))
    assert due(case) == DUE
    assert len(stretches(case)) == 3


ORDERS = {
    "the hold ends last": ("hold", "ask", "answer", "lift"),
    "the answer comes last": ("hold", "ask", "lift", "answer"),
    "the question came first": ("ask", "hold", "answer", "lift"),
    "the hold lies within": ("ask", "hold", "lift", "answer"),
}


@pytest.mark.parametrize("order", ORDERS)
def test_overlapping_stops_are_one_pause(home: rows.Home, case: models.Case, order: str) -> None:
    opened: dict[str, Any] = {}
    for day, act in enumerate(ORDERS[order], start=3):
        now = november(day)
        if act == "hold":
            opened[act] = hold(home, case, now)
        elif act == "ask":
            opened[act] = ask(home, case, now)
        elif act == "lift":
            lift(home, opened["hold"], now)
        else:
            answer(home, opened["ask"], now)
        assert (due(case) is None) == (day < 6)
    assert stretches(case) == [
        ("submitted", False, MONDAY, november(3)),
        ("submitted", True, november(3), november(6)),
        ("submitted", False, november(6), None),
    ]
    assert due(case) == date(2026, 11, 13)


def test_two_holds_are_lifted_one_by_one(home: rows.Home, case: models.Case) -> None:
    first, second = hold(home, case, november(3)), hold(home, case, november(4))
    lift(home, first, november(5))
    assert due(case) is None
    lift(home, second, november(6))
    assert due(case) == date(2026, 11, 13)
    assert len(stretches(case)) == 3


def test_two_pauses_apart_both_count(home: rows.Home, case: models.Case) -> None:
    lift(home, hold(home, case, november(3)), november(4))
    answer(home, ask(home, case, november(5)), november(6))
    assert due(case) == date(2026, 11, 12)
    assert len(stretches(case)) == 5


def test_a_stage_that_begins_while_held_stands_still_from_the_start(
    home: rows.Home, case: models.Case
) -> None:
    held = hold(home, case, november(3))
    case = fresh(case)
    moved(home, case, Stage.POLICY, now=november(4))
    assert due(case) is None
    assert stretches(case)[-1] == ("policy", True, november(4), None)
    lift(home, held, november(6))
    # Seven business days from the 4th, and the 4th and 5th ended in the pause.
    assert due(case) == date(2026, 11, 17)


def test_an_earlier_visit_to_the_stage_does_not_count(home: rows.Home, case: models.Case) -> None:
    lift(home, hold(home, case, november(3)), november(6))
    moved(home, case, Stage.RETURNED, now=november(9))
    moved(home, case, Stage.SUBMITTED, now=november(16))
    assert due(case) == date(2026, 11, 23)
    lift(home, hold(home, case, november(17)), november(18))
    assert due(case) == date(2026, 11, 24)


def test_the_clock_of_an_ended_case_stops_with_it(home: rows.Home, case: models.Case) -> None:
    course.withdraw(fresh(case), actor=home.acting("alice"), now=november(5))
    stored = fresh(case)
    assert (stored.stage_since, stored.due_on) == (date(2026, 11, 5), None)
    assert stretches(case)[0] == ("submitted", False, MONDAY, november(5))
