"""Held, let go on, withdrawn; noted; and in somebody's hand."""

from datetime import date

from muniment import models
from muniment.actions import case as course
from muniment.actions import people
from muniment.rulebook.words import Role, Stage
from tests.world_front import (
    START,
    Front,
    is_marked,
    last_entry,
    last_tags,
    letters_to,
    refusal_codes,
)  # fmt: skip


def held(front: Front, request: models.Case, reason: str = "A letter is missing.") -> models.Hold:
    return course.place_hold(
        request, actor=front.acting("cora"), now=front.now, reason=reason,
        until_on=date(2026, 12, 24),
    )  # fmt: skip


def test_a_hold_stops_case_and_clock_and_says_why(front: Front) -> None:
    request = front.submitted()
    hold = held(front, request)
    assert (hold.reason, hold.until_on) == ("A letter is missing.", date(2026, 12, 24))
    assert is_marked(hold, "made", actor=front.acting("cora"), now=START)
    assert front.fresh(request).due_on is None
    assert request.segments.get(ended_at__isnull=True).paused
    assert last_tags(request) == ["case.place_hold", "work.pause_clock"]
    assert letters_to(front.people["alice"])[-1] == "on-hold"


def test_a_hold_needs_a_reason(front: Front) -> None:
    request = front.submitted()
    assert refusal_codes(lambda: held(front, request, "")) == ["reason-missing"]
    assert not request.holds.exists()


def test_a_lifted_hold_lets_the_clock_run_on(front: Front) -> None:
    request = front.submitted()
    before = front.fresh(request).due_on
    hold = held(front, request)
    front.later(days=14)
    course.lift_hold(hold, actor=front.acting("paula"), now=front.now, reason="It came.")
    after = front.fresh(request).due_on
    assert before is not None
    assert after is not None
    assert after > before
    assert is_marked(hold, "lifted", actor=front.acting("paula"), now=front.now)
    assert models.Hold.objects.get(pk=hold.pk).lifted_reason == "It came."
    assert last_tags(request) == ["case.lift_hold", "work.resume_clock"]


def test_a_hold_is_lifted_once(front: Front) -> None:
    request = front.submitted()
    first, _second = held(front, request), held(front, request)
    course.lift_hold(first, actor=front.acting("cora"), now=START, reason="It came.")
    codes = refusal_codes(
        lambda: course.lift_hold(first, actor=front.acting("cora"), now=START, reason="Again.")
    )
    assert codes == ["hold-lifted"]
    assert request.holds.filter(lifted_at__isnull=True).count() == 1


def test_nothing_is_lifted_where_nothing_is_held(front: Front) -> None:
    request = front.submitted()
    hold = held(front, request)
    course.lift_hold(hold, actor=front.acting("cora"), now=START, reason="It came.")
    codes = refusal_codes(
        lambda: course.lift_hold(hold, actor=front.acting("cora"), now=START, reason="Again.")
    )
    assert codes == ["not-on-hold"]


def test_only_a_recalled_edition_holds_a_case_by_itself(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: course.hold_for_edition(
            request, front.edition("sdtm-pilot"), actor=front.system, now=START
        )
    )
    assert codes == ["not-recalled"]


def test_a_withdrawn_request_is_at_its_end(front: Front) -> None:
    request = front.submitted()
    course.withdraw(request, actor=front.alice, now=START)
    found = front.fresh(request)
    assert (found.stage, found.due_on) == (Stage.WITHDRAWN, None)
    entry = last_entry(request)
    assert (entry.tag, entry.stage_from, entry.stage_to) == (
        "case.withdraw", "submitted", "withdrawn",
    )  # fmt: skip
    assert letters_to(front.people["alice"])[-1] == "withdrawn"


def test_only_the_applicant_withdraws(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(lambda: course.withdraw(request, actor=front.acting("cora"), now=START))
    assert (codes, front.fresh(request).stage) == (["not-your-step"], Stage.SUBMITTED)


def test_a_note_is_kept_with_its_day(front: Front) -> None:
    request = front.submitted()
    note = course.write_note(request, " Call on Monday. ", actor=front.acting("cora"), now=START)
    assert (note.text, note.happened_on) == ("Call on Monday.", START.date())
    assert is_marked(note, "made", actor=front.acting("cora"), now=START)
    assert last_entry(request).tag == "work.write_note"


def test_an_empty_note_is_refused_and_so_is_one_of_a_recused_person(front: Front) -> None:
    request = front.submitted()
    empty = refusal_codes(
        lambda: course.write_note(request, " ", actor=front.acting("cora"), now=START)
    )
    models.Declaration.objects.create(
        case=request, member=front.people["cora"], conflicted=True, reason="A sister.",
        made_at=START, made_by=front.acting("cora"),
    )  # fmt: skip
    recused = refusal_codes(
        lambda: course.write_note(request, "Hm.", actor=front.acting("cora"), now=START)
    )
    assert (empty, recused) == (["note-empty"], ["recused", "conflicted"])


def test_a_call_has_the_day_it_happened_and_the_day_it_was_recorded(front: Front) -> None:
    request = front.submitted()
    note = course.record_contact(
        request, "Alice called.", happened_on=date(2026, 11, 20), actor=front.acting("cora"),
        now=START,
    )  # fmt: skip
    assert (note.happened_on, note.made_at) == (date(2026, 11, 20), START)
    assert last_entry(request).tag == "work.record_contact"


def test_a_call_that_has_not_happened_is_not_recorded(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: course.record_contact(
            request, "Alice will call.", happened_on=date(2026, 11, 24),
            actor=front.acting("cora"), now=START,
        )
    )  # fmt: skip
    assert codes == ["day-to-come"]


def test_a_case_taken_is_in_one_hand(front: Front) -> None:
    request = front.submitted()
    row = course.take(request, actor=front.acting("cora"), now=START)
    assert (row.person, row.role) == (front.people["cora"], Role.COORDINATOR)
    assert last_entry(request).tag == "work.take"
    again = refusal_codes(lambda: course.take(request, actor=front.acting("cora"), now=START))
    assert again == ["already-yours"]


def test_a_case_is_given_to_somebody_who_holds_the_office(front: Front) -> None:
    request = front.submitted()

    def give(name: str) -> models.Assignment:
        return course.assign(
            request, front.people[name], Role.STATISTICIAN, actor=front.acting("cora"), now=START
        )

    assert refusal_codes(lambda: give("max")) == ["office-not-held"]
    row = give("stella")
    assert (row.person, row.role) == (front.people["stella"], Role.STATISTICIAN)
    assert last_entry(request).tag == "work.assign"


def test_a_case_is_not_given_to_somebody_with_a_stake(front: Front) -> None:
    request = front.submitted()
    codes = refusal_codes(
        lambda: course.assign(
            request, front.people["alice"], Role.STATISTICIAN, actor=front.acting("cora"),
            now=START,
        )
    )  # fmt: skip
    assert codes == ["assignee-conflicted"]


def test_a_case_is_handed_over_with_a_note_by_who_has_it(front: Front) -> None:
    request = front.submitted()

    def hand_over(name: str) -> models.Assignment:
        return course.hand_over(
            request, front.people[name], actor=front.acting("cora"), now=START, reason="Away."
        )

    assert refusal_codes(lambda: hand_over("mia")) == ["not-assigned"]
    first = course.take(request, actor=front.acting("cora"), now=START)
    assert refusal_codes(lambda: hand_over("mia")) == ["office-not-held"]
    people.grant_role(
        front.people["mia"], Role.COORDINATOR, programme=front.programme, now=START,
        actor=front.acting("ada", Role.ADMINISTRATOR), from_on=START.date(),
    )  # fmt: skip
    second = hand_over("mia")
    assert is_marked(first, "ended", actor=front.acting("cora"), now=START)
    assert (second.person, second.role) == (front.people["mia"], Role.COORDINATOR)
    assert last_entry(request).tag == "work.hand_over"
