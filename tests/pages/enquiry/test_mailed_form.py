"""A form that was mailed to the office: read on its inquiry, entered, and confirmed."""

import hashlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from muniment import models
from muniment.gateways.mail import inbox
from muniment.jobs import inbox as job
from tests.pages import rows
from tests.pages.application.test_offline import SAID, answers, blank, filled

Browser = Callable[[str], Client]


@pytest.fixture
def cora(office: rows.Office, as_: Browser) -> Client:
    return as_("cora")


def arrives(*files: tuple[str, bytes]) -> None:
    """A mail of Walt's with these files, taken in by the office's mailbox."""
    message = EmailMessage()
    message["From"], message["Subject"] = "Walt Word <walt@uni.example>", "My application"
    message.set_content("Here is my form.")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    folder = Path(settings.MUNIMENT_HOME) / "in"
    folder.mkdir(exist_ok=True)
    (folder / "one.eml").write_bytes(message.as_bytes())
    assert job.take_all(inbox.Folder(folder), clock=lambda: rows.NOW) == 1


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def address() -> str:
    return f"/office/enquiries/{models.Enquiry.objects.get().pk}/"


def test_the_form_in_a_mail_becomes_a_draft_that_its_sender_confirms(
    office: rows.Office, cora: Client, as_: Browser
) -> None:
    form = filled(office, SAID)
    arrives(("notes.txt", b"hello"), ("Word, Walt.docx", form))
    assert "Read the form in this mail" in text(cora.get(address()))
    page = text(cora.get(f"{address()}form/"))
    assert "Word, Walt.docx: 6 answers found. Nothing is saved yet." in page
    assert 'value="walt@uni.example"' in page
    assert not models.Case.objects.exists()
    file = hashlib.sha256(form).hexdigest()
    said = {"file": file, "name": "Walt Word", "email": "walt@uni.example"}
    done = cora.post(f"{address()}form/", said, follow=True)
    case = models.Case.objects.get()
    assert f"It became the draft {case.reference}" in text(done)
    assert "Read the form in this mail" not in text(done)
    assert (case.applicant.email, answers(case)["title"]) == (
        "walt@uni.example", "Übelkeit bei Älteren"
    )  # fmt: skip
    [original] = case.attachments.all()
    assert (original.purpose, original.file.sha256) == ("original", file)
    assert models.Job.objects.filter(kind="scan", payload__attachment=original.pk).exists()
    assert models.Message.objects.filter(to=case.applicant, kind="entered-for-you").exists()
    walt = Client()
    walt.force_login(case.applicant)
    entered = f"/requests/{case.reference}/entered/"
    assert "Übelkeit bei Älteren" in text(walt.get(entered))
    walt.post(entered)
    assert not case.sections.filter(entered_at__isnull=False, confirmed_at__isnull=True).exists()
    again = cora.post(f"{address()}form/", said)
    assert again.status_code == 409
    assert "There is a request for this inquiry already." in text(again)
    assert as_("alice").get(f"{address()}form/").status_code == 404
    assert as_("stella").get(f"{address()}form/").status_code == 404  # a step of the coordinator


def test_each_file_of_a_mail_is_read_or_it_is_said_why_not(
    office: rows.Office, cora: Client
) -> None:
    bad, empty = b"%PDF-1.7 nothing", blank("docx")
    arrives(("Bad.pdf", bad), ("Empty.docx", empty), ("Paper.docx", b"PK\x03\x04"))
    page = text(cora.get(f"{address()}form/"))
    assert "Bad.pdf: " in page
    assert "Empty.docx: 0 answers found" in page
    other = f"?file={hashlib.sha256(b'PK' + bytes([3, 4])).hexdigest()}"
    assert f'<a href="{other}">Paper.docx</a>' in page
    page = text(cora.get(f"{address()}form/{other}"))
    assert "No form in this mail" in page
    assert "Paper.docx: " in page
    assert cora.get(f"{address()}form/?file={'0' * 64}").status_code == 404
    refused = {"file": hashlib.sha256(bad).hexdigest()}
    assert cora.post(f"{address()}form/", refused).status_code == 404
    assert not models.Case.objects.exists()


def test_a_plain_question_offers_no_form(office: rows.Office, cora: Client) -> None:
    arrives()
    assert "Read the form in this mail" not in text(cora.get(address()))


def test_an_infected_form_and_a_wrong_address_are_refused_and_nothing_stays(
    office: rows.Office, cora: Client
) -> None:
    form = filled(office, SAID)
    arrives(("Form.docx", form))
    file = hashlib.sha256(form).hexdigest()
    wrong = cora.post(f"{address()}form/", {"file": file, "name": "W", "email": "nowhere"})
    assert wrong.status_code == 409
    assert "Write the e-mail address as name@example.org." in text(wrong)
    models.StoredFile.objects.create(
        sha256=file, size=len(form), media_type="application/zip", verdict="infected",
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    said = {"file": file, "name": "Walt Word", "email": "walt@uni.example"}
    assert "virus scanner found something" in text(cora.post(f"{address()}form/", said))
    assert not models.Case.objects.exists()
    assert models.Enquiry.objects.get().outcome == "open"
