"""Changing an account asks again who it is, also those who have nothing but codes by mail."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.test import Client

from muniment import models
from tests.pages import rows

AGAIN = "/accounts/again/code/"
CODE = re.compile(r"^[A-Z0-9]+-[A-Z0-9]+$|^[A-Z0-9]{8,}$", re.MULTILINE)
CHANGES = [
    ("get", "/accounts/security/passkeys/new/", {}),
    ("get", "/accounts/security/app/", {}),
    ("post", "/accounts/address/", {"action_add": "", "email": "new@example.org"}),
    ("post", "/accounts/elsewhere/", {"account": "1"}),
]


@pytest.fixture(autouse=True)
def _nobody_tried_before(db: None) -> None:
    cache.clear()


def signed_in(office: rows.Office, *, minutes_ago: float, method: str = "code") -> Client:
    """Alice's browser, which proved so long ago who she is."""
    alice, browser = office.people["alice"], Client()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    browser.force_login(alice)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": method, "at": time.time() - minutes_ago * 60}
    ]
    session["account_authentication_methods_user"] = user_id_to_str(alice)
    session.save()
    return browser


def code_in_mail() -> str:
    found = CODE.search(mail.outbox[-1].body)
    assert found
    return found[0]


def buttons(page: str) -> list[str]:
    """What the filled buttons of a page say."""
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', page)


def asked(browser: Client, change: tuple[str, str, dict[str, str]]) -> str:
    how, path, given = change
    answer = getattr(browser, how)(path, given)
    return answer["Location"] if answer.status_code == 302 else ""


@pytest.mark.parametrize("change", CHANGES, ids=[path for _, path, _ in CHANGES])
def test_an_old_session_is_asked_for_a_fresh_code_and_a_new_one_is_not(
    office: rows.Office, change: tuple[str, str, dict[str, str]]
) -> None:
    old = signed_in(office, minutes_ago=11)
    assert asked(old, change).startswith(AGAIN)
    EmailAddress.objects.all().delete()
    assert not asked(signed_in(office, minutes_ago=1), change).startswith(AGAIN)


def test_a_right_code_takes_what_was_sent_before(office: rows.Office) -> None:
    browser = signed_in(office, minutes_ago=60)
    where = asked(browser, CHANGES[2])
    assert not mail.outbox
    page = browser.post(where, {"do": "send", "next": "/accounts/address/"}).content.decode()
    assert "alice@example.org" in page
    assert mail.outbox[-1].to == ["alice@example.org"]
    assert "change your account" in mail.outbox[-1].subject
    typed = f" {code_in_mail().lower()} "
    browser.post(where, {"code": typed, "next": "/accounts/address/"})
    assert mail.outbox[-1].to == ["new@example.org"]  # the change went on where it stood
    assert models.Person.objects.get(pk=office.people["alice"].pk).email == "alice@example.org"


def test_a_wrong_code_changes_nothing_and_a_code_dies_after_three(office: rows.Office) -> None:
    browser = signed_in(office, minutes_ago=60)
    browser.post(AGAIN, {"do": "send"})
    right = code_in_mail()
    for _ in range(3):
        page = browser.post(AGAIN, {"code": "WRONGCODE"})
        assert "not the code" in page.content.decode()
    assert "not the code" in browser.post(AGAIN, {"code": right}).content.decode()
    assert asked(browser, CHANGES[0]).startswith(AGAIN)


def test_a_code_is_good_once_for_ten_minutes_and_for_one_session(office: rows.Office) -> None:
    browser = signed_in(office, minutes_ago=60)
    browser.post(AGAIN, {"do": "send"})
    right = code_in_mail()
    other = Client()
    other.force_login(office.people["alice"])
    assert "not the code" in other.post(AGAIN, {"code": right}).content.decode()
    session = browser.session
    session["fresh_code"] = {**session["fresh_code"], "until": time.time() - 1}
    session.save()
    assert "not the code" in browser.post(AGAIN, {"code": right}).content.decode()
    browser.post(AGAIN, {"do": "send"})
    right = code_in_mail()
    assert browser.post(AGAIN, {"code": right})["Location"] == "/accounts/security/"
    assert "not the code" in browser.post(AGAIN, {"code": right}).content.decode()


def test_an_empty_code_is_a_thing_to_fix_and_codes_are_not_sent_without_end(
    office: rows.Office,
) -> None:
    browser = signed_in(office, minutes_ago=60)
    assert "1 thing to fix" in browser.post(AGAIN, {"code": ""}).content.decode()
    for _ in range(25):
        last = browser.post(AGAIN, {"do": "send"})
    assert last.status_code == 429
    assert len(mail.outbox) == 19


def test_the_page_is_for_the_signed_in_and_leads_nowhere_else(office: rows.Office) -> None:
    assert Client().get(AGAIN).status_code == 302
    browser = signed_in(office, minutes_ago=60)
    assert buttons(browser.get(AGAIN).content.decode()) == ["Send the code"]
    assert buttons(browser.post(AGAIN, {"do": "send"}).content.decode()) == ["Go on"]
    away = {"code": code_in_mail(), "next": "https://evil.example/"}
    assert browser.post(AGAIN, away)["Location"] == "/accounts/security/"


def test_whoever_has_a_second_factor_is_asked_for_that(
    office: rows.Office, as_: Callable[[str], Client]
) -> None:
    from allauth.mfa.totp.internal import auth

    auth.TOTP.activate(office.people["alice"], "JBSWY3DPEHPK3PXP")
    browser = signed_in(office, minutes_ago=1)
    where = asked(browser, CHANGES[2])
    assert where.startswith("/accounts/again/second/")


def test_a_code_by_mail_does_not_stand_for_a_second_factor(office: rows.Office) -> None:
    from allauth.mfa.totp.internal import auth

    auth.TOTP.activate(office.people["alice"], "JBSWY3DPEHPK3PXP")
    browser = signed_in(office, minutes_ago=60)
    given = {"do": "send", "next": "/accounts/address/"}
    for answer in (browser.get(AGAIN, given), browser.post(AGAIN, given)):
        assert answer["Location"] == "/accounts/again/second/?next=%2Faccounts%2Faddress%2F"
    assert not mail.outbox
    session = browser.session  # even a code that was sent before the app was added
    session["fresh_code"] = {"hash": make_password("ABCD"), "until": time.time() + 99, "tries": 3}
    session.save()
    browser.post(AGAIN, {"code": "ABCD"})
    removed = browser.post("/accounts/security/app/remove/")
    assert removed["Location"].startswith("/accounts/again/second/")
