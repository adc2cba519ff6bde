"""A reply to several letters in one mail: it names them all, and belongs where they all belong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment import models
from muniment.actions import mailbox
from muniment.rulebook.words import Stage
from tests.pages import rows

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def office(db: None, settings: object, tmp_path: Path) -> rows.Office:
    settings.MUNIMENT_HOME = tmp_path
    return rows.office()


def letters(office: rows.Office, *cases: models.Case) -> tuple[str, ...]:
    """One letter to Alice about each; their Message-IDs."""
    names = tuple(f"<letter-{number}@muniment.invalid>" for number in range(len(cases)))
    for name, case in zip(names, cases, strict=True):
        models.Message.objects.create(
            to=office.people["alice"], case=case, kind="received", subject="S", body="B",
            message_id=name, made_at=NOW, made_by=office.system,
        )  # fmt: skip
    return names


def replied(office: rows.Office, *named: str) -> str:
    sent = mailbox.Mail(
        "Alice", "alice@example.org", "Re: 2 things", "How long?", named, sha256="c" * 64, size=9
    )
    return mailbox.take_in(office.programme, sent, now=NOW)


def test_a_reply_to_letters_about_one_request_lands_in_it(office: rows.Office) -> None:
    case = office.case(Stage.SUBMITTED)
    brought = letters(office, case, case)
    assert replied(office, "<digest@muniment.invalid>", *brought) == "question"
    assert [row.text for row in case.questions.all()] == ["How long?"]


def test_a_reply_to_letters_about_two_requests_is_not_put_into_one_by_guessing(
    office: rows.Office,
) -> None:
    cases = office.case(Stage.SUBMITTED), office.case(Stage.SUBMITTED)
    brought = letters(office, *cases)
    assert replied(office, "<digest@muniment.invalid>", *brought) == "enquiry"
    assert not models.Question.objects.exists()
    first, second = (case.reference for case in cases)
    said = models.Enquiry.objects.get().text
    assert said == f"How long?\n\n[In reply to our mail about: {first}, {second}]"


def test_a_reply_about_a_request_and_a_question_names_both_once(office: rows.Office) -> None:
    case = office.case(Stage.SUBMITTED)
    question = models.Enquiry.objects.create(
        programme=office.programme, asker=office.people["alice"], subject="Which years?",
        text="Of the data.", made_at=NOW, made_by=office.system,
    )  # fmt: skip
    models.Message.objects.create(
        to=office.people["alice"], enquiry=question, kind="enquiry-answer", subject="S", body="B",
        message_id="<other@muniment.invalid>", made_at=NOW, made_by=office.system,
    )  # fmt: skip
    brought = letters(office, case, case)
    named = ("<digest@muniment.invalid>", *brought, "<other@muniment.invalid>")
    assert replied(office, *named) == "enquiry"
    said = models.Enquiry.objects.exclude(pk=question.pk).get().text
    assert said.endswith(f"[In reply to our mail about: “Which years?”, {case.reference}]")


def test_who_writes_no_request_is_heard_with_what_it_is_about(office: rows.Office) -> None:
    case = office.case(Stage.SUBMITTED, applicant=office.people["tess"])
    assert replied(office, *letters(office, case)) == "enquiry"
    said = models.Enquiry.objects.get().text
    assert said.endswith(f"[In reply to our mail about: {case.reference}]")


def test_letters_to_somebody_else_are_not_named(office: rows.Office) -> None:
    brought = letters(office, office.case(Stage.SUBMITTED), office.case(Stage.SUBMITTED))
    models.Message.objects.update(to=office.people["stan"])
    assert replied(office, *brought) == "enquiry"
    assert models.Enquiry.objects.get().text == "How long?"


def test_a_reply_to_one_letter_lands_with_it_whatever_else_is_named(office: rows.Office) -> None:
    cases = office.case(Stage.SUBMITTED), office.case(Stage.SUBMITTED)
    first, second = letters(office, *cases)
    assert replied(office, first, second, first) == "question"
    assert [row.case for row in models.Question.objects.all()] == [cases[0]]


def elsewhere(office: rows.Office) -> models.Programme:
    """Another programme of the same installation."""
    return models.Programme.objects.create(
        slug="other", name="Other", active_edition=office.programme.active_edition
    )


def test_no_office_is_told_of_the_threads_of_another_programme(office: rows.Office) -> None:
    here = office.case(Stage.SUBMITTED)
    there = office.case(Stage.SUBMITTED, programme=elsewhere(office))
    assert replied(office, "<digest@muniment.invalid>", *letters(office, here, there)) == "enquiry"
    asked = models.Enquiry.objects.get()
    assert asked.programme == office.programme
    assert asked.text == f"How long?\n\n[In reply to our mail about: {here.reference}]"


def test_a_reply_to_one_programme_alone_comes_to_its_own_office(office: rows.Office) -> None:
    other = elsewhere(office)
    cases = [office.case(Stage.SUBMITTED, programme=other) for _ in range(2)]
    assert replied(office, "<digest@muniment.invalid>", *letters(office, *cases)) == "enquiry"
    asked = models.Enquiry.objects.get()
    assert asked.programme == other
    assert all(case.reference in asked.text for case in cases)
