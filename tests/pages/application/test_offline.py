"""Applying off line: the form as a file, what was read in it, and taking it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muniment import models, programme
from muniment.gateways import storage
from muniment.pages.application import readback
from muniment.rulebook.words import Stage
from tests.documents.forms import sample
from tests.documents.reading import hostile
from tests.pages import rows

Browser = Callable[[str], Client]
FOR = "/apply/by-form/"
SAID = {
    "title": "Übelkeit bei Älteren",
    "request_kind": "data",
    "starts_on": "2027-01-01",
    "lay_summary": "One.\nTwo.",
    "funders.0.name": "Hope",
    "funders.0.kind": "foundation",
    "applicant.name": "Alice Example",
    "applicant.email": "alice@example.org",
}
_BLANK: dict[str, bytes] = {}


def blank(kind: str) -> bytes:
    """The form as anybody downloads it; the same for every test."""
    if kind not in _BLANK:
        answer = Client().get(f"/forms/centra/application.{kind}")
        if answer.status_code == 503:
            pytest.skip("Pango is not here; `make setup-tests` installs it as root.")
        _BLANK[kind] = answer.content
    return _BLANK[kind]


def filled(office: rows.Office, said: Mapping[str, str], kind: str = "docx") -> bytes:
    edition = office.programme.active_edition
    assert edition is not None
    keys = {control.name: control.key for control in readback.layout_of(edition).controls()}
    values = {keys[name]: value for name, value in said.items()}
    return sample.fill(kind, blank(kind), values)


def sends(browser: Client, data: bytes, *, to: str = FOR, name: str = "form.docx") -> str:
    answer = browser.post(to, {"form": SimpleUploadedFile(name, data)})
    return f"{answer.status_code} " + answer.content.decode()


def note_in(page: str) -> str:
    return page.split('name="note" value="')[1].split('"')[0]


def takes(browser: Client, page: str, *, to: str = FOR, **more: str) -> str:
    answer = browser.post(to, {"note": note_in(page), **more}, follow=True)
    return f"{answer.status_code} " + answer.content.decode()


def answers(case: models.Case) -> dict[str, object]:
    return {name: value for row in case.sections.all() for name, value in row.answers.items()}


@pytest.fixture
def alice(office: rows.Office, as_: Browser) -> Client:
    office.verify_address("alice")
    return as_("alice")


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_form_is_there_for_everybody_as_a_file(office: rows.Office, kind: str) -> None:
    blank(kind)
    answer = Client().get(f"/forms/centra/application.{kind}")
    assert answer["Content-Disposition"] == f'attachment; filename="centra-application.{kind}"'
    assert answer.content[:2] in (b"%P", b"PK")


def test_whoever_has_no_account_finds_the_form_on_the_guide(office: rows.Office) -> None:
    guide = Client().get("/how-access-works/").content.decode()
    assert 'href="/forms/centra/application.pdf"' in guide
    assert 'href="/forms/centra/application.docx"' in guide


def test_nothing_is_confirmed_where_the_office_entered_nothing(
    office: rows.Office, as_: Browser
) -> None:
    case, entries = office.case(Stage.DRAFT), models.Entry.objects.count()
    page = as_("alice").post(f"/requests/{case.reference}/entered/").content.decode()
    assert "Nothing waits for you to confirm." in page
    assert models.Entry.objects.count() == entries


def test_there_is_no_form_of_another_kind_or_programme(office: rows.Office) -> None:
    assert Client().get("/forms/centra/application.xls").status_code == 404
    assert Client().get("/forms/other/application.pdf").status_code == 404


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_filled_in_form_is_shown_and_then_becomes_a_request(
    office: rows.Office, alice: Client, kind: str
) -> None:
    data = filled(office, SAID, kind)
    page = sends(alice, data, name=f"Example, Alice.{kind}")
    assert page.startswith("200")
    assert "Übelkeit bei Älteren" in page
    assert "8 answers found" not in page  # two of them belong to one person, two to one row
    assert "6 answers found" in page
    assert models.Case.objects.count() == 0
    takes(alice, page)
    case = models.Case.objects.get()
    assert case.title == "Übelkeit bei Älteren"
    given = answers(case)
    assert given["funders"] == [{"name": "Hope", "kind": "foundation"}]
    assert given["applicant"] == {"name": "Alice Example", "email": "alice@example.org"}
    assert given["lay_summary"] == "One.\nTwo."
    [original] = case.attachments.all()
    assert (original.purpose, original.name) == ("original", f"Example, Alice.{kind}")
    with storage.at(Path(settings.MUNIMENT_HOME)).open(original.file.sha256) as stream:
        assert stream.read() == data


def test_answers_of_a_file_join_those_of_the_request(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    alice, to = as_("alice"), f"/requests/{case.reference}/upload/"
    alice.post(
        f"/requests/{case.reference}/form/project/",
        {"version": 0, "title": "Old title", "aims": "Stays.", "starts_on": "2027-01-01"},
    )
    page = sends(alice, filled(office, SAID), to=to)
    assert "Replaces an answer" in page
    assert "Now it says: Old title" in page
    assert "As before" in page
    takes(alice, page, to=to)
    given = answers(case)
    assert given["title"] == "Übelkeit bei Älteren"
    assert given["aims"] == "Stays."


def test_what_cannot_be_read_or_does_not_fit_is_said(office: rows.Office, alice: Client) -> None:
    said = {"applicant_class": "academic", "request_kind": "whatever", "starts_on": "soon"}
    page = sends(alice, filled(office, said))
    assert "Could not be read" in page
    assert page.index("Needs another look") < page.index("Taken")  # first what is to be mended
    assert page.index("Could not be read") < page.index("Taken")
    assert "not one of the choices" in page
    assert "Needs another look" in page
    assert "must be a date" in page
    assert "Protocol or proposal" in page  # to attach on line


def test_a_mailed_form_is_entered_by_the_office_and_confirmed_by_the_applicant(
    office: rows.Office, as_: Browser
) -> None:
    cora = as_("cora")
    page = sends(cora, filled(office, SAID))
    assert "Someone sent the form to the office" in page
    done = takes(cora, page, **{"for": "somebody", "name": "Edie Example",
                                "email": "edie@example.org"})  # fmt: skip
    case = models.Case.objects.get()
    assert case.reference in done
    assert case.applicant == office.people["edie"]
    edie = as_("edie")
    assert "Read and confirm them" in edie.get(f"/requests/{case.reference}/form/").content.decode()
    entered = f"/requests/{case.reference}/entered/"
    assert "Übelkeit bei Älteren" in edie.get(entered).content.decode()
    assert edie.post(entered).status_code == 302
    assert not case.sections.filter(entered_at__isnull=False, confirmed_at__isnull=True).exists()
    assert case.attachments.get().purpose == "original"
    assert "Nothing waits for you" in edie.get(entered).content.decode()


def test_the_office_completes_a_returned_request_from_a_mailed_form(
    office: rows.Office, as_: Browser
) -> None:
    case = office.case(Stage.RETURNED)
    cora, to = as_("cora"), f"/requests/{case.reference}/upload/"
    done = takes(cora, sends(cora, filled(office, SAID), to=to), to=to)
    assert "The form is entered" in done
    assert answers(case)["title"] == "Übelkeit bei Älteren"


def test_only_the_office_enters_for_somebody(office: rows.Office, alice: Client) -> None:
    page = sends(alice, filled(office, SAID))
    assert "Someone sent the form" not in page
    more = {"for": "somebody", "name": "Stan", "email": "new@example.org"}
    assert takes(alice, page, **more).startswith("409")
    assert not models.Case.objects.exists()
    assert not models.Person.objects.filter(email="new@example.org").exists()


def test_a_request_with_the_office_takes_no_form(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.AVAILABILITY)
    alice, to = as_("alice"), f"/requests/{case.reference}/upload/"
    assert takes(alice, sends(alice, filled(office, SAID), to=to), to=to).startswith("409")
    assert not case.attachments.exists()


def test_an_upload_is_taken_by_whoever_sent_it_and_nobody_else(
    office: rows.Office, alice: Client, as_: Browser
) -> None:
    page = sends(alice, filled(office, SAID))
    office.verify_address("edie")
    answer = takes(as_("edie"), page)
    assert answer.startswith("409")
    assert "Upload the file again" in answer
    assert alice.post(FOR, {"note": "forged"}).status_code == 409
    assert not models.Case.objects.exists()


def test_an_unknown_edition_is_refused(office: rows.Office, alice: Client) -> None:
    page = sends(alice, sample.blank("docx"))
    assert page.startswith("409")
    assert "do not know the edition" in page


def newer_edition(office: rows.Office) -> models.ProgrammeEdition:
    """The form with one question more and one less, in force from now on."""
    tree = json.loads(rows.bundle().canonical)
    sections = {each["id"]: each for each in tree["form"]["sections"]}
    project = sections["project"]["fields"]
    sections["project"]["fields"] = [each for each in project if each["id"] != "lay_summary"]
    more = {"id": "novelty", "label": "What is new?", "type": "long"}
    sections["project"]["fields"].append(more)
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    bundle = programme.Bundle.from_canonical(canonical)
    edition = models.ProgrammeEdition.objects.create(
        programme=office.programme, number=2, sha256=bundle.sha256, made_at=rows.NOW,
        made_by=office.system, activated_at=rows.NOW, activated_by=office.system,
    )  # fmt: skip
    models.EditionBundle.objects.create(edition=edition, canonical=canonical.decode())
    office.programme.active_edition = edition
    office.programme.save()
    return edition


def test_an_older_edition_is_read_as_far_as_it_goes(office: rows.Office, alice: Client) -> None:
    data = filled(office, SAID)
    edition = newer_edition(office)
    page = sends(alice, data)
    assert "older edition of the form" in page
    assert "1 question is new" in page
    assert "Not asked any more" in page
    assert takes(alice, page).startswith("200")
    case = models.Case.objects.get()
    assert case.edition == edition
    assert "lay_summary" not in answers(case)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"hello", "neither a PDF nor a Word form"),
        (hostile.docx_with(word__vbaProject_dot_bin=b"x"), "script or macro"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_in_words(
    office: rows.Office, alice: Client, data: bytes, sentence: str
) -> None:
    page = sends(alice, data)
    assert page.startswith("409")
    assert sentence in page


def test_nothing_chosen_is_said(office: rows.Office, alice: Client) -> None:
    assert "Choose the form" in alice.post(FOR).content.decode()


def test_wrong_people_find_no_page(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.DRAFT)
    for page in ("upload", "entered"):
        address = f"/requests/{case.reference}/{page}/"
        assert as_("stan").get(address).status_code == 404
        assert as_("max").get(address).status_code == 404
        assert Client().get(address).status_code == 401
    assert Client().get(FOR).status_code == 401


def test_of_an_empty_form_nothing_is_offered_to_take(alice: Client, office: rows.Office) -> None:
    case = office.case(Stage.DRAFT)
    page = sends(alice, blank("docx"), to=f"/requests/{case.reference}/upload/")
    assert "There is nothing to take" in page
    assert "Use these answers" not in page
    assert "Upload another file" in page
