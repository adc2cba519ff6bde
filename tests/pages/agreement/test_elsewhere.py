"""Signing elsewhere on the pages: where to sign, how it stands, what it proves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.rulebook.words import Role
from tests.pages import rows
from tests.pages.agreement import scene

As = Callable[[str], Client]
ADDRESS = "https://sign.example.org/s/abc"


@pytest.fixture
def declared(settings: Any) -> None:
    """A provider that the office declared; pages never reach it."""
    update = {"esign_url": "https://api.sign.example.org/v1", "esign_key": "k"}
    settings.DECLARED = settings.DECLARED.model_copy(update=update)


@pytest.fixture
def row(office: rows.Office) -> models.Agreement:
    """Issued, and signed by the applicant."""
    made = scene.issued(office, scene.approved(office))
    scene.signs(office, made, "alice")
    return scene.fresh(made)


def page(client: Client, row: models.Agreement) -> str:
    return scene.said(client.get(reverse("sign", args=[row.case.reference])))


def asks(client: Client, row: models.Agreement, shown: str = "") -> Any:
    given = {"do": "elsewhere", "form": "elsewhere", "shown": shown or row.text_sha256}
    return client.post(reverse("sign", args=[row.case.reference]), given)


@pytest.mark.usefixtures("declared")
def test_the_official_has_it_sent_and_finds_where_to_sign(row: models.Agreement, as_: As) -> None:
    assert "Sign at sign.example.org instead" in page(as_("sam"), row)
    assert asks(as_("sam"), row).status_code == 302
    made = models.Envelope.objects.get()
    assert (made.signer.email, made.step) == ("sam@example.org", "sign_for_institution")
    job = models.Job.objects.get(kind="send_envelope")
    assert job.payload == {"envelope": made.pk}
    assert "handing the agreement to sign.example.org" in page(as_("sam"), row)
    models.Job.objects.update(error="The signing provider answered with 503.")
    assert "answered with 503. We try again by ourselves." in page(as_("sam"), row)
    models.Envelope.objects.update(state="sent", address=ADDRESS)
    models.Job.objects.update(error="")
    answer = as_("sam").get(reverse("sign", args=[row.case.reference]))
    assert f'href="{ADDRESS}"' in answer.content.decode()
    assert "within the hour" in scene.said(answer)
    assert "does not" not in page(as_("alice"), row)
    assert ADDRESS not in as_("alice").get(answer.wsgi_request.path).content.decode()


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("state", "said", "told"),
    [
        ("sent", "This request is on hold.", "This request is on hold. We look again every hour."),
        ("declined", "Not our wording.", "You declined at sign.example.org."),
        ("ended", "It ran out there.", "It ran out there."),
    ],
)
def test_what_became_of_it_is_told_to_the_signer_and_the_office(
    row: models.Agreement, as_: As, state: str, said: str, told: str
) -> None:
    asks(as_("sam"), row)
    models.Envelope.objects.update(state=state, said=said, address=ADDRESS)
    assert told in page(as_("sam"), row)
    tab = scene.said(as_("cora").get(reverse("office_agreement", args=[row.case.reference])))
    assert f"Sam Example {said}" in tab


@pytest.mark.usefixtures("declared")
def test_what_such_a_signature_proves_is_said_where_it_is_signed(
    row: models.Agreement, as_: As
) -> None:
    for told in (page(as_("sam"), row), page(as_("alice"), row)):
        assert "which we do not judge" in told


def test_without_a_provider_nothing_of_it_is_there(row: models.Agreement, as_: As) -> None:
    assert "instead" not in page(as_("sam"), row)
    assert "which we do not judge" not in page(as_("sam"), row)
    assert asks(as_("sam"), row).status_code == 404


@pytest.mark.usefixtures("declared")
def test_what_could_not_be_signed_here_is_not_sent_there(row: models.Agreement, as_: As) -> None:
    assert asks(as_("sam"), row, "0" * 64).status_code == 409
    assert asks(as_("alice"), row).status_code == 409
    assert asks(as_("rita"), row).status_code == 409
    assert not models.Envelope.objects.exists()


@pytest.mark.usefixtures("declared")
def test_the_office_sees_who_signed_elsewhere(
    row: models.Agreement, office: rows.Office, as_: As
) -> None:
    made = scene.signs(office, row, "sam")
    models.Signature.objects.filter(pk=made.pk).update(method="external")
    tab = scene.said(as_("cora").get(reverse("office_agreement", args=[row.case.reference])))
    assert "at a signing provider" in tab
    assert Role.SIGNING_OFFICIAL.label in tab
