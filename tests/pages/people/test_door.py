"""Signing up and in: by code, without telling who has an account, with two factors for offices."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client

from muniment import models
from muniment.rulebook.words import OFFICE_ROLES, Role
from tests.pages import rows

SIGN_IN, SIGN_UP = "/accounts/sign-in/", "/accounts/sign-up/"
CODE = re.compile(r"^[A-Z0-9]+-[A-Z0-9]+$|^[A-Z0-9]{8,}$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _nobody_tried_before(db: None) -> None:
    cache.clear()


def code_of(message: object) -> str:
    found = CODE.search(message.body)
    assert found, message.body
    return found[0]


def sign_up(client: Client, *, email: str, name: str = "Nora Newcomer") -> object:
    return client.post(SIGN_UP, {"email": email, "name": name}, follow=True)


@pytest.mark.parametrize("door", [SIGN_IN, SIGN_UP])
def test_the_address_is_asked_for_in_the_same_words(office: rows.Office, door: str) -> None:
    page = Client().get(door).content.decode()
    assert page.count("E-mail address</label>") == 1
    assert 'type="email"' in page


def test_a_newcomer_makes_an_account_with_a_code_from_the_mail(office: rows.Office) -> None:
    browser = Client()
    page = sign_up(browser, email="Nora@Example.org")
    assert "Enter the code" in page.content.decode()
    nora = models.Person.objects.get(email="nora@example.org")
    assert (nora.name, nora.email_verified_at) == ("Nora Newcomer", None)
    assert not nora.has_usable_password()
    [sent] = mail.outbox
    assert sent.to == ["nora@example.org"]
    page = browser.post("/accounts/sign-up/code/", {"code": code_of(sent)}, follow=True)
    assert page.redirect_chain[-1][0] == "/requests/"
    nora.refresh_from_db()
    assert nora.email_verified_at is not None
    assert nora.email_verified_by.person == nora


def test_a_person_signs_in_with_a_code_and_a_wrong_code_opens_nothing(office: rows.Office) -> None:
    alice, browser = office.people["alice"], Client()
    browser.post(SIGN_IN, {"email": alice.email})
    wrong = browser.post("/accounts/sign-in/code/", {"code": "WRONGCODE"})
    assert wrong.status_code == 200
    assert "This is not the code. Look in the newest mail" in wrong.content.decode()
    assert browser.get("/requests/").status_code == 401
    right = browser.post("/accounts/sign-in/code/", {"code": code_of(mail.outbox[0])}, follow=True)
    assert right.redirect_chain[-1][0] == "/requests/"
    assert browser.get("/requests/").status_code == 200


def test_signing_in_says_the_same_with_and_without_an_account(office: rows.Office) -> None:
    def seen(email: str) -> str:
        page = Client().post(SIGN_IN, {"email": email}, follow=True)
        return masked(page.content.decode()).replace(email, "the address")

    assert seen(office.people["alice"].email) == seen("nobody@example.org")
    assert [message.to for message in mail.outbox] == [
        [office.people["alice"].email], ["nobody@example.org"]
    ]  # fmt: skip
    assert "no account" in mail.outbox[1].subject
    assert not CODE.search(mail.outbox[1].body)


def test_signing_up_says_the_same_with_and_without_an_account(office: rows.Office) -> None:
    def seen(email: str) -> str:
        page = sign_up(Client(), email=email)
        return masked(page.content.decode()).replace(email, "the address")

    before = models.Person.objects.get(pk=office.people["alice"].pk).name
    assert seen(office.people["alice"].email) == seen("free@example.org")
    assert "you have an account" in mail.outbox[0].subject
    assert "/accounts/sign-in/" in mail.outbox[0].body
    assert models.Person.objects.get(pk=office.people["alice"].pk).name == before


def masked(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "token", page)


def test_codes_are_not_sent_to_one_address_without_end(office: rows.Office) -> None:
    for _ in range(6):
        last = Client().post(SIGN_IN, {"email": office.people["alice"].email})
    assert len(mail.outbox) == 3
    assert last.status_code == 200
    assert "Too many" in last.content.decode()


def test_a_code_dies_after_three_wrong_tries(office: rows.Office) -> None:
    browser = Client()
    browser.post(SIGN_IN, {"email": office.people["alice"].email})
    for _ in range(3):
        browser.post("/accounts/sign-in/code/", {"code": "WRONGCODE"})
    browser.post("/accounts/sign-in/code/", {"code": code_of(mail.outbox[0])})
    assert browser.get("/requests/").status_code == 401


SECRET = "JBSWY3DPEHPK3PXP"
SECOND = "/accounts/sign-in/second/"
WRONG, RIGHT = "000000", "310934"
"""Of the app: at an hour at which one is wrong and the other right."""


@pytest.fixture
def one_moment() -> Iterator[None]:
    """What an app shows is right for half a minute."""
    with time_machine.travel(datetime(2026, 11, 23, 15, 5, tzinfo=UTC), tick=False):
        yield


def by_mail(person: models.Person) -> Client:
    """A browser that showed the code of a mail, and is asked for the app now."""
    browser, before = Client(), len(mail.outbox)
    browser.post(SIGN_IN, {"email": person.email})
    sent = mail.outbox[before]
    answer = browser.post("/accounts/sign-in/code/", {"code": code_of(sent)})
    assert answer["Location"].startswith(SECOND)
    return browser


@pytest.mark.usefixtures("one_moment")
def test_a_code_of_the_app_is_not_guessed_from_any_browser(office: rows.Office) -> None:
    """Five tries in five minutes, counted by person: a browser more gives no try more."""
    cora = office.people["cora"]
    totp.TOTP.activate(cora, SECRET)
    first, second = by_mail(cora), by_mail(cora)
    for browser in (first, first, first, second, second):
        page = browser.post(SECOND, {"code": WRONG}).content.decode()
        assert "Too many" not in page
    for browser in (first, second):
        page = browser.post(SECOND, {"code": RIGHT})
        assert "Too many" in page.content.decode()
        assert browser.get("/requests/").status_code == 401


@pytest.mark.usefixtures("one_moment")
def test_a_code_of_the_app_opens_what_a_wrong_one_did_not(office: rows.Office) -> None:
    cora = office.people["cora"]
    totp.TOTP.activate(cora, SECRET)
    browser = by_mail(cora)
    browser.post(SECOND, {"code": WRONG})
    assert browser.get("/requests/").status_code == 401
    browser.post(SECOND, {"code": RIGHT})
    assert browser.get("/requests/").status_code == 200


@pytest.mark.usefixtures("one_moment")
def test_who_is_signed_in_does_not_guess_the_app_either(office: rows.Office) -> None:
    alice = office.people["alice"]
    totp.TOTP.activate(alice, SECRET)
    browser = Client()
    browser.force_login(alice)
    said = [browser.post("/accounts/again/second/", {"code": WRONG}) for _ in range(6)]
    assert ["Too many" in each.content.decode() for each in said] == [False] * 5 + [True]


def test_passkeys_are_not_tried_without_end(office: rows.Office) -> None:
    tries = [Client().post("/accounts/sign-in/passkey/", {"credential": "{}"}) for _ in range(11)]
    assert [each.status_code for each in tries] == [302] * 10 + [429]
    assert "mu-top" in tries[-1].content.decode(), "in the look of the site"


def test_a_code_for_a_new_address_dies_after_three_wrong_tries(office: rows.Office) -> None:
    browser = Client()
    sign_up(browser, email="nora@example.org")
    for _ in range(3):
        browser.post("/accounts/sign-up/code/", {"code": "WRONGCODE"})
    browser.post("/accounts/sign-up/code/", {"code": code_of(mail.outbox[0])})
    assert browser.get("/requests/").status_code == 401
    assert models.Person.objects.get(email="nora@example.org").email_verified_at is None


def test_an_office_with_one_factor_is_sent_to_add_a_second(office: rows.Office) -> None:
    browser = Client()
    browser.force_login(office.people["cora"])
    answer = browser.get("/requests/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/security/")
    page = browser.get("/accounts/security/").content.decode()
    assert "You hold an office" in page
    assert browser.get("/data/").status_code == 200


@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_every_office_is_asked_for_the_second_factor(office: rows.Office, role: Role) -> None:
    person = models.Person.objects.create_user("new@example.org", "New Officer")
    browser = Client()
    browser.force_login(person)
    assert browser.get("/requests/").status_code == 200
    models.RoleGrant.objects.create(
        person=person, programme=office.programme, role=role.value, from_on=date(2026, 1, 1),
        made_at=rows.NOW, made_by=office.system,
    )  # fmt: skip
    for address in ("/requests/", "/office/", "/reviews/", "/meetings/", "/ask/"):
        answer = browser.get(address)
        turned_away = (answer.status_code, answer.headers.get("Location"))
        assert (turned_away == (302, "/accounts/security/")) == (address != "/ask/"), address


def test_an_office_with_two_factors_comes_in(as_: Callable[[str], Client]) -> None:
    assert as_("cora").get("/requests/").status_code == 200


def test_an_applicant_needs_one_factor_only(as_: Callable[[str], Client]) -> None:
    assert as_("alice").get("/requests/").status_code == 200


def test_the_honeypot_makes_no_account(office: rows.Office) -> None:
    Client().post(SIGN_UP, {"email": "bot@example.org", "name": "Bot", "website": "x"})
    assert not models.Person.objects.filter(email="bot@example.org").exists()


def test_a_name_is_asked_for(office: rows.Office) -> None:
    page = Client().post(SIGN_UP, {"email": "nora@example.org", "name": ""})
    assert "There is 1 thing to fix" in page.content.decode()
    assert not models.Person.objects.filter(email="nora@example.org").exists()


def test_pages_of_ones_own_account_are_for_the_signed_in(as_: Callable[[str], Client]) -> None:
    pages = ["security/", "address/", "sessions/"]
    assert [Client().get(f"/accounts/{page}").status_code for page in pages] == [302] * 3
    assert [as_("alice").get(f"/accounts/{page}").status_code for page in pages] == [200] * 3


def test_one_button_signs_out_everywhere_else(office: rows.Office) -> None:
    def signs_in() -> Client:
        browser = Client()
        browser.post(SIGN_IN, {"email": office.people["alice"].email})
        browser.post("/accounts/sign-in/code/", {"code": code_of(mail.outbox[-1])})
        assert browser.get("/requests/").status_code == 200
        return browser

    here, left_open = signs_in(), signs_in()
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("<tr>") == 3
    assert "Sign out everywhere else" in page
    here.post("/accounts/sessions/")
    assert left_open.get("/requests/").status_code == 401
    assert here.get("/requests/").status_code == 200
    assert "everywhere" not in here.get("/accounts/sessions/").content.decode()
