"""Signing in at a provider, against a real one on loopback; and what its word does not open."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from django.test import Client

from muniment import models
from muniment.settings import identity
from muniment.settings.declared import Declared
from tests.pages import rows
from tests.pages.conftest import with_second_factor

Browser = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _nobody_tried_before(db: None) -> None:
    cache.clear()


PEOPLE: list[dict[str, object]] = [
    {"sub": "subject-1", "email": "nora@uni.example", "email_verified": True, "name": "Nora"},
    {"sub": "subject-2", "email": "cora@example.org", "email_verified": True},
    {"sub": "0000-0002-1825-0097"},
    {"sub": "subject-4"},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A process of its own: its warnings are not ours."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    for person in PEOPLE:
        words += ["--user-claims", json.dumps(person)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://localhost:{port}"
        for _ in range(100):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        yield address
        server.terminate()


@pytest.fixture
def declare(settings: object, issuer: str) -> Callable[..., None]:
    def declared(**more: object) -> None:
        given = {
            "oidc_issuer": issuer,
            "oidc_name": "University",
            "oidc_client_id": "muniment",
            "oidc_client_secret": "secret",
            "orcid_issuer": issuer,
            "orcid_client_id": "app",
            "orcid_client_secret": "secret",
        }
        settings.SOCIALACCOUNT_PROVIDERS = identity.providers(Declared(**{**given, **more}))

    declared()
    return declared


def signs_in_there(browser: Client, subject: str, *, provider: str = "oidc", how: str = "login"):
    """Follow the form to the provider, be that person there, and come back."""
    leaving = browser.post(f"/accounts/oidc/{provider}/login/?process={how}")
    assert leaving.status_code == 302, leaving.content.decode()
    there = leaving["Location"]
    assert parse_qs(urlsplit(there).query)["code_challenge_method"] == ["S256"]
    back = requests.post(there, data={"sub": subject}, allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    came = urlsplit(back.headers["Location"])
    return browser.get(f"{came.path}?{came.query}", follow=True)


def test_a_newcomer_of_a_trusted_provider_is_in_at_once(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    declare(oidc_trusts_email=True)
    browser = Client()
    assert "Sign in with University" in browser.get("/accounts/sign-in/").content.decode()
    page = signs_in_there(browser, "subject-1")
    assert page.redirect_chain[-1][0] == "/requests/"
    nora = models.Person.objects.get(email="nora@uni.example")
    assert nora.name == "Nora"
    assert nora.email_verified_at is not None
    assert not nora.has_usable_password()


def test_a_provider_that_is_not_trusted_proves_no_address(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    browser = Client()
    page = signs_in_there(browser, "subject-1")
    assert "Enter the code" in page.content.decode()
    assert models.Person.objects.get(email="nora@uni.example").email_verified_at is None
    assert browser.get("/requests/").status_code == 401


@pytest.mark.parametrize("trusted", [True, False])
def test_an_address_that_is_known_opens_nothing(
    office: rows.Office, declare: Callable[..., None], trusted: bool
) -> None:
    declare(oidc_trusts_email=trusted)
    browser = Client()
    signs_in_there(browser, "subject-2")
    assert browser.get("/requests/").status_code == 401
    assert "you have an account" in mail.outbox[-1].subject
    assert office.people["cora"].socialaccount_set.count() == 0


def test_an_account_is_linked_only_after_showing_who_one_is(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    browser = Client()
    browser.force_login(office.people["alice"])
    page = signs_in_there(browser, "0000-0002-1825-0097", provider="orcid", how="connect")
    assert page.redirect_chain[-1][0].startswith("/accounts/again/code/")
    assert "Show that it is you" in page.content.decode()
    assert models.Person.objects.get(email="alice@example.org").orcid == ""


def just_signed_in(browser: Client, office: rows.Office) -> Client:
    alice = office.people["alice"]
    browser.post("/accounts/sign-in/", {"email": alice.email})
    code = re.search(r"^[A-Z0-9]+-[A-Z0-9]+$|^[A-Z0-9]{8,}$", mail.outbox[-1].body, re.M)[0]
    browser.post("/accounts/sign-in/code/", {"code": code})
    return browser


def test_an_orcid_comes_with_the_link_and_goes_with_it(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    browser = just_signed_in(Client(), office)
    signs_in_there(browser, "0000-0002-1825-0097", provider="orcid", how="connect")
    alice = models.Person.objects.get(email="alice@example.org")
    assert alice.orcid == "0000-0002-1825-0097"
    assert "0000-0002-1825-0097" in browser.get("/accounts/profile/").content.decode()
    again = Client()
    signs_in_there(again, "0000-0002-1825-0097", provider="orcid")
    assert again.get("/requests/").status_code == 200
    [linked] = alice.socialaccount_set.all()
    assert "ORCID" in browser.get("/accounts/elsewhere/").content.decode()
    browser.post("/accounts/elsewhere/", {"account": linked.pk})
    alice.refresh_from_db()
    assert (alice.orcid, alice.socialaccount_set.count()) == ("", 0)


def test_who_comes_without_an_address_is_asked_for_one(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    browser = Client()
    page = signs_in_there(browser, "0000-0002-1825-0097", provider="orcid")
    assert "One thing more" in page.content.decode()
    assert "E-mail address" in page.content.decode()
    page = browser.post(
        "/accounts/elsewhere/sign-up/", {"email": "jo@uni.example", "name": "Jo"}, follow=True
    )
    assert "Enter the code" in page.content.decode()
    assert models.Person.objects.get(email="jo@uni.example").orcid == "0000-0002-1825-0097"


def test_an_office_that_signs_in_there_still_shows_its_second_factor(
    office: rows.Office, declare: Callable[..., None]
) -> None:
    cora = office.people["cora"]
    cora.socialaccount_set.create(provider="oidc", uid="subject-4")
    cora.emailaddress_set.create(email=cora.email, verified=True, primary=True)
    browser = Client()
    signs_in_there(browser, "subject-4")
    assert browser.get("/requests/")["Location"] == "/accounts/security/"
    with_second_factor(browser, cora)
    assert browser.get("/requests/").status_code == 200


def test_a_forged_answer_opens_nothing(office: rows.Office, declare: Callable[..., None]) -> None:
    browser = Client()
    page = browser.get("/accounts/oidc/oidc/login/callback/?code=x&state=y")
    assert "did not work" in page.content.decode()
    assert browser.get("/requests/").status_code == 401


def test_the_sign_in_form_may_lead_to_the_providers_and_nowhere_else() -> None:
    declared = Declared(
        oidc_issuer="https://login.uni.example/realm", oidc_client_id="m", orcid_client_id="m",
        form_origins=["https://sso.uni.example/"],
    )  # fmt: skip
    assert identity.origins(declared) == [
        "https://login.uni.example", "https://orcid.org", "https://sso.uni.example"
    ]  # fmt: skip
    assert identity.origins(Declared()) == []
    assert configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == ["'self'"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_issuer": "http://login.uni.example", "oidc_client_id": "m"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://login.uni.example"}, "OIDC_CLIENT_ID"),
        ({"orcid_issuer": "ftp://orcid.org", "orcid_client_id": "m"}, "ORCID_ISSUER"),
    ],
)
def test_a_provider_that_cannot_work_is_refused_at_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        identity.providers(Declared(**given))
