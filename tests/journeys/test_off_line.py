"""Applying off line, up to submission: by PDF, and by a Word form mailed to the office."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muniment import programme
from muniment.documents import forms
from muniment.pages.application.boxes import PERSON_LABELS
from muniment.programme import forms as questions
from tests.documents.forms import sample
from tests.journeys import applying, hands
from tests.journeys.people import Someone

pytestmark = pytest.mark.slow
ONE_HOUSE = True
PILOT = "Pilot trial data in CDISC SDTM form, 2026.1"


def filled(kind: str, blank: bytes, answers: applying.Answers) -> bytes:
    """What a person does at their desk with a PDF viewer or with Word: writes, chooses, ticks."""
    bundle = programme.read(programme.default_folder())
    layout = forms.lay_out(
        bundle["form"], programme="", edition=bundle.edition, sha256=bundle.sha256,
        choices=lambda field: questions.options(bundle, field),
        person={key: str(label) for key, label in PERSON_LABELS.items()},
    )  # fmt: skip
    said = dict(_controls(answers))
    values: dict[str, str | bool] = {}
    for control in layout.controls():
        answer = said.get(control.name)
        if answer is None:
            continue
        if control.kind == "tick":
            values[control.key] = answer is True or control.value in answer
        else:
            values[control.key] = {True: "Yes", False: "No"}.get(answer, answer)
    return sample.fill(kind, blank, values)


def _controls(answers: applying.Answers) -> Iterator[tuple[str, Any]]:
    """Each control by the name that a browser would post, with what is said there."""
    for section in answers.values():
        for name, answer in section.items():
            rows = answer if isinstance(answer, list) else []
            if isinstance(answer, dict):
                yield from ((f"{name}.{key}", text) for key, text in answer.items())
            elif rows and isinstance(rows[0], dict):
                for number, row in enumerate(rows):
                    yield from ((f"{name}.{number}.{key}", text) for key, text in row.items())
            else:
                yield name, answer


def attaches(person: Someone, file: Path) -> None:
    """From the task list: the protocol and the lead's CV, which no form holds."""
    page, tasks = person.page, person.page.url
    page.get_by_role("link", name="The project").click()
    for label in ("Protocol or proposal", "Short CV of the lead"):
        page.get_by_label(label).set_input_files(file)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: not url.endswith("/project/"))
    page.goto(tasks)


def submits(person: Someone) -> None:
    """From the task list: the answers are checked and sent."""
    page = person.page
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit the request").click()
    page.get_by_text("Submitted").first.wait_for()
    person.finds_no_barrier()


def downloads(person: Someone, link: str, to: Path) -> bytes:
    with person.page.expect_download() as begun:
        person.page.get_by_role("link", name=link).click()
    begun.value.save_as(to)
    return to.read_bytes()


def test_a_newcomer_applies_by_pdf(
    someone: Callable[..., Someone], cora: Someone, paper: Path, tmp_path: Path
) -> None:
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
    said = applying.like("Nausea after dose changes")
    said["project"]["lay_summary"] = "Wem wird übel?\nUnd wann: früh?"
    said["applicant"]["applicant_class"] = "Somebody else"
    said["project"]["starts_on"] = "next spring"
    form.write_bytes(filled("pdf", blank, said))
    page.get_by_label("The filled-in form").set_input_files(form)
    page.get_by_role("button", name="Read the form").click()
    page.get_by_role("heading", name="What we read in your file").wait_for()
    rows = page.get_by_role("row")
    rows.filter(has_text="Wem wird übel?").get_by_text("Taken").wait_for()
    rows.filter(has_text="Somebody else").get_by_text("Could not be read").wait_for()
    rows.filter(has_text="next spring").get_by_text("Needs another look").wait_for()
    petra.finds_no_barrier()
    petra.keeps("offline-readback")
    page.get_by_role("button", name="Use these answers").click()
    page.get_by_role("link", name="Check your answers").wait_for()
    tasks = page.url

    page.get_by_role("link", name="You", exact=True).click()
    page.get_by_label("You apply as").select_option(label="University or academic center")
    page.get_by_role("button", name="Save and continue").click()
    page.goto(tasks)
    page.get_by_role("link", name="The project").click()
    page.get_by_label("Start", exact=True).fill("2027-03-01")
    page.get_by_text("Saved at").wait_for()
    page.goto(tasks)
    attaches(petra, paper)
    page.get_by_role("link", name="The project").click()
    page.get_by_text("Waiting for the virus scan").first.wait_for()
    petra.finds_no_barrier()
    petra.keeps("offline-files")
    address = page.url
    page.goto(tasks)
    applying.asks_for_ages(hands.Mouse(page), dataset=PILOT)
    page.goto(tasks)
    submits(petra)

    applying.finds_the_request(cora, "Nausea after dose changes")
    stan = someone()
    stan.signs_in("stan@library.example")
    stan.page.goto(address)
    stan.finds_no_page()


def test_a_word_form_mailed_to_the_office_is_entered_confirmed_and_submitted(
    someone: Callable[..., Someone], cora: Someone, paper: Path, tmp_path: Path
) -> None:
    walt = someone(phone=True)
    walt.goes_to("/how-access-works/")
    blank = downloads(walt, "Word document", tmp_path / "blank.docx")
    form = tmp_path / "Word, Walt.docx"
    form.write_bytes(filled("docx", blank, applying.like("By the mail")))
    walt.site.mail.brings("Walt Word <walt@uni.example>", "My application", form)

    page = cora.page
    cora.opens_from("/office/enquiries/", "My application")
    cora.finds_no_barrier()
    page.get_by_role("link", name="Read the form in this mail").click()
    page.get_by_role("heading", name="What we read in the mailed form").wait_for()
    cora.finds_no_barrier()
    cora.keeps("offline-mailed")
    page.get_by_role("button", name="Use these answers").click()
    page.get_by_text("It became the draft").wait_for()
    cora.finds_no_barrier()

    walt.site.mail.next_to("walt@uni.example", about="confirm")
    walt.signs_in("walt@uni.example")
    page = walt.page
    page.get_by_role("heading", name="My requests").wait_for()
    walt.goes_to("/requests/")
    page.get_by_role("link", name="By the mail").click()
    page.get_by_role("link", name="Continue the application").click()
    tasks = page.url
    page.get_by_role("link", name="Read and confirm them").click()
    walt.finds_no_barrier()
    walt.keeps("offline-entered")
    page.get_by_role("button", name="Confirm these answers").click()
    page.wait_for_url(tasks)
    attaches(walt, paper)
    applying.asks_for_ages(hands.Mouse(page), dataset=PILOT)
    page.goto(tasks)
    submits(walt)

    applying.finds_the_request(cora, "By the mail")
