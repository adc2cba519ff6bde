"""Once an hour the calendar acts by itself, each case apart from every other."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from muniment import models
from muniment.actions import case as course
from muniment.actions import decision, questions, review, screening
from muniment.demo import contracting, judging, releasing, roads
from muniment.demo.story import Story
from muniment.jobs import clockwork
from muniment.queries import meetings
from muniment.rulebook.words import Role, Stage
from tests import series
from tests.evidence import letters_to
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


def test_a_question_nobody_answers_is_reminded_of_and_ends_the_request(world: World) -> None:
    story = world.at(Stage.AVAILABILITY)
    by = world.by("stella", Role.STATISTICIAN)
    questions.ask_blocking_question(story.case, "Which stages?", **by)
    before, asked_on = len(tags(story.case)), story.today
    last = asked_on + timedelta(days=60)
    for days in (7, 2, 0):
        at(asked_on + timedelta(days=14 - days))
    at(last - timedelta(days=14))
    at(last - timedelta(days=3))
    said = story.case.messages.latest("pk").body.replace("\\", "")
    assert last.isoformat() in said
    at(last)
    assert tags(story.case)[before:] == ["work.remind"] * 5
    at(last + timedelta(days=1))
    assert tags(story.case)[before:][-1] == "case.lapse"
    assert story.case.stage == Stage.LAPSED


def proposed(world: World) -> Story:
    """A request whose office proposes one variable less, and waits."""
    story = world.at(Stage.AVAILABILITY)
    smaller = json.loads(story.case.specifications.latest("version").document)
    del smaller["parts"][0]["tables"][0]["variables"][0]
    by = world.by("stella", Role.STATISTICIAN)
    screening.propose_reduced_scope(story.case, smaller, reason="Too few.", **by)
    return story


def test_a_smaller_scope_nobody_answers_is_reminded_of_and_ends_the_request(world: World) -> None:
    """The office is not late for it, and the request does not stand still for ever."""
    story = proposed(world)
    before, asked_on = len(tags(story.case)), story.today
    for days in (7, 2, 0):
        at(asked_on + timedelta(days=14 - days))
        said = story.case.messages.latest("pk")
        assert said.to == world.person("alice")
        assert "answer to a smaller scope" in said.body
    last = asked_on + timedelta(days=60)
    for days in (14, 3, 0):
        at(last - timedelta(days=days))
    assert tags(story.case)[before:] == ["work.remind"] * 5
    at(last + timedelta(days=1))
    assert tags(story.case)[before:][-1] == "case.lapse"


def test_a_smaller_scope_of_an_earlier_version_ends_nothing_at_once(world: World) -> None:
    """Its clock ran on, so that nobody was told of an end: it stands, and the days begin, today."""
    story = proposed(world)
    asked_on = story.today
    story.case.segments.filter(ended_at__isnull=True).update(paused=False)
    before, upgraded_on = len(tags(story.case)), asked_on + timedelta(days=90)
    for _hour in range(2):
        at(upgraded_on)
    assert tags(story.case)[before:] == ["work.pause_clock"]
    assert story.case.due_on is None
    last = upgraded_on + timedelta(days=60)
    for days in (14, 3, 0):
        at(last - timedelta(days=days))
    assert tags(story.case)[before:] == ["work.pause_clock", *["work.remind"] * 2]
    at(last + timedelta(days=1))
    assert tags(story.case)[-1] == "case.lapse"


def test_a_condition_is_reminded_of_before_on_and_after_its_day(world: World) -> None:
    """Whoever owes the next word is told: the applicant, then the office; then nobody."""
    story = world.at(Stage.ACTIVE)
    due, by = story.today + timedelta(days=90), world.by("cora", Role.COORDINATOR)
    condition = models.Condition.objects.create(
        determination=story.case.determinations.get(superseded_at__isnull=True),
        when="after", text="Send the paper.", due_on=due, made_at=by["now"], made_by=by["actor"],
    )  # fmt: skip
    before = len(tags(story.case))

    def told() -> set[str]:
        sent = story.case.messages.filter(kind="reminder", made_by__person__isnull=True)
        dated = [each for each in sent if due.isoformat() in each.body.replace("\\", "")]
        return {each.to.name.split()[0] for each in dated}

    for days in (31, 30, 30, 7, 1, 0):
        at(due - timedelta(days=days))
    assert tags(story.case)[before:].count("work.remind") == 3
    assert told() == {"Alice"}
    condition.evidence = "doi:10.1000/1"
    condition.save()
    at(due + timedelta(days=7))
    assert told() == {"Alice", "Cora"}
    shown = models.Condition.objects.get(pk=condition.pk)
    decision.accept_condition(shown, **world.by("cora", Role.COORDINATOR))
    at(due + timedelta(days=30))
    assert tags(story.case)[before:].count("work.remind") == 4


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


def test_an_edition_that_opened_is_prepared_for_who_asked_for_the_series(world: World) -> None:
    """Once for each edition, and for nobody who asked for one delivery."""
    story = world.after(releasing.let_go)
    series.open_next(world)
    clockwork.go(clock=world.house.now)
    assert not models.StandingDelivery.objects.exists()
    series.asks_for_a_series(world, story, linkage=False)
    clockwork.go(clock=world.house.now)
    clockwork.go(clock=world.house.now)
    row = models.StandingDelivery.objects.get()
    assert row.line.part.dataset_edition.label == series.NEXT
    assert tags(story.case)[-1] == "release.prepare_standing_delivery"
    assert row.made_by.person is None


def circulating(world: World) -> tuple[models.Case, dict[str, Any]]:
    """A request in circulation for a week, and who put it there."""
    story = world.after(judging.score)
    by = world.by("cora", Role.COORDINATOR)
    review.circulate(story.case, vote_by=story.today + timedelta(days=7), **by)
    return story.case, by


def planned(case: models.Case, by: dict[str, Any], *, days: int) -> models.Meeting:
    day = by["now"].date() + timedelta(days=days)
    chair = case.programme.grants.get(role="chair").person
    return review.plan_meeting(case.programme, held_on=day, chair=chair, **by)


def told(case: models.Case) -> list[str]:
    letters = case.messages.filter(kind="to-a-meeting")
    return sorted(letters.values_list("to__name", flat=True))


def test_an_objection_takes_a_circulation_to_the_next_meeting(world: World) -> None:
    case, by = circulating(world)
    later, next_one = planned(case, by, days=20), planned(case, by, days=10)
    today = by["now"].date()
    at(today + timedelta(days=1))
    assert tags(case)[-1] == "review.circulate"
    review.object_to_circulation(case, reason="Let us talk.", **world.by("mia", Role.MEMBER))
    at(today + timedelta(days=1))
    at(today + timedelta(days=1))
    assert tags(case)[-2:] == ["review.object_to_circulation", "review.move_to_meeting"]
    item = case.agenda.get(left_at__isnull=True)
    assert (item.meeting, item.made_by.person) == (next_one, None)
    assert not later.items.exists()
    assert told(case) == ["Chen Chair", "Cora Coordinator"]


def test_too_few_votes_by_the_day_take_it_there_too_or_it_waits(world: World) -> None:
    case, by = circulating(world)
    last = by["now"].date() + timedelta(days=7)
    at(last)
    assert "review.move_to_meeting" not in tags(case)
    at(last + timedelta(days=1))
    assert tags(case).count("review.move_to_meeting") == 1
    assert not case.agenda.filter(left_at__isnull=True).exists()
    assert case in meetings.list_waiting(world.person("cora"), now=by["now"])


def test_who_is_recused_is_not_told_where_it_goes(world: World) -> None:
    case, by = circulating(world)
    review.object_to_circulation(case, reason="Let us talk.", **world.by("mia", Role.MEMBER))
    review.recuse(case, member=world.person("chen"), reason="A friend.", **by)
    at(by["now"].date())
    assert told(case) == ["Cora Coordinator"]


def test_a_question_without_an_answer_is_asked_again_on_its_days(world: World) -> None:
    """A contested line of the estimate is finance's to answer, and has a day."""
    story = world.after(contracting.issue)
    row = questions.ask_office(
        story.case, "Why two hours?", about="fee: Work on the data", office=Role.FINANCE,
        **world.by("alice", Role.APPLICANT),
    )  # fmt: skip
    fay = world.person("fay")
    assert letters_to(fay)[-1] == "office-question"
    before = len(tags(story.case))
    at(row.due_on - timedelta(days=8))
    assert "work.remind" not in tags(story.case)[before:]
    at(row.due_on - timedelta(days=2))
    at(row.due_on - timedelta(days=2))
    assert tags(story.case)[before:].count("work.remind") == 1
    assert letters_to(fay)[-1] == "reminder"
    row = models.Question.objects.get(pk=row.pk)
    questions.answer_applicant(row, "By the schedule.", **world.by("cora", Role.COORDINATOR))
    at(row.due_on)
    assert tags(story.case)[before:].count("work.remind") == 1


def test_a_question_to_the_applicant_or_to_the_office_is_asked_again_of_them(world: World) -> None:
    story = world.at(Stage.AVAILABILITY)
    alice = world.by("alice", Role.APPLICANT)
    theirs = questions.ask_office(story.case, "How long?", **alice)
    at(theirs.due_on - timedelta(days=7))
    assert letters_to(world.person("cora"))[-1] == "reminder"
    theirs = models.Question.objects.get(pk=theirs.pk)
    questions.withdraw_question(theirs, **world.by("alice", Role.APPLICANT))
    cora = world.by("cora", Role.COORDINATOR)
    ours = questions.ask_question(story.case, "Which arm?", **cora)
    at(ours.due_on)
    assert letters_to(world.person("alice"))[-1] == "reminder"
