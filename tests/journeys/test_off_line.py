"""Applying off line: a newcomer by PDF, and somebody by a Word form that the office enters."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from muniment import programme
from muniment.documents import forms
from muniment.pages.application.boxes import PERSON_LABELS
from muniment.programme import forms as questions
from tests.documents.forms import sample
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
SAID = {
    "title": "Nausea after dose changes",
    "request_kind": "data",
    "starts_on": "2027-03-01",
    "lay_summary": "We ask who feels sick.\nWe ask when: früh oder spät?",
    "applicant.name": "Petra Paper",
    "applicant.email": "petra@uni.example",
}


def filled(kind: str, blank: bytes, said: Mapping[str, str]) -> bytes:
    """What a person does at their desk with a PDF viewer or with Word."""
    bundle = programme.read(programme.default_folder())
    layout = forms.lay_out(
        bundle["form"], programme="", edition=bundle.edition, sha256=bundle.sha256,
        choices=lambda field: questions.options(bundle, field),
        person={key: str(label) for key, label in PERSON_LABELS.items()},
    )  # fmt: skip
    keys = {control.name: control.key for control in layout.controls()}
    return sample.fill(kind, blank, {keys[name]: value for name, value in said.items()})


def downloads(person: Someone, link: str, to: Path) -> bytes:
    with person.page.expect_download() as begun:
        person.page.get_by_role("link", name=link).click()
    begun.value.save_as(to)
    return to.read_bytes()


def test_a_newcomer_applies_by_pdf(someone: Callable[..., Someone], tmp_path: Path) -> None:
    petra = someone()
    petra.goes_to("/accounts/sign-up/")
    petra.makes_an_account("Petra Paper", "petra@uni.example")
    petra.goes_to("/data/sdtm-pilot/request/")
    page = petra.page
    page.get_by_role("link", name="Apply with a PDF or Word file").click()
    petra.finds_no_barrier()
    petra.keeps("offline-choose")
    blank = downloads(petra, "Fillable PDF", tmp_path / "blank.pdf")
    form = tmp_path / "Paper, Petra.pdf"
    form.write_bytes(filled("pdf", blank, SAID))
    page.get_by_label("The filled-in form").set_input_files(form)
    page.get_by_role("button", name="Read the form").click()
    page.get_by_role("heading", name="What we read in your file").wait_for()
    petra.finds_no_barrier()
    petra.keeps("offline-readback")
    page.get_by_role("button", name="Use these answers").click()
    page.get_by_role("link", name="The project").click()
    assert page.get_by_label("Title", exact=True).input_value() == SAID["title"]
    project = page.url
    page.get_by_label("Protocol or proposal").set_input_files(form)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: url != project)
    page.goto(project)
    page.get_by_text("Waiting for the virus scan").wait_for()
    petra.finds_no_barrier()
    petra.keeps("offline-files")
    address = page.url

    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()


def test_a_mailed_word_form_is_entered_and_confirmed(
    someone: Callable[..., Someone], tmp_path: Path
) -> None:
    cora = someone()
    cora.enters_the_office("cora@library.example")
    cora.goes_to("/apply/by-form/")
    page = cora.page
    blank = downloads(cora, "Word document", tmp_path / "blank.docx")
    form = tmp_path / "From the post.docx"
    form.write_bytes(filled("docx", blank, SAID | {"title": "By the post"}))
    page.get_by_label("The filled-in form").set_input_files(form)
    page.get_by_role("button", name="Read the form").click()
    page.get_by_label("Name of the applicant").fill("Walt Word")
    page.get_by_label("E-mail of the applicant").fill("walt@uni.example")
    cora.finds_no_barrier()
    cora.keeps("offline-enter")
    page.get_by_role("button", name="Use these answers").click()
    page.get_by_role("heading", name="The form is entered").wait_for()
    cora.finds_no_barrier()

    walt = someone(phone=True)
    letter = walt.site.mail.next_to("walt@uni.example", about="confirm")
    walt.signs_in("walt@uni.example")
    page = walt.page
    page.goto(re.findall(r"https?://\S+/entered/", letter)[0])
    walt.finds_no_barrier()
    walt.goes_to("/requests/")
    page.get_by_role("link", name="By the post").click()
    page.get_by_role("link", name="Continue the application").click()
    walt.finds_no_barrier()
    page.get_by_role("link", name="Read and confirm them").click()
    walt.finds_no_barrier()
    walt.keeps("offline-entered")
    page.get_by_role("button", name="Confirm these answers").click()
    page.get_by_role("link", name="The project").click()
    assert page.get_by_label("Title", exact=True).input_value() == "By the post"
