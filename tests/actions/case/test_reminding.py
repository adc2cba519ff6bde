"""Whoever's turn it is is reminded; where an office is late, the next in line is told."""

from datetime import date, timedelta

from muniment import models
from muniment.actions import case as course
from muniment.actions import screening
from muniment.queries import schedule
from muniment.rulebook.words import Role
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    last_tags,
    letters_to,
    refusal_codes,
)  # fmt: skip


def test_the_applicant_is_reminded_of_a_returned_request(front: Front) -> None:
    case, cora = front.submitted(), front.acting("cora")
    screening.return_incomplete(case, [("project", "Say it.")], actor=cora, now=START)
    assert course.remind(case, actor=cora, now=START) == [front.people["alice"]]
    assert letters_to(front.people["alice"])[-1] == "reminder"
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == ("work.remind", ["told", "what"])


def test_the_office_that_has_the_case_is_reminded_and_who_took_it_alone(front: Front) -> None:
    case = front.in_availability()
    assert course.remind(case, actor=front.system, now=START) == [front.people["stella"]]
    course.assign(
        case, front.people["stella"], Role.STATISTICIAN, actor=front.acting("cora"), now=START
    )
    assert course.remind(case, actor=front.system, now=START) == [front.people["stella"]]


def test_who_stands_in_is_reminded_while_a_colleague_is_away(front: Front) -> None:
    case, stella, cora = front.in_availability(), front.people["stella"], front.people["cora"]
    course.assign(case, stella, Role.STATISTICIAN, actor=front.acting("cora"), now=START)
    today = schedule.today(case, START)
    away = models.Absence.objects.create(
        person=stella, substitute=cora, from_on=today, until_on=today + timedelta(days=3),
        made_at=START, made_by=front.acting("stella"),
    )  # fmt: skip

    def told() -> list[models.Person]:
        return course.remind(case, actor=front.system, now=START)

    assert told() == [stella], "who stands in holds another office"
    grant = models.RoleGrant.objects.create(
        programme=front.programme, person=cora, role=Role.STATISTICIAN.value, from_on=today,
        made_at=START, made_by=front.system,
    )  # fmt: skip
    assert told() == [cora]
    models.Assignment.objects.all().delete()
    assert told() == [cora], "of the whole office too, who is away is spared"
    back = models.Absence.objects.create(
        person=cora, substitute=stella, from_on=today, until_on=today, made_at=START,
        made_by=front.acting("cora"),
    )  # fmt: skip
    assert told() == [stella, cora], "both are away"
    back.delete()
    away.until_on = today - timedelta(days=1)
    away.from_on = away.until_on
    away.save()
    assert told() == [stella, cora]
    grant.delete()
    assert told() == [stella]


def test_nobody_is_reminded_of_a_case_on_hold(front: Front) -> None:
    case, cora = front.submitted(), front.acting("cora")
    course.place_hold(case, actor=cora, now=START, reason="Moved.")
    assert refusal_codes(lambda: course.remind(case, actor=cora, now=START)) == ["on-hold"]


def test_the_coordinator_is_told_of_an_office_that_is_late(front: Front) -> None:
    case = front.in_availability()
    codes = refusal_codes(lambda: course.escalate(case, actor=front.system, now=START))
    assert codes == ["too-early"]
    assert course.escalate(case, actor=front.system, now=front.later(days=60)) == [
        front.people["cora"]
    ]
    assert letters_to(front.people["cora"])[-1] == "reminder"
    entry = last_entry(case)
    assert (entry.tag, sorted(entry.values)) == ("work.escalate", ["due_on", "late", "told"])


def test_the_administrator_is_told_of_a_coordinator_who_is_late(front: Front) -> None:
    case = front.submitted()
    assert course.escalate(case, actor=front.system, now=front.later(days=60)) == [
        front.people["ada"]
    ]


def test_a_hold_ends_on_its_day_and_no_sooner(front: Front) -> None:
    case = front.submitted()
    hold = course.place_hold(
        case, actor=front.acting("cora"), now=START, reason="Away.", until_on=date(2026, 12, 1)
    )
    codes = refusal_codes(lambda: course.end_hold(hold, actor=front.system, now=START))
    assert codes == ["too-early"]
    course.end_hold(hold, actor=front.system, now=front.later(days=8))
    assert is_marked(hold, "lifted", actor=front.system, now=front.now)
    assert models.Hold.objects.get().lifted_reason == "Its date has come."
    assert front.fresh(case).due_on is not None
    assert last_tags(case) == ["case.end_hold", "work.resume_clock"]


def test_a_hold_without_a_day_is_ended_by_a_person_only(front: Front) -> None:
    hold = course.place_hold(
        front.submitted(), actor=front.acting("cora"), now=START, reason="Away."
    )
    late = front.later(days=400)
    codes = refusal_codes(lambda: course.end_hold(hold, actor=front.system, now=late))
    assert codes == ["too-early"]


def test_each_of_several_conditions_that_are_due_on_one_day_is_reminded_of(front: Front) -> None:
    case, due = front.submitted(), START.date() + timedelta(days=7)
    decided = models.Determination.objects.create(
        case=case, round=1, outcome="approved_with_conditions", reason="Sound.",
        made_at=START, made_by=front.system,
    )  # fmt: skip
    for number, evidence in enumerate(("", "Letter 7.", "")):
        decided.conditions.create(
            when="after", text=f"Send paper {number}.", evidence=evidence, due_on=due,
            made_at=START, made_by=front.system,
        )  # fmt: skip
    told = [
        course.remind_of_condition(condition, actor=front.system, now=START)
        for condition in schedule.list_conditions_to_remind_of(case, day=START.date())
    ]
    alice, cora = [front.people["alice"]], [front.people["cora"]]
    assert told == [alice, cora, alice]
