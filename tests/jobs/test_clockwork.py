"""Once an hour the calendar acts by itself, each case apart from every other."""

from datetime import UTC, date, datetime, timedelta

from muniment import models
from muniment.actions import case as course
from muniment.demo import roads
from muniment.jobs import clockwork
from muniment.rulebook.words import Role, Stage
from tests.world import World


def at(day: date) -> None:
    """The clockwork's round at noon of a day."""
    clockwork.go(clock=lambda: datetime(day.year, day.month, day.day, 17, tzinfo=UTC))


def tags(case: models.Case) -> list[str]:
    chain = models.Entry.objects.filter(subject_kind="case", subject_id=case.pk)
    return list(chain.order_by("number").values_list("tag", flat=True))


def test_a_case_within_its_time_is_left_alone(world: World) -> None:
    story = world.at(Stage.RETURNED)
    before = tags(story.case)
    at(world.house.now().date())
    assert tags(story.case) == before


def test_a_returned_request_is_reminded_of_once_a_day_and_then_lapses(world: World) -> None:
    story = world.at(Stage.RETURNED)
    case, before = story.case, len(tags(story.case))
    last = case.stage_since + timedelta(days=60)
    at(last - timedelta(days=14))
    at(last - timedelta(days=14))
    assert tags(story.case)[before:] == ["work.remind"]
    at(last - timedelta(days=3))
    at(last)
    assert tags(story.case)[before:] == ["work.remind"] * 2
    at(last + timedelta(days=1))
    assert tags(story.case)[before:] == ["work.remind"] * 2 + ["case.lapse"]
    assert story.case.stage == Stage.LAPSED


def test_an_office_that_is_late_is_named_once(world: World) -> None:
    story = world.at(Stage.AVAILABILITY)
    before, due = len(tags(story.case)), story.case.due_on
    assert due is not None
    for days in (1, 2, 3):
        at(due + timedelta(days=days))
    assert tags(story.case)[before:] == ["work.escalate"]


def test_a_hold_ends_on_its_day_and_a_case_without_a_day_waits(world: World) -> None:
    story = world.at(Stage.AVAILABILITY)
    day = world.house.now().date() + timedelta(days=30)
    course.place_hold(
        story.case, reason="Away.", until_on=day, **world.by("cora", Role.COORDINATOR)
    )
    at(day - timedelta(days=1))
    assert story.case.holds.get().lifted_at is None
    at(day)
    assert story.case.holds.get().lifted_at is not None
    assert tags(story.case)[-2:] == ["case.end_hold", "work.resume_clock"]


def test_a_case_that_is_refused_stops_no_other(world: World) -> None:
    """On hold a case does not lapse; the second request does."""
    first = world.at(Stage.RETURNED).case
    road = roads.FULL
    until = next(act for act, stage in road if stage is Stage.RETURNED)
    second = world.walk_beside(road=road, until=until).case
    course.place_hold(first, reason="Away.", **world.by("cora", Role.COORDINATOR))
    at(max(first.stage_since, second.stage_since) + timedelta(days=61))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.stage, second.stage) == (Stage.RETURNED, Stage.LAPSED)


def test_a_report_is_reminded_of_and_the_agreement_ends_by_itself(world: World) -> None:
    story = world.at(Stage.ACTIVE)
    before = len(tags(story.case))
    report = story.case.reports.order_by("due_on").first()
    agreement = story.case.agreements.get(superseded_at__isnull=True)
    for days in (61, 60, 60, 14, 1):
        at(report.due_on - timedelta(days=days))
    assert tags(story.case)[before:].count("work.remind") == 2
    assert story.case.messages.latest("pk").kind == "annual-report-due"
    at(agreement.ends_on)
    assert story.case.stage == Stage.ACTIVE
    at(agreement.ends_on + timedelta(days=1))
    assert story.case.stage == Stage.CLOSE_OUT
    assert "aftercare.expire_agreement" in tags(story.case)[before:]
