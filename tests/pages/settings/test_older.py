"""After an upgrade: pages stay readable where the edition in force was made for earlier rules."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.programme import Bundle
from muniment.programme.folder import writing
from muniment.queries import editions
from muniment.rulebook.words import Role, Stage
from tests.pages import rows

As = Callable[[str], Client]
SETTINGS = "/office/settings/"
LINE = "This edition was made for an earlier version of Muniment."


@pytest.fixture
def upgraded(office: rows.Office) -> Iterator[rows.Office]:
    """The office, whose edition lacks a letter and a group of keys that are asked for today."""
    data: dict[str, Any] = rows.bundle().plain()
    listed = data["letters"]["letters"]
    data["letters"]["letters"] = [each for each in listed if each["id"] != "reminder"]
    del data["letter_texts"]["reminder"]
    del data["calendar"]["questions"]
    old = Bundle.from_data(data)
    models.EditionBundle.objects.update(canonical=old.canonical.decode())
    models.ProgrammeEdition.objects.update(sha256=old.sha256)
    models.RoleGrant.objects.create(
        person=office.people["tess"], programme=office.programme, role=Role.ADMINISTRATOR.value,
        from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    yield office
    editions._PARSED.pop(old.sha256)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


def test_pages_are_shown_and_the_administrator_is_told(upgraded: rows.Office, as_: As) -> None:
    case = upgraded.case(Stage.AVAILABILITY)
    for name, address in (
        ("cora", "/office/"),
        ("cora", reverse("office_request", args=[case.reference])),
        ("alice", f"/requests/{case.reference}/"),
    ):
        assert LINE not in shown(as_(name), address)
    assert LINE not in shown(Client(), "/data/")
    page = shown(as_("tess"), SETTINGS)
    assert page.count(LINE) == 1
    assert "load a new edition" in page
    for said in ("the letter &#x27;reminder&#x27; is missing.", "&#x27;questions&#x27; is missing"):
        assert said in page
    assert LINE in shown(as_("tess"), f"{SETTINGS}1/")


def test_what_is_sent_has_the_shipped_words(upgraded: rows.Office, as_: As) -> None:
    case = upgraded.case(Stage.RETURNED)
    answer = as_("cora").post("/office/", {"do": "remind", "chosen": [case.reference]})
    assert answer.status_code == 200, answer.content.decode()[:400]
    letter = models.Message.objects.get(kind="reminder")
    assert letter.to == upgraded.people["alice"]


@pytest.mark.slow
@pytest.mark.one_database
def test_a_draft_that_changes_nothing_is_complete_and_settles_it(
    upgraded: rows.Office, as_: As
) -> None:
    edit = f"{SETTINGS}edit/fees.yaml/"
    typed = str(shown(as_("tess"), edit))
    text = editions.active_bundle(models.Programme.objects.get()).plain()["fees"]
    assert "30000" in typed
    answer = as_("tess").post(edit, {"do": "save", "text": writing.as_yaml(text)})
    assert answer.status_code == 302, answer.content.decode()[:400]
    draft = models.ProgrammeEdition.objects.get(number=2)
    assert editions.bundle_of(draft).lacks == ()
    assert LINE not in shown(as_("tess"), answer["Location"])


def test_an_edition_that_is_sound_says_nothing(office: rows.Office, as_: As) -> None:
    models.RoleGrant.objects.create(
        person=office.people["tess"], programme=office.programme, role=Role.ADMINISTRATOR.value,
        from_on=date(2026, 1, 1), made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    assert LINE not in shown(as_("tess"), SETTINGS)
