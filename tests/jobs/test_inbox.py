"""Mail in: replies land in their thread, the rest are enquiries, machines get no answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from muniment import models
from muniment.actions import mailbox, people, questions
from muniment.gateways.mail import inbox
from muniment.jobs import inbox as job
from muniment.rulebook.words import Role, Stage
from tests.gateways.mail import imap_server
from tests.pages import rows

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def office(db: None, settings: object, tmp_path: Path) -> rows.Office:
    settings.MUNIMENT_HOME = tmp_path
    return rows.office()


@pytest.fixture
def box() -> Iterator[imap_server.Box]:
    with imap_server.running() as running:
        yield running


def mail(sender: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "About the data"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def take(box: imap_server.Box) -> int:
    return job.take_all(inbox.Imap(box.url), clock=lambda: NOW)


def letter(office: rows.Office, case: models.Case, kind: str = "question") -> models.Message:
    return models.Message.objects.create(
        to=office.people["alice"], case=case, kind=kind, subject="S", body="B",
        message_id="<letter@muniment.invalid>", made_at=NOW, made_by=office.system,
    )  # fmt: skip


def test_a_question_by_mail_becomes_an_enquiry_with_its_original(
    office: rows.Office, box: imap_server.Box
) -> None:
    box.add(mail("Nora <nora@uni.example>", "Do you hold scans?"))
    assert take(box) == 1
    row = models.Enquiry.objects.get()
    assert (row.asker.email, row.subject, row.text) == (
        "nora@uni.example", "About the data", "Do you hold scans?"
    )  # fmt: skip
    assert row.original.media_type == "message/rfc822"
    assert row.due_on is not None
    assert box.seen == {1}
    assert take(box) == 0


def test_the_same_mail_twice_is_one_enquiry(office: rows.Office, box: imap_server.Box) -> None:
    box.add(mail("nora@uni.example", "Do you hold scans?"))
    take(box)
    box.seen.clear()
    assert take(box) == 1
    assert models.Enquiry.objects.count() == 1


def test_a_reply_to_a_question_answers_it(office: rows.Office, box: imap_server.Box) -> None:
    case = office.case(Stage.SUBMITTED)
    question = office.asks(case, "Which years?")
    letter(office, case)
    box.add(mail("alice@example.org", "2012 to 2014.", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    question.refresh_from_db()
    assert question.answer == "2012 to 2014."
    assert question.answered_by.person == office.people["alice"]
    assert not models.Enquiry.objects.exists()


def test_a_reply_where_nothing_was_asked_is_a_question_to_the_office(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    letter(office, case, "received")
    box.add(mail("alice@example.org", "How long?", References="<letter@muniment.invalid>"))
    take(box)
    assert [row.text for row in case.questions.all()] == ["How long?"]


def test_a_reply_finds_its_thread_past_a_letter_that_has_none(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    letter(office, case, "received")
    models.Message.objects.create(
        to=office.people["alice"], kind="role-granted", subject="S", body="B",
        message_id="<later@muniment.invalid>", made_at=NOW, made_by=office.system,
    )  # fmt: skip
    named = "<letter@muniment.invalid> <later@muniment.invalid>"
    box.add(mail("alice@example.org", "How long?", References=named))
    take(box)
    assert [row.text for row in case.questions.all()] == ["How long?"]


def test_somebody_else_s_reply_is_not_the_applicant_s_word(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    question = office.asks(case, "Which years?")
    letter(office, case)
    box.add(mail("mallory@evil.example", "All.", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    question.refresh_from_db()
    assert question.answer == ""
    assert models.Enquiry.objects.get().asker.email == "mallory@evil.example"


def test_two_open_questions_are_not_answered_by_guessing(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    asked = [office.asks(case, text) for text in ("Which years?", "Which ages?")]
    letter(office, case)
    box.add(mail("alice@example.org", "2012.", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    assert {models.Question.objects.get(pk=each.pk).answer for each in asked} == {""}
    assert case.questions.filter(text="2012.").exists()


def test_a_reply_without_a_word_is_an_enquiry(office: rows.Office, box: imap_server.Box) -> None:
    case = office.case(Stage.SUBMITTED)
    letter(office, case, "received")
    box.add(mail("alice@example.org", " ", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    about = f"[In reply to our mail about: {case.reference}]"
    assert models.Enquiry.objects.get().text == f"(The mail has no text.)\n\n{about}"


def test_a_team_member_who_may_edit_answers_and_one_who_may_not_asks(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    office.joins(case, "tess"), office.joins(case, "edie", may_edit=True)
    for number, name in enumerate(("tess", "edie")):
        models.Message.objects.create(
            to=office.people[name], case=case, kind="received", subject="S", body="B",
            message_id=f"<{number}@muniment.invalid>", made_at=NOW, made_by=office.system,
        )  # fmt: skip
        box.add(mail(f"{name}@example.org", f"I am {name}.",
                     In_Reply_To=f"<{number}@muniment.invalid>"))  # fmt: skip
    take(box)
    assert [row.text for row in case.questions.all()] == ["I am edie."]
    assert models.Enquiry.objects.get().asker == office.people["tess"]


def answered(office: rows.Office) -> models.Enquiry:
    """Alice's question, answered, with the letter that told her."""
    row = models.Enquiry.objects.create(
        programme=office.programme, asker=office.people["alice"], subject="Scans", text="Any?",
        outcome="answered", answer="Yes.", answered_at=NOW, answered_by=office.system,
        made_at=NOW, made_by=office.system,
    )  # fmt: skip
    models.Message.objects.create(
        to=office.people["alice"], enquiry=row, kind="enquiry-answered", subject="S", body="B",
        message_id="<letter@muniment.invalid>", made_at=NOW, made_by=office.system,
    )  # fmt: skip
    return row


def test_a_reply_to_an_answered_question_lands_in_its_thread(
    office: rows.Office, box: imap_server.Box
) -> None:
    row = answered(office)
    box.add(mail("alice@example.org", "Doses too?", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    [word] = row.messages.all()
    assert (word.text, word.made_by.person, word.made_by.via) == (
        "Doses too?", office.people["alice"], "token"
    )  # fmt: skip
    assert word.original.media_type == "message/rfc822"
    row.refresh_from_db()
    assert row.due_on is not None
    assert models.Enquiry.objects.count() == 1


@pytest.mark.parametrize("sender", ["mallory@evil.example", "alice@example.org"])
def test_a_stranger_s_reply_and_one_to_what_is_closed_are_questions_of_their_own(
    office: rows.Office, box: imap_server.Box, sender: str
) -> None:
    row = answered(office)
    if sender.startswith("alice"):
        row.closed_at, row.closed_by = NOW, office.system
        row.save()
    box.add(mail(sender, "Doses too?", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    assert not row.messages.exists()
    about = "\n\n[In reply to our mail about: “Scans”]" if sender.startswith("alice") else ""
    assert models.Enquiry.objects.latest("pk").text == f"Doses too?{about}"
    assert models.Enquiry.objects.count() == 2


def test_replies_do_not_flood_a_thread(office: rows.Office, box: imap_server.Box) -> None:
    row = answered(office)
    for number in range(mailbox.MOST_A_DAY + 2):
        box.add(mail("alice@example.org", f"And {number}?",
                     In_Reply_To="<letter@muniment.invalid>"))  # fmt: skip
    take(box), take(box)
    assert row.messages.count() == mailbox.MOST_A_DAY - 1  # the question itself is one
    assert models.Enquiry.objects.count() == 1


def test_replies_do_not_flood_a_request_and_both_sides_are_told(
    office: rows.Office, box: imap_server.Box
) -> None:
    case = office.case(Stage.SUBMITTED)
    letter(office, case)
    for number in range(mailbox.MOST_A_DAY + 3):
        box.add(mail("alice@example.org", f"And {number}?",
                     In_Reply_To="<letter@muniment.invalid>"))  # fmt: skip
    take(box), take(box)
    assert case.questions.count() == mailbox.MOST_A_DAY
    assert models.StoredFile.objects.count() == mailbox.MOST_A_DAY + 3, "nothing is lost"
    told = models.Message.objects.get(kind=mailbox.HELD_BACK)
    assert told.to == office.people["alice"]
    note = case.notes.get()
    assert f"More than {mailbox.MOST_A_DAY} mails of the applicant" in note.text
    assert told.to.name not in note.text, "which outlives whoever is erased"
    assert not models.Enquiry.objects.exists()


def test_an_answer_is_never_held_back(office: rows.Office, box: imap_server.Box) -> None:
    case = office.case(Stage.SUBMITTED)
    actor = people.acting(office.people["alice"], Role.APPLICANT, via=models.Actor.Via.TOKEN)
    for _ in range(mailbox.MOST_A_DAY):
        questions.ask_office(case, "And?", actor=actor, now=NOW)
        case.refresh_from_db()
    question = office.asks(case, "Which years?")
    letter(office, case)
    box.add(mail("alice@example.org", "2012.", In_Reply_To="<letter@muniment.invalid>"))
    take(box)
    question.refresh_from_db()
    assert question.answer == "2012."


def test_machines_and_our_own_letters_become_nothing(
    office: rows.Office, box: imap_server.Box
) -> None:
    box.add(mail("nora@uni.example", "I am away.", Auto_Submitted="auto-replied"))
    box.add(mail("office@muniment.invalid", "A letter."))
    box.add(mail("a@b", "No address."))
    assert take(box) == 3
    assert not models.Enquiry.objects.exists()


def test_one_address_cannot_flood_the_office(office: rows.Office, box: imap_server.Box) -> None:
    for number in range(mailbox.MOST_A_DAY + 2):
        box.add(mail("nora@uni.example", f"Question {number}"))
    take(box), take(box)
    assert models.Enquiry.objects.count() == mailbox.MOST_A_DAY


def test_files_in_a_mail_are_listed(office: rows.Office, box: imap_server.Box) -> None:
    message = EmailMessage()
    message["From"] = "nora@uni.example"
    message.set_content("See the plan.")
    message.add_attachment(b"12345", maintype="application", subtype="pdf", filename="plan.pdf")
    box.add(message.as_bytes())
    take(box)
    row = models.Enquiry.objects.get()
    assert row.subject == "No subject"
    assert row.text == "See the plan.\n\n[Attached: plan.pdf (5 bytes)]"


def test_a_mail_too_large_is_put_aside(office: rows.Office, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "1.eml").write_bytes(b"x" * (inbox.LARGEST + 1))
    assert job.collect(clock=lambda: NOW) == 1
    assert job.collect(clock=lambda: NOW) == 0  # a minute has not passed
    assert not models.Enquiry.objects.exists()


def test_a_silent_mailbox_stops_nothing(office: rows.Office) -> None:
    silent = inbox.Imap("imap://office:secret@127.0.0.1:1/")
    assert job.take_all(silent, clock=lambda: NOW) == 0


def test_a_mail_that_cannot_be_kept_comes_again(
    office: rows.Office, box: imap_server.Box, tmp_path: Path
) -> None:
    (tmp_path / "files").write_text("no folder")
    box.add(mail("nora@uni.example", "Do you hold scans?"))
    assert take(box) == 0
    assert box.seen == set()
