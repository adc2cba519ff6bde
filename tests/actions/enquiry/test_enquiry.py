"""Enquiries: asked or recorded, owned, and settled once in one of four ways."""

from datetime import timedelta

import pytest

from muniment import models
from muniment.actions import enquiry, files, people, step
from muniment.queries import enquiries
from muniment.rulebook.words import Role
from tests.world_front import COUNT, START, Front, is_marked, last_entry, letters_to, refusal_codes

Outcome = models.Enquiry.Outcome


def original(front: Front) -> models.StoredFile:
    return files.record_file(
        "a" * 64, size=9, media_type="message/rfc822", actor=front.acting("cora"), now=START
    )


def test_an_enquiry_is_kept_with_the_day_it_is_due(front: Front) -> None:
    row = front.enquiry()
    assert (row.asker, row.outcome, row.owner) == (front.people["alice"], Outcome.OPEN, None)
    assert row.due_on is not None
    assert row.due_on > START.date()
    assert is_marked(row, "made", actor=front.acting("alice", Role.ANYONE), now=START)
    assert last_entry(front.programme).tag == "enquiry.ask_enquiry"


@pytest.mark.parametrize(("subject", "text"), [("", "What?"), ("Data", " ")])
def test_an_empty_enquiry_is_refused(front: Front, subject: str, text: str) -> None:
    asker = front.acting("alice", Role.ANYONE)
    codes = refusal_codes(
        lambda: enquiry.ask_enquiry(front.programme, subject, text, actor=asker, now=START)
    )
    assert codes == ["question-empty"]
    assert not models.Enquiry.objects.exists()


def test_nobody_can_be_answered_without_a_name(front: Front) -> None:
    visitor = models.Actor(person=None, role=Role.ANYONE, via=models.Actor.Via.SESSION)
    codes = refusal_codes(
        lambda: enquiry.ask_enquiry(front.programme, "Data", "What?", actor=visitor, now=START)
    )
    assert codes == ["asker-missing"]


def test_a_mailed_question_is_recorded_with_its_original(front: Front) -> None:
    row = enquiry.record_enquiry(
        front.programme, front.people["stan"], "By mail", "Do you hold scans?",
        original=original(front), actor=front.acting("cora"), now=START,
    )  # fmt: skip
    assert (row.asker, row.original.sha256) == (front.people["stan"], "a" * 64)
    assert last_entry(front.programme).tag == "enquiry.record_enquiry"


def test_a_question_is_not_recorded_without_its_original(front: Front) -> None:
    unsaved = models.StoredFile(sha256="b" * 64, size=1, media_type="text/plain")
    codes = refusal_codes(
        lambda: enquiry.record_enquiry(
            front.programme, front.people["stan"], "By mail", "Do you hold scans?",
            original=unsaved, actor=front.acting("cora"), now=START,
        )
    )  # fmt: skip
    assert codes == ["original-missing"]


def test_what_may_be_recorded_is_asked_before_there_is_anything(front: Front) -> None:
    said = step.refusals("record_enquiry", front.programme, actor=front.acting("cora"), now=START)
    assert [reason.code for reason in said] == ["original-missing"]


def test_an_enquiry_gets_an_owner(front: Front) -> None:
    row = enquiry.take_enquiry(front.enquiry(), actor=front.acting("stella"), now=START)
    assert models.Enquiry.objects.get(pk=row.pk).owner == front.people["stella"]
    assert last_entry(front.programme).tag == "enquiry.take_enquiry"


def test_a_mailed_form_becomes_a_draft_and_waits_for_its_applicant(front: Front) -> None:
    row, cora, stan = front.enquiry(), front.acting("cora"), front.people["stan"]
    form = original(front)
    answers = {"project": {"title": "Doses"}}

    def enter(by: models.Actor) -> models.Case:
        return enquiry.enter_mailed_form(
            row, stan, answers, original=form, actor=by, now=START
        )  # fmt: skip

    def nothing_came_of_it() -> bool:
        row.refresh_from_db()
        return (row.outcome, row.case, models.Case.objects.count()) == (Outcome.OPEN, None, 0)

    assert refusal_codes(lambda: enter(front.acting("stella"))) == ["not-your-step"]
    assert nothing_came_of_it()
    form.verdict = "infected"
    assert refusal_codes(lambda: enter(cora)) == ["file-infected"]
    assert nothing_came_of_it()
    front.programme.refresh_from_db()
    row = models.Enquiry.objects.get(pk=row.pk)
    form.verdict = "held"
    case = enter(cora)
    row.refresh_from_db()
    assert (row.outcome, row.case, case.applicant) == (Outcome.DRAFTED, case, stan)
    assert is_marked(row, "answered", actor=cora, now=START)
    assert case.sections.get(name="project").answers["title"] == "Doses"
    assert case.attachments.get().file == form
    assert letters_to(stan) == ["entered-for-you"]
    assert last_entry(front.programme).tag == "application.start_draft_for_applicant"
    assert last_entry(case).tag == "application.enter_for_applicant"
    assert refusal_codes(lambda: enter(cora)) == ["draft-exists"]
    assert models.Case.objects.count() == 1


def test_an_answer_goes_to_the_asker(front: Front) -> None:
    row = enquiry.answer_enquiry(
        front.enquiry(), "Yes, for the pilot trial.", actor=front.acting("cora"), now=START,
        figures=[COUNT, {"group_by": ["SEX"], "cells": [{"labels": ["F"], "count": COUNT}]}],
    )  # fmt: skip
    assert (row.outcome, row.answer) == (Outcome.ANSWERED, "Yes, for the pilot trial.")
    assert is_marked(row, "answered", actor=front.acting("cora"), now=START)
    assert letters_to(front.people["alice"]) == ["enquiry-answered"]
    assert last_entry(front.programme).tag == "enquiry.answer_enquiry"


def test_both_sides_go_on_in_one_thread_and_nothing_is_overwritten(front: Front) -> None:
    row, cora = front.enquiry(), front.acting("cora")
    alice, later = front.acting("alice", Role.ANYONE), START + timedelta(days=3)
    enquiry.answer_enquiry(row, "Yes, for the pilot.", actor=cora, now=START)
    due = row.due_on
    word = enquiry.write_again(row, " And doses? ", actor=alice, now=later)
    assert (word.text, word.original, row.due_on > due) == ("And doses?", None, True)
    assert is_marked(word, "made", actor=alice, now=later)
    assert last_entry(front.programme).tag == "enquiry.write_again"
    enquiry.answer_enquiry(row, "Doses too.", actor=cora, now=later + timedelta(hours=1))
    said = [(each.text, each.by_office) for each in enquiries.list_thread(row)]
    assert said == [
        (row.text, False), ("Yes, for the pilot.", True), ("And doses?", False),
        ("Doses too.", True),
    ]  # fmt: skip
    letters = models.Message.objects.filter(kind="enquiry-answered")
    assert [letter.enquiry for letter in letters] == [row, row]


def test_only_who_asked_writes_again_and_not_when_it_is_closed(front: Front) -> None:
    row, alice = front.enquiry(), front.acting("alice", Role.ANYONE)
    stan = front.acting("stan", Role.ANYONE)

    def codes(text: str, by: models.Actor) -> list[str]:
        return refusal_codes(lambda: enquiry.write_again(row, text, actor=by, now=START))

    assert codes("Me too.", stan) == ["enquiry-not-yours"]
    assert codes(" ", alice) == ["message-empty"]
    enquiry.answer_enquiry(row, "Yes.", actor=front.acting("cora"), now=START)
    enquiry.close_enquiry(row, actor=front.acting("cora"), now=START)
    assert codes("Thanks.", alice) == ["enquiry-closed"]
    assert not models.EnquiryMessage.objects.exists()


@pytest.mark.parametrize(
    "figure",
    [
        {"exact": 254},
        {**COUNT, "shown": 254},
        {**COUNT, "shown": 5},
        {**COUNT, "sigma": 0},
        {**COUNT, "rounding": 0},
        {"group_by": [], "cells": [{"labels": [], "count": {**COUNT, "shown": 7}}]},
    ],
)
def test_a_figure_that_is_not_protected_is_not_sent(
    front: Front, figure: dict[str, object]
) -> None:
    row = front.enquiry()
    codes = refusal_codes(
        lambda: enquiry.answer_enquiry(
            row, "There are 254.", actor=front.acting("cora"), now=START, figures=[figure]
        )
    )
    assert codes == ["figures-unprotected"]
    assert letters_to(front.people["alice"]) == []


def test_too_few_to_show_is_a_protected_figure(front: Front) -> None:
    row = enquiry.answer_enquiry(
        front.enquiry(), "Too few.", actor=front.acting("cora"), now=START,
        figures=[{**COUNT, "shown": None}],
    )  # fmt: skip
    assert row.outcome == Outcome.ANSWERED


def test_an_empty_answer_is_refused(front: Front) -> None:
    row = front.enquiry()
    codes = refusal_codes(
        lambda: enquiry.answer_enquiry(row, " ", actor=front.acting("cora"), now=START)
    )
    assert codes == ["answer-empty"]


def test_an_enquiry_becomes_a_draft_of_the_asker(front: Front) -> None:
    row = front.enquiry()
    case = enquiry.turn_enquiry_into_draft(row, actor=front.acting("cora"), now=START)
    assert (case.applicant, case.stage, case.kind) == (front.people["alice"], "draft", "data")
    assert models.Enquiry.objects.get(pk=row.pk).case == case
    assert row.outcome == Outcome.DRAFTED
    assert last_entry(front.programme).tag == "enquiry.turn_enquiry_into_draft"


def test_an_enquiry_becomes_one_draft_only(front: Front) -> None:
    row, cora = front.enquiry(), front.acting("cora")
    case = enquiry.turn_enquiry_into_draft(row, actor=cora, now=START)
    again = models.Enquiry.objects.get(pk=row.pk)
    assert refusal_codes(lambda: enquiry.turn_enquiry_into_draft(again, actor=cora, now=START)) == [
        "draft-exists"
    ]
    assert models.Case.objects.get() == case


def test_a_draft_needs_an_account(front: Front) -> None:
    stranger = people.register_person("unknown@example.org", name="Unknown")
    row = enquiry.record_enquiry(
        front.programme, stranger, "By mail", "Do you hold scans?",
        original=original(front), actor=front.acting("cora"), now=START,
    )  # fmt: skip
    codes = refusal_codes(
        lambda: enquiry.turn_enquiry_into_draft(row, actor=front.acting("cora"), now=START)
    )
    assert codes == ["enquirer-unknown"]


def test_an_enquiry_is_redirected_to_where_the_data_are(front: Front) -> None:
    row = enquiry.redirect_enquiry(
        front.enquiry(), pointer="CancerLinQ Discovery", actor=front.acting("paula"), now=START
    )
    assert (row.outcome, row.answer) == (Outcome.REDIRECTED, "CancerLinQ Discovery")
    assert letters_to(front.people["alice"]) == ["enquiry-answered"]
    assert last_entry(front.programme).tag == "enquiry.redirect_enquiry"


def test_a_redirect_says_where(front: Front) -> None:
    row = front.enquiry()
    codes = refusal_codes(
        lambda: enquiry.redirect_enquiry(row, pointer="", actor=front.acting("paula"), now=START)
    )
    assert codes == ["pointer-missing"]


def test_a_support_letter_always_says_that_it_guarantees_nothing(front: Front) -> None:
    row = enquiry.issue_support_letter(
        front.enquiry(), "About 255 people match.", actor=front.acting("cora"), now=START,
        figures=[COUNT],
    )  # fmt: skip
    assert row.outcome == Outcome.SUPPORTED
    assert row.answer.endswith(enquiry.NO_GUARANTEE)
    assert last_entry(front.programme).tag == "enquiry.issue_support_letter"


def test_a_support_letter_states_protected_figures_only(front: Front) -> None:
    row = front.enquiry()

    def issue(text: str, figures: list[dict[str, object]]) -> models.Enquiry:
        return enquiry.issue_support_letter(
            row, text, actor=front.acting("cora"), now=START, figures=figures
        )

    assert refusal_codes(lambda: issue("254 match.", [{"exact": 254}])) == ["figures-unprotected"]
    assert refusal_codes(lambda: issue(" ", [])) == ["letter-empty"]


def test_a_closed_enquiry_takes_nothing_more(front: Front) -> None:
    row, cora = front.enquiry(), front.acting("cora")
    too_early = refusal_codes(lambda: enquiry.close_enquiry(row, actor=cora, now=START))
    enquiry.answer_enquiry(row, "Yes.", actor=cora, now=START)
    enquiry.close_enquiry(row, actor=cora, now=START)
    assert is_marked(row, "closed", actor=cora, now=START)
    assert last_entry(front.programme).tag == "enquiry.close_enquiry"
    over = refusal_codes(lambda: enquiry.take_enquiry(row, actor=cora, now=START))
    assert (too_early, over) == (["enquiry-unanswered"], ["enquiry-closed"])


def test_only_the_office_answers(front: Front) -> None:
    row = front.enquiry()
    codes = refusal_codes(
        lambda: enquiry.answer_enquiry(row, "Yes.", actor=front.acting("dana"), now=START)
    )
    assert codes == ["not-your-step"]
