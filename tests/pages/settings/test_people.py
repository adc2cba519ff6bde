"""The people page: a sheet for each person, and the steps of those who keep them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muniment import models
from muniment.rulebook.words import Role, Stage
from tests.pages import rows, scanning
from tests.pages.application.test_upload_doors import SILENT

As = Callable[[str], Client]


@pytest.fixture
def staffed(office: rows.Office) -> rows.Office:
    """The office with an administrator, and two whose identity is proven."""
    for name in ("tess", "cora", "olga"):
        person = office.people[name]
        person.identity_verified_at, person.identity_verified_by = rows.NOW, office.system
        person.save()
    models.RoleGrant.objects.create(
        person=office.people["tess"], programme=office.programme, role=Role.ADMINISTRATOR.value,
        from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    return office


def sheet(office: rows.Office, name: str) -> str:
    return f"/office/people/{office.people[name].public_id}/"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.content.decode()


def test_people_are_found_by_name_and_the_office_stands_first(
    staffed: rows.Office, as_: As
) -> None:
    shown = text(as_("tess"), "/office/people/")
    assert staffed.people["cora"].name in shown
    assert staffed.people["alice"].name not in shown
    found = text(as_("tess"), "/office/people/?q=alic")
    assert staffed.people["alice"].name in found
    assert "Nobody found" in text(as_("tess"), "/office/people/?q=nobodyatall")


def test_an_identity_is_recorded_and_an_office_given_and_ended(
    staffed: rows.Office, as_: As
) -> None:
    tess, stan = as_("tess"), staffed.people["stan"]
    here = sheet(staffed, "stan")
    assert "Give the office" not in text(tess, here)  # first the identity
    assert "Fill in “" in tess.post(here, {"do": "verify"}).content.decode()
    assert tess.post(here, {"do": "verify", "how": "Passport seen."}).status_code == 302
    assert "Passport seen." in text(tess, here)
    given = {
        "do": "grant", "role": "checker", "from_on": "2026-01-01", "until_on": "",
        "second_person": staffed.people["cora"].public_id,
    }  # fmt: skip
    assert "choice" in tess.post(here, {**given, "role": "none"}).content.decode()
    assert tess.post(here, given).status_code == 302
    grant = stan.grants.get()
    assert (grant.role, grant.ended_at) == ("checker", None)
    assert "Nobody would hold" not in text(tess, here), "another checks too"
    fay = text(tess, sheet(staffed, "fay"))
    assert "Nobody would hold this office: Finance." in fay
    assert "(“Issue the invoice” …): a person is needed as finance." in fay
    assert tess.post(here, {"do": "end", "grant": grant.pk, "reason": ""}).status_code == 409
    assert tess.post(here, {"do": "end", "grant": grant.pk, "reason": "Left."}).status_code == 302
    assert tess.post(here, {"do": "end", "grant": grant.pk, "reason": "Left."}).status_code == 404


def test_a_certificate_is_confirmed_with_its_document_which_stays(
    staffed: rows.Office, as_: As
) -> None:
    alice, cora = staffed.people["alice"], as_("cora")
    row = models.Training.objects.create(
        person=alice, name="Data protection", issued_on=date(2026, 1, 1), made_at=rows.NOW,
        made_by=staffed.system,
    )  # fmt: skip
    here = sheet(staffed, "alice")
    assert "Data protection" in text(cora, here)
    assert "Confirm the certificate" in text(cora, here)
    assert "Confirm the certificate" not in text(as_("tess"), here)

    def post(content: bytes, name: str, **more: Any) -> Any:
        upload = SimpleUploadedFile(name, content)
        given = {"do": "confirm", "training": row.pk, "expires_on": "2028-01-01", **more}
        return cora.post(here, {**given, "document": upload})

    assert (
        "Choose a file for “The document”."
        in cora.post(here, {"do": "confirm", "training": row.pk}).content.decode()
    )
    upload = SimpleUploadedFile("other.pdf", scanning.paper())
    tried = {"do": "confirm", "training": row.pk, "expires_on": "2028-01-01", "document": upload}
    assert as_("tess").post(here, tried).status_code == 409
    assert not models.StoredFile.objects.exists(), "nothing is kept of who may not confirm"
    assert post(b"MZ not a pdf", "it.pdf").status_code == 200
    assert post(scanning.paper(), "it.pdf", training=999).status_code == 404
    assert post(scanning.paper(), "it.pdf").status_code == 302
    row.refresh_from_db()
    assert (row.expires_on, row.confirmed_by.person) == (date(2028, 1, 1), staffed.people["cora"])
    assert "Waiting for the virus scan" in text(cora, here)
    assert as_("audra").get(f"{here}trainings/{row.pk}/").status_code == 409, "held"
    kept = cora.get(f"{here}trainings/{row.pk}/")
    assert b"".join(kept.streaming_content) == scanning.paper(), "who brought it in has it"
    scanning.scan_all()
    given = as_("audra").get(f"{here}trainings/{row.pk}/")
    assert b"".join(given.streaming_content) == scanning.paper()
    assert cora.get(f"{here}trainings/999/").status_code == 404
    assert "Confirmed" in text(as_("alice"), "/accounts/profile/")


def test_what_its_holder_gave_is_enough_to_confirm_a_certificate(
    staffed: rows.Office, as_: As
) -> None:
    given = models.StoredFile.objects.create(
        sha256="a" * 64, size=9, media_type="application/pdf", made_at=rows.NOW,
        made_by=staffed.system,
    )  # fmt: skip
    row = models.Training.objects.create(
        person=staffed.people["alice"], name="Ethics", issued_on=date(2026, 1, 1), original=given,
        made_at=rows.NOW, made_by=staffed.acting("alice", Role.ANYONE),
    )  # fmt: skip
    cora, here = as_("cora"), sheet(staffed, "alice")
    assert "Waiting for the virus scan" in text(cora, here)
    assert cora.get(f"{here}trainings/{row.pk}/").status_code == 409, "held, and not hers"
    confirm = {"do": "confirm", "training": row.pk, "expires_on": "2028-01-01"}
    assert cora.post(here, confirm).status_code == 302
    row.refresh_from_db()
    assert (row.original, row.confirmed_by.person) == (given, staffed.people["cora"])
    assert cora.get(f"{here}trainings/{row.pk}/").status_code == 409, "she brought no other"


def test_a_certificate_that_the_store_does_not_take_is_told_in_plain_words(
    staffed: rows.Office, as_: As, settings: Any
) -> None:
    row = models.Training.objects.create(
        person=staffed.people["alice"], name="Ethics", issued_on=date(2026, 1, 1),
        made_at=rows.NOW, made_by=staffed.system,
    )  # fmt: skip
    settings.MUNIMENT_STORAGE_URL = SILENT
    upload = SimpleUploadedFile("it.pdf", scanning.paper())
    confirm = {"do": "confirm", "training": row.pk, "document": upload}
    page = as_("cora").post(sheet(staffed, "alice"), confirm).content.decode()
    assert "Files cannot be kept at the moment" in page
    row.refresh_from_db()
    assert (row.original, row.confirmed_at) == (None, None)


def test_an_infected_certificate_is_refused_and_named(staffed: rows.Office, as_: As) -> None:
    cora, here = as_("cora"), sheet(staffed, "alice")
    first, second = (
        models.Training.objects.create(
            person=staffed.people["alice"], name=name, issued_on=date(2026, 1, 1),
            made_at=rows.NOW, made_by=staffed.system,
        )
        for name in ("Data protection", "Ethics")
    )  # fmt: skip

    def post(row: models.Training) -> Any:
        upload = SimpleUploadedFile("it.pdf", scanning.paper() + b"\n%" + scanning.BAD)
        given = {"do": "confirm", "training": row.pk, "expires_on": "2028-01-01"}
        return cora.post(here, {**given, "document": upload})

    assert post(first).status_code == 302
    scanning.scan_all()
    assert cora.get(f"{here}trainings/{first.pk}/").status_code == 409
    assert "Refused by the virus scanner" in text(cora, here)
    again = post(second)
    assert again.status_code == 409
    assert "The virus scanner found something in &quot;it.pdf&quot;" in again.content.decode()
    second.refresh_from_db()
    assert second.original is None


def test_a_person_and_an_institution_are_barred_by_the_officer_alone(
    staffed: rows.Office, as_: As
) -> None:
    here, olga = sheet(staffed, "alice"), as_("olga")
    assert "Bar from new requests" in text(olga, here)
    assert "Bar from new requests" not in text(as_("cora"), here)
    until = (rows.TODAY + timedelta(days=30)).isoformat()
    given = {
        "do": "debar", "whom": "person", "until_on": until, "reason": "A breach.",
        "second_person": staffed.people["cora"].public_id,
    }  # fmt: skip
    assert olga.post(here, given).status_code == 302
    assert models.Debarment.objects.get().person == staffed.people["alice"]
    assert "Barred from new requests until" in text(olga, here)
    assert "A breach." in text(as_("alice"), "/accounts/profile/")
    models.Person.objects.filter(pk=staffed.people["stan"].pk).update(institution=None)
    nowhere = olga.post(sheet(staffed, "stan"), {**given, "whom": "institution"})
    assert "No institution is on record" in nowhere.content.decode()
    given["second_person"] = staffed.people["olga"].public_id
    assert as_("cora").post(here, given).status_code == 409


def test_a_sign_in_is_reset_and_its_sessions_end(staffed: rows.Office, as_: As) -> None:
    from allauth.mfa.models import Authenticator

    cora, tess = staffed.people["cora"], as_("tess")
    Authenticator.objects.create(user=cora, type="totp", data={})
    here = sheet(staffed, "cora")
    assert "Reset the sign-in" in text(tess, here)
    given = {"do": "reset", "second_person": staffed.people["olga"].public_id}
    assert tess.post(here, {**given, "second_person": cora.public_id}).status_code == 200
    assert Authenticator.objects.filter(user=cora).exists(), "nobody confirms their own reset"
    assert tess.post(here, given).status_code == 302
    assert not Authenticator.objects.filter(user=cora).exists()
    cora.refresh_from_db()
    assert cora.credentials_reset_at is not None


def test_a_person_is_erased_and_can_no_longer_sign_in(staffed: rows.Office, as_: As) -> None:
    from allauth.account.models import EmailAddress

    stan, tess = staffed.people["stan"], as_("tess")
    browser = as_("stan")
    EmailAddress.objects.create(user=stan, email=stan.email, primary=True, verified=True)
    here = sheet(staffed, "stan")
    given = {
        "do": "erase", "reason": "Asked to be.", "second_person": staffed.people["cora"].public_id
    }  # fmt: skip
    asked = tess.post(here, given)["Location"]
    assert stan.name in text(as_("cora"), asked), "whom it is about is not typed, but told"
    assert here in text(as_("cora"), asked)
    as_("cora").post(asked, {"do": "confirm"})
    tess.post(here, given)
    assert stan.name not in text(as_("cora"), asked)
    stan.refresh_from_db()
    assert stan.erased_at is not None
    assert not EmailAddress.objects.filter(user=stan).exists()
    assert browser.get("/requests/").status_code == 401
    text(tess, here, 404)


def test_whoever_has_a_duty_is_not_erased_and_the_page_says_which(
    staffed: rows.Office, as_: As
) -> None:
    staffed.case(Stage.IN_REVIEW)
    shown = text(as_("tess"), sheet(staffed, "alice"))
    assert "is on a request that goes on" in shown
    assert "Erase the data" not in shown


@pytest.mark.parametrize("name", ["alice", "max", "fay", "stan"])
def test_for_others_there_are_no_people(staffed: rows.Office, as_: As, name: str) -> None:
    text(as_(name), "/office/people/", 404)
    text(as_(name), sheet(staffed, "cora"), 404)
    assert Client().get("/office/people/").status_code == 401
    assert Client().get(sheet(staffed, "cora")).status_code == 401


def test_a_long_list_takes_as_many_queries_as_a_short_one(staffed: rows.Office, as_: As) -> None:
    tess, counts = as_("tess"), []
    text(tess, "/office/people/?q=e")
    for turn in range(2):
        with CaptureQueriesContext(connection) as seen:
            text(tess, "/office/people/?q=example")
        counts.append(len(seen))
        for number in range(30):
            models.Person.objects.create(email=f"e{turn}-{number}@more.example", name=f"E {number}")
    assert counts[0] == counts[1]
