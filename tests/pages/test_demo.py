"""The one-time link into a demo: where it opens, that it opens once, and for whom."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from muniment import models
from muniment.pages import demo_door
from tests.pages import rows

HOME = Path(settings.MUNIMENT_HOME)


@pytest.fixture
def demo_home() -> Iterator[None]:
    """The tests' own home, marked as one that the demo made, with the database in it."""
    (HOME / demo_door.MARK).touch()
    here = settings.DECLARED.model_copy(update={"database_url": ""})
    with override_settings(DECLARED=here):
        yield
    (HOME / demo_door.MARK).unlink()
    for link in (HOME / "run").glob("demo-link-*"):
        link.unlink()


@pytest.fixture
def link(office: rows.Office, demo_home: None) -> str:
    return f"/demo/{demo_door.mint()}/"


def choose(office: rows.Office, browser: Client, address: str, name: str) -> int:
    person = office.people[name].public_id
    return browser.post(address, {"person": person}).status_code


def test_looking_at_the_link_spends_nothing_and_choosing_signs_in(
    office: rows.Office, link: str
) -> None:
    browser = Client()
    for _ in range(2):
        assert "Who do you want to be?" in browser.get(link).content.decode()
    assert choose(office, browser, link, "alice") == 302
    assert "Alice Example" in browser.get("/requests/").content.decode()


def test_whoever_belongs_to_no_institution_can_be_chosen_too(
    office: rows.Office, link: str
) -> None:
    models.Person.objects.update(institution=None, position="")
    assert "Alice Example" in Client().get(link).content.decode()


def test_over_a_database_that_is_not_the_home_s_own_there_is_no_door(
    office: rows.Office, link: str
) -> None:
    elsewhere = settings.DECLARED.model_copy(update={"database_url": "postgresql://db/real"})
    with override_settings(DECLARED=elsewhere):
        assert Client().get(link).status_code == 404


def test_on_a_server_that_others_can_reach_there_is_no_door(office: rows.Office, link: str) -> None:
    with override_settings(DECLARED=settings.DECLARED.model_copy(update={"host": "0.0.0.0"})):
        assert Client().get(link).status_code == 404


def test_the_link_works_once(office: rows.Office, link: str) -> None:
    assert choose(office, Client(), link, "alice") == 302
    late = Client()
    assert late.get(link).status_code == 410
    assert choose(office, late, link, "cora") == 410
    assert late.get("/requests/").status_code == 401


def test_a_choice_of_nobody_spends_nothing(office: rows.Office, link: str) -> None:
    browser = Client()
    answer = browser.post(link, {"person": "0" * 32})
    assert "Choose the person you want to be" in answer.content.decode()
    assert choose(office, browser, link, "alice") == 302


def test_the_link_ends_after_an_hour(office: rows.Office, link: str) -> None:
    [kept] = (HOME / "run").glob("demo-link-*")
    before = time.time() - demo_door.LINK_LIVES.total_seconds() - 1
    os.utime(kept, (before, before))
    assert Client().get(link).status_code == 410


def test_the_token_itself_is_kept_nowhere(office: rows.Office, demo_home: None) -> None:
    token = demo_door.mint()
    kept = [path for path in HOME.rglob("*") if path.is_file()]
    assert not any(token in path.name for path in kept)
    assert not any(token.encode() in path.read_bytes() for path in kept)


def test_of_two_clicks_one_wins(office: rows.Office, demo_home: None) -> None:
    token = demo_door.mint()
    assert [demo_door.spend(token), demo_door.spend(token)] == [True, False]


def test_without_a_demo_home_there_is_no_door(office: rows.Office) -> None:
    address = f"/demo/{demo_door.mint()}/"
    assert Client().get(address).status_code == 404
    assert choose(office, Client(), address, "alice") == 404
    for kept in (HOME / "run").glob("demo-link-*"):
        kept.unlink()


def test_from_another_machine_there_is_no_door(office: rows.Office, link: str) -> None:
    assert Client(REMOTE_ADDR="192.0.2.7").get(link).status_code == 404
    assert Client(REMOTE_ADDR="").get(link).status_code == 404
    assert Client(REMOTE_ADDR="::1").get(link).status_code == 200


def test_only_a_browser_that_came_by_a_link_chooses_again(office: rows.Office, link: str) -> None:
    assert Client().get("/demo/").status_code == 404
    signed_in = Client()
    signed_in.force_login(office.people["alice"])
    assert choose(office, signed_in, "/demo/", "cora") == 404
    guest = Client()
    choose(office, guest, link, "alice")
    assert choose(office, guest, "/demo/", "cora") == 302
    assert "Cora Example" in guest.get("/requests/").content.decode()


def test_signing_out_ends_the_session_and_a_guest_may_choose_again(
    office: rows.Office, link: str
) -> None:
    guest = Client()
    choose(office, guest, link, "alice")
    assert guest.get("/sign-out/").status_code == 405
    assert guest.post("/sign-out/")["Location"] == "/demo/"
    assert "Sign in" in guest.get("/data/").content.decode()
    assert guest.get("/requests/")["Location"] == "/demo/"


def test_signing_out_elsewhere_leads_to_the_list(office: rows.Office) -> None:
    browser = Client()
    browser.force_login(office.people["alice"])
    assert browser.post("/sign-out/")["Location"] == "/data/"
    assert browser.get("/requests/").status_code == 401


def test_a_form_from_elsewhere_is_not_accepted(office: rows.Office, link: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    person = office.people["alice"].public_id
    answer = strict.post(link, {"person": person})
    assert answer.status_code == 403
    assert "This form was not accepted" in answer.content.decode()
    assert strict.get(link).status_code == 200
