"""The demo's mail is seen by its guests and by nobody else."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from muniment.gateways.mail.folder import EmailBackend
from muniment.pages import demo_door
from tests.pages import rows


@pytest.fixture
def home(settings: object, tmp_path: Path) -> Path:
    for room in ("outbox", "run"):
        (tmp_path / room).mkdir()
    settings.MUNIMENT_HOME = tmp_path
    # The demo's database is the home's own, on whichever these tests run.
    settings.DECLARED = settings.DECLARED.model_copy(update={"database_url": ""})
    message = EmailMessage("Your code", "Type 123-456.\n\nhttp://localhost/x", "a@b.c", ["d@e.f"])
    EmailBackend().send_messages([message])
    return tmp_path


def guest(office: rows.Office, home: Path) -> Client:
    (home / demo_door.MARK).touch()
    browser = Client()
    browser.post(f"/demo/{demo_door.mint()}/", {"person": office.people["alice"].public_id})
    return browser


def test_a_guest_reads_the_mail(office: rows.Office, home: Path) -> None:
    browser = guest(office, home)
    answer = browser.get("/outbox/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Your code" in page
    name = next((home / "outbox").glob("*.eml")).stem
    assert "Type 123-456." in browser.get(f"/outbox/{name}/").content.decode()


def test_whoever_is_no_guest_reads_none(office: rows.Office, home: Path) -> None:
    name = next((home / "outbox").glob("*.eml")).stem
    signed_in = Client()
    signed_in.force_login(office.people["alice"])
    for browser in (Client(), signed_in):
        assert browser.get("/outbox/").status_code == 404
        assert browser.get(f"/outbox/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["..", "none", "..%2f..%2fsecret"])
def test_a_name_that_is_no_mail_opens_nothing(office: rows.Office, home: Path, name: str) -> None:
    assert guest(office, home).get(f"/outbox/{name}/").status_code == 404
