"""One's own profile: identifiers are checked, and nobody changes another's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muniment import models
from muniment.actions.people import profile
from muniment.actions.step import Refused
from tests.pages import rows, scanning
from tests.pages.application.test_upload_doors import SILENT

Browser = Callable[[str], Client]
ADDRESS = "/accounts/profile/"
ABOUT = {
    "name": "Alice Abara", "position": "Oncologist", "member_number": "12345",
    "institution": "Harbor University", "ror": "https://ror.org/05dxps055", "country": "us",
    "mail_pace": "daily",
}  # fmt: skip


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())


def test_a_profile_is_saved_with_its_institution(office: rows.Office, as_: Browser) -> None:
    page = as_("alice").post(ADDRESS, ABOUT, follow=True)
    assert "Your profile is saved" in text(page)
    alice = models.Person.objects.get(email="alice@example.org")
    assert (alice.name, alice.position, alice.member_number, alice.mail_pace) == (
        "Alice Abara", "Oncologist", "12345", "daily"
    )  # fmt: skip
    assert (alice.institution.ror, alice.institution.country) == (ABOUT["ror"], "US")
    assert 'value="Oncologist"' in text(as_("alice").get(ADDRESS))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ror": "https://ror.org/05dxps056"}, "is not a ROR identifier that exists"),
        ({"country": "XX"}, "The country of the institution must be"),
        ({"institution": ""}, "institution&#x27;s name"),
        ({"name": " "}, "Fill in “"),
    ],
)
def test_a_fault_is_shown_and_nothing_is_changed(
    office: rows.Office, as_: Browser, change: dict[str, str], said: str
) -> None:
    page = text(as_("alice").post(ADDRESS, {**ABOUT, **change}))
    assert said in page
    assert models.Person.objects.get(email="alice@example.org").position == ""


def test_an_institution_may_be_left_out(office: rows.Office, as_: Browser) -> None:
    as_("alice").post(ADDRESS, {"name": "Alice", "mail_pace": ""})
    assert models.Person.objects.get(email="alice@example.org").institution is None


def test_trainings_come_and_go(office: rows.Office, as_: Browser) -> None:
    alice = as_("alice")
    given = {"training": "Good clinical practice", "issued_on": "2024-01-02",
             "expires_on": "2025-01-02"}  # fmt: skip
    alice.post(ADDRESS + "trainings/", given)
    page = text(alice.get(ADDRESS))
    assert "Good clinical practice" in page
    assert "Ended" in page
    row = models.Training.objects.get()
    assert as_("stan").post(f"{ADDRESS}trainings/{row.pk}/end/").status_code == 404
    alice.post(f"{ADDRESS}trainings/{row.pk}/end/")
    assert "No certificate yet" in text(alice.get(ADDRESS))
    row.refresh_from_db()
    assert row.ended_by.person == office.people["alice"]


def test_a_training_that_ends_before_it_begins_is_refused(
    office: rows.Office, as_: Browser
) -> None:
    given = {"training": "GCP", "issued_on": "2025-01-02", "expires_on": "2024-01-02"}
    assert "swap the days" in text(as_("alice").post(ADDRESS + "trainings/", given))
    assert "to fix" in text(as_("alice").post(ADDRESS + "trainings/", {}))
    assert not models.Training.objects.exists()


GIVEN = {"training": "Data protection", "issued_on": "2026-01-15", "expires_on": "2029-01-15"}


def certificate(data: bytes) -> dict[str, Any]:
    return {**GIVEN, "certificate": SimpleUploadedFile("it.pdf", data)}


def test_a_certificate_s_document_goes_to_the_scanner_and_to_the_office(
    office: rows.Office, as_: Browser
) -> None:
    """Who leads a request is invited by nobody, and has no other door for it."""
    alice = as_("alice")
    assert 'enctype="multipart/form-data"' in text(alice.get(ADDRESS))
    assert alice.post(ADDRESS + "trainings/", certificate(scanning.paper())).status_code == 302
    training = models.Training.objects.get()
    assert (training.person, training.original.verdict) == (office.people["alice"], "held")
    assert training.original.made_by.person == office.people["alice"]
    [job] = models.Job.objects.filter(kind="scan")
    assert job.payload == {"file": training.original.pk, "programme": office.programme.pk}
    assert "with its document" in text(alice.get(ADDRESS))
    held = f"/office/people/{office.people['alice'].public_id}/"
    assert "Waiting for the virus scan" in text(as_("cora").get(held))
    training.original.verdict = "infected"
    training.original.save()
    assert "Refused by the virus scanner" in text(alice.get(ADDRESS))


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"MZ", "There is 1 thing to fix"), (bytes(10 * 1024 * 1024 + 1), "larger than 10 MB")],
)
def test_a_document_that_is_not_taken_leaves_no_training(
    office: rows.Office, as_: Browser, data: bytes, said: str
) -> None:
    assert said in text(as_("alice").post(ADDRESS + "trainings/", certificate(data)))
    assert not models.Training.objects.exists()


def test_an_infected_document_is_named_and_leaves_no_training(
    office: rows.Office, as_: Browser
) -> None:
    as_("stan").post(ADDRESS + "trainings/", certificate(scanning.paper()))
    models.StoredFile.objects.update(verdict="infected")
    page = text(as_("alice").post(ADDRESS + "trainings/", certificate(scanning.paper())))
    assert "virus scanner found something" in page
    assert not office.people["alice"].trainings.exists()


def test_a_silent_store_is_told_in_plain_words(
    office: rows.Office, as_: Browser, settings: Any
) -> None:
    settings.MUNIMENT_STORAGE_URL = SILENT
    page = text(as_("alice").post(ADDRESS + "trainings/", certificate(scanning.paper())))
    assert "Files cannot be kept at the moment" in page
    assert 'value="Data protection"' in page
    assert not models.Training.objects.exists()


def test_an_orcid_cannot_be_typed(office: rows.Office, as_: Browser) -> None:
    as_("alice").post(ADDRESS, {**ABOUT, "orcid": "0000-0002-1825-0097"})
    assert models.Person.objects.get(email="alice@example.org").orcid == ""


def test_an_orcid_that_does_not_exist_is_refused(office: rows.Office) -> None:
    with pytest.raises(Refused, match="ORCID iD"):
        profile.record_orcid(office.people["alice"], "0000-0002-1825-0098")


def test_a_name_is_needed(office: rows.Office) -> None:
    with pytest.raises(Refused, match="your name"):
        profile.change_profile(office.people["alice"], name=" ")


def test_signed_out_there_is_no_profile(office: rows.Office) -> None:
    assert Client().post(ADDRESS + "trainings/", {}).status_code == 401
