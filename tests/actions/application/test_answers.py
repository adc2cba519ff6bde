"""Answers: saved by section, never lost to a second writer, entered by staff for confirmation."""

from typing import Any

import pytest

from muniment import models
from muniment.actions import application, files, screening
from muniment.rulebook.words import Role
from tests.world_front import START, Front, is_marked, last_entry, refusal_codes


def save(
    front: Front, case: models.Case, answers: dict[str, Any], version: int = 0, **more: Any
) -> models.Section:
    given = {"section": "project", "actor": front.alice, **more}
    section = given.pop("section")
    return application.save_section(case, section, answers, version=version, now=START, **given)


def test_saved_answers_are_the_sections_and_name_the_case(front: Front) -> None:
    case = front.draft()
    row = save(front, case, {"title": "Adverse events", "aims": ""})
    assert (row.version, row.answers) == (1, {"title": "Adverse events", "aims": ""})
    assert is_marked(row, "saved", actor=front.alice, now=START)
    assert front.fresh(case).title == "Adverse events"


def test_the_kind_of_request_follows_its_answer(front: Front) -> None:
    case = front.draft()
    save(front, case, {"request_kind": "collaboration"}, version=1, section="request")
    assert front.fresh(case).kind == "collaboration"
    save(front, case, {"request_kind": "something"}, version=2, section="request")
    assert front.fresh(case).kind == "collaboration"


def test_the_second_writer_is_told_and_gets_both_texts(front: Front) -> None:
    case = front.draft()
    save(front, case, {"title": "First"})
    with pytest.raises(application.EditedElsewhere) as refused:
        save(front, case, {"title": "Second"})
    assert [reason.code for reason in refused.value.reasons] == ["edited-elsewhere"]
    assert (refused.value.yours, refused.value.theirs) == ({"title": "Second"}, {"title": "First"})
    assert refused.value.version == 1
    assert save(front, case, {"title": "Second"}, version=1).version == 2


@pytest.mark.parametrize(
    ("section", "answers", "codes"),
    [
        ("nowhere", {"title": "x"}, ["section-unknown"]),
        ("project", {"shoe_size": 9}, ["answer-unknown"]),
        ("project", {"title": {1, 2}}, ["answer-unreadable"]),
        ("project", {"title": float("nan")}, ["answer-unreadable"]),
        ("project", {"background": "long " * 100_000}, ["section-too-long"]),
    ],
)
def test_what_cannot_be_kept_is_refused(
    front: Front, section: str, answers: dict[str, Any], codes: list[str]
) -> None:
    case = front.draft()
    assert refusal_codes(lambda: save(front, case, answers, section=section)) == codes
    assert not case.sections.exclude(name="request").exists()


def test_an_incomplete_answer_is_kept(front: Front) -> None:
    row = save(front, front.draft(), {"starts_on": "soon"})
    assert row.answers == {"starts_on": "soon"}


@pytest.mark.parametrize("who", ["stan", "cora"])
def test_only_those_who_write_the_request_save(front: Front, who: str) -> None:
    case = front.draft()
    actor = front.acting(who)
    assert refusal_codes(lambda: save(front, case, {}, actor=actor)) == ["not-your-step"]


def test_a_submitted_request_is_closed_to_its_writers(front: Front) -> None:
    case = front.submitted()
    codes = refusal_codes(lambda: save(front, case, {"title": "Other"}, version=1))
    assert codes == ["not-being-written"]


def original(front: Front) -> models.StoredFile:
    return files.record_file(
        "a" * 64, size=9, media_type="application/pdf", actor=front.acting("cora"), now=START
    )


def enter(front: Front, case: models.Case, **more: Any) -> list[models.Section]:
    given = {"answers": {"project": {"aims": "As in the letter."}}, **more}
    answers = given.pop("answers")
    return application.enter_for_applicant(
        case, answers, actor=front.acting("cora"), now=START, **given
    )


def test_what_staff_enter_stands_beside_the_rest_until_it_is_confirmed(front: Front) -> None:
    case = front.complete_draft()
    (row,) = enter(front, case, original=original(front))
    assert (row.answers["aims"], row.answers["title"]) == (
        "As in the letter.", "Adverse events in older people",
    )  # fmt: skip
    assert is_marked(row, "entered", actor=front.acting("cora"), now=START)
    assert last_entry(case).tag == "application.enter_for_applicant"
    files.record_scan(
        case.attachments.get(purpose="original"), verdict=models.StoredFile.Verdict.CLEAN,
        media_type="application/pdf", actor=front.system, now=START,
    )  # fmt: skip
    case = front.fresh(case)
    codes = refusal_codes(lambda: application.submit(case, actor=front.alice, now=START))
    assert codes == ["entry-unconfirmed"]
    application.confirm_entry(case, actor=front.alice, now=START)
    assert is_marked(row, "confirmed", actor=front.alice, now=START)
    assert last_entry(case).tag == "application.confirm_entry"
    application.submit(case, actor=front.alice, now=START)


def test_the_applicant_is_told_where_to_confirm_and_not_what(front: Front) -> None:
    case = front.draft()
    enter(front, case, original=original(front))
    letter = models.Message.objects.get(kind="entered-for-you")
    assert letter.to == case.applicant
    assert f"/requests/{case.reference}/entered/" in letter.body.replace("\\", "")
    assert "As in the letter." not in letter.body


def test_a_later_entry_has_to_be_confirmed_again(front: Front) -> None:
    case = front.draft()
    enter(front, case, original=original(front))
    application.confirm_entry(case, actor=front.alice, now=START)
    (row,) = enter(front, case, answers={"project": {"aims": "As said on the telephone."}})
    assert models.Section.objects.get(pk=row.pk).confirmed_at is None


def test_staff_enter_nothing_without_the_applicants_words(front: Front) -> None:
    case = front.draft()
    assert refusal_codes(lambda: enter(front, case)) == ["original-missing"]


def test_staff_enter_nothing_the_form_does_not_ask(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(
        lambda: enter(front, case, answers={"project": {"x": 1}}, original=original(front))
    )
    assert codes == ["answer-unknown"]


def test_nobody_confirms_for_the_applicant(front: Front) -> None:
    case = front.draft()
    codes = refusal_codes(
        lambda: application.confirm_entry(case, actor=front.acting("cora"), now=START)
    )
    assert codes == ["not-your-step"]


def returned(front: Front) -> models.ReturnPoint:
    case = front.submitted()
    points = [("project", "Say which drugs.")]
    return screening.return_incomplete(case, points, actor=front.acting("cora"), now=START)[0]


def test_a_point_is_answered_by_its_applicant(front: Front) -> None:
    point = returned(front)
    application.answer_point(point, " Added. ", actor=front.alice, now=START)
    assert (point.answer, is_marked(point, "resolved", actor=front.alice, now=START)) == (
        "Added.", True,
    )  # fmt: skip


def test_a_point_needs_words_and_a_request_that_is_being_completed(front: Front) -> None:
    point = returned(front)
    empty = refusal_codes(
        lambda: application.answer_point(point, " ", actor=front.alice, now=START)
    )
    too_long = refusal_codes(
        lambda: application.answer_point(point, "x" * 8_001, actor=front.alice, now=START)
    )
    stranger = front.acting("stan", Role.APPLICANT)
    foreign = refusal_codes(
        lambda: application.answer_point(point, "Added.", actor=stranger, now=START)
    )
    application.answer_point(point, "Added.", actor=front.alice, now=START)
    application.submit_again(point.case, actor=front.alice, now=START)
    late = refusal_codes(
        lambda: application.answer_point(point, "More.", actor=front.alice, now=START)
    )
    assert (empty, too_long) == (["answer-empty"], ["answer-long"])
    assert (foreign, late) == (["not-your-step"], ["not-being-written"])
