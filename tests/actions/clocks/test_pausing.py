"""The clock's own steps, by the rulebook's rule; and a calendar put in force for all."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from muniment import models
from muniment.actions import calendars, clocks, ledger, pausing, questions, step
from muniment.programme import Bundle
from muniment.queries import editions
from muniment.rulebook.words import Role, Stage
from tests.actions import rows

MONDAY = datetime(2026, 11, 2, 15, tzinfo=UTC)


@pytest.fixture
def home(db: None) -> rows.Home:
    return rows.home()


def running(home: rows.Home, stage: Stage = Stage.SUBMITTED) -> models.Case:
    case = home.case(stage)
    changed = clocks.turn(case, actor=home.system, now=MONDAY)
    models.Case.objects.filter(pk=case.pk).update(**changed)
    return case


def codes(refused: pytest.ExceptionInfo[step.Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def tags(case: models.Case) -> list[str]:
    found = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    return list(found.order_by("number").values_list("tag", flat=True))


def test_the_clock_is_paused_once_and_only_by_the_system(home: rows.Home) -> None:
    case = running(home)
    with pytest.raises(step.Refused) as refused:
        pausing.pause_clock(case, actor=home.acting("cora"), now=MONDAY)
    assert codes(refused) == ["not-your-step"]
    pausing.pause_clock(case, actor=home.system, now=MONDAY)
    segment = case.segments.get(ended_at__isnull=True)
    assert (segment.paused, segment.made_by, segment.made_at) == (True, home.system, MONDAY)
    assert models.Case.objects.get(pk=case.pk).due_on is None
    with pytest.raises(step.Refused) as refused:
        pausing.pause_clock(case, actor=home.system, now=MONDAY)
    assert codes(refused) == ["clock-paused"]
    assert tags(case) == ["work.pause_clock"]


def test_the_clock_is_not_resumed_while_a_question_is_open_or_it_runs(home: rows.Home) -> None:
    case = running(home)
    with pytest.raises(step.Refused) as refused:
        pausing.resume_clock(case, actor=home.system, now=MONDAY)
    assert codes(refused) == ["clock-running"]
    asked = questions.ask_blocking_question(case, "Which?", actor=home.acting("cora"), now=MONDAY)
    with pytest.raises(step.Refused) as refused:
        pausing.resume_clock(case, actor=home.system, now=MONDAY)
    assert codes(refused) == ["question-open"]
    later = datetime(2026, 11, 4, 15, tzinfo=UTC)
    questions.withdraw_question(asked, actor=home.acting("cora"), now=later)
    assert tags(case)[-2:] == ["work.withdraw_question", "work.resume_clock"]
    stored = models.Case.objects.get(pk=case.pk)
    assert stored.due_on == date(2026, 11, 10), "Monday and Tuesday do not count"
    assert ledger.verify()[1] == []


def test_a_machine_whose_clock_is_behind_breaks_nothing_and_gains_nobody_a_day(
    home: rows.Home,
) -> None:
    """Asked by one web node, settled by another that is ten minutes behind: a pause of no time."""
    case = running(home)
    due_on = case.due_on
    asked = questions.ask_blocking_question(case, "Which?", actor=home.acting("cora"), now=MONDAY)
    behind = MONDAY - timedelta(minutes=10)
    questions.withdraw_question(asked, actor=home.acting("cora"), now=behind)
    stored = models.Case.objects.get(pk=case.pk)
    assert stored.due_on == due_on
    assert [segment.paused for segment in stored.segments.order_by("pk")] == [False, True, False]
    assert tags(case)[-1] == "work.resume_clock"
    assert ledger.verify()[1] == []


def test_a_question_answered_after_the_end_moves_no_clock(home: rows.Home) -> None:
    case = running(home, Stage.DENIED)
    pausing.follow(case, now=MONDAY)
    assert tags(case) == []


def edition_with(home: rows.Home, **calendar: Any) -> models.ProgrammeEdition:
    """A further edition with another calendar, loaded as a draft."""
    changed = rows.shipped().plain()
    changed["calendar"] |= calendar
    bundle = Bundle.from_data(changed)
    edition = models.ProgrammeEdition.objects.create(
        programme=home.programme, number=2, sha256=bundle.sha256, made_at=MONDAY,
        made_by=home.system,
    )  # fmt: skip
    models.EditionBundle.objects.create(edition=edition, canonical=bundle.canonical.decode())
    return edition


def holidays(*days: int) -> list[dict[str, str]]:
    return [{"on": f"2026-11-{day:02}", "name": "Closed"} for day in days]


def test_a_calendar_in_force_moves_the_due_day_of_every_running_request(home: rows.Home) -> None:
    case, paused = running(home), running(home)
    pausing.pause_clock(paused, actor=home.system, now=MONDAY)
    assert case.due_on == date(2026, 11, 9)
    edition = edition_with(home, holidays=holidays(5, 6))
    moved = calendars.activate_calendar(edition, actor=home.acting("cora"), now=MONDAY)
    assert moved == [case]
    stored = models.Case.objects.get(pk=case.pk)
    assert stored.due_on == date(2026, 11, 11)
    assert tags(case) == ["work.recompute_due_date"]
    assert tags(paused) == ["work.pause_clock"]
    entry = models.Entry.objects.get(subject_kind="programme", tag="programme.activate_calendar")
    assert set(entry.values) == {"edition", "number", "moved"}
    assert not editions.calendar_of(stored).is_business(date(2026, 11, 5))
    home.programme.refresh_from_db()
    assert home.programme.active_edition.number == 1, "rules and form stay as they are"
    assert ledger.verify()[1] == []


def test_a_calendar_that_changes_nothing_moves_nothing(home: rows.Home) -> None:
    case = running(home)
    same = rows.shipped()["calendar"]["holidays"]
    edition = edition_with(home, holidays=[dict(each) for each in same], reopen_days=91)
    assert calendars.activate_calendar(edition, actor=home.acting("cora"), now=MONDAY) == []
    assert tags(case) == []


def test_a_calendar_of_another_zone_or_of_nobody_s_making_is_refused(home: rows.Home) -> None:
    case = running(home)
    edition = edition_with(home, zone="Europe/Berlin")
    with pytest.raises(step.Refused) as refused:
        calendars.activate_calendar(edition, actor=home.acting("cora"), now=MONDAY)
    assert codes(refused) == ["other-zone"]
    home.programme.refresh_from_db()
    assert home.programme.calendar_edition is None
    with pytest.raises(step.Refused) as refused:
        calendars.activate_calendar(edition, actor=home.acting("mia", Role.MEMBER), now=MONDAY)
    assert codes(refused) == ["not-your-step"]
    with pytest.raises(step.Refused) as refused:
        pausing.recompute_due_date(case, actor=home.acting("cora"), now=MONDAY)
    assert codes(refused) == ["not-your-step"]
