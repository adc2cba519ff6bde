"""Whatever is typed, pasted or left out: every form answers, and nothing of it breaks the site."""

import random
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook.words import Role, Stage
from tests.pages import rows
from tests.pages.test_routes import ARGUMENTS

Browser = Callable[[str], Client]
pytestmark = pytest.mark.crawls
TRIES = 6
OURS = {Audience.ANYONE, Audience.SIGNED_IN, Audience.WRITERS, Audience.CASE, Audience.ADDRESSED,
        Audience.ACCOUNT}  # fmt: skip
ROUTES = sorted(
    name
    for name, who in audience.ROUTES.items()
    if who in OURS and "logout" not in name and name != "sign_out"
)
NAME = re.compile(r'<(?:input|textarea|select|button)[^>]*\bname="([^"]+)"')
HOSTILE = (
    "", " ", "\x00", "a\x00b", "-1", "9" * 40, "1e999", "NaN", "\u0663", "x" * 70_000, "null", "[]",
    "{", '{"a":' * 3000, "[" * 20_000, '{"muniment_specification": 1}', "2026-02-30", "0000-00-00",
    "../../keys/site.secret", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "\u202e\ufeff",
    "a@b", "https://evil.example/", "true", "'; DROP TABLE muniment_case; --", "\U0001f984" * 300,
)  # fmt: skip
SEARCHES = ("q", "page", "edition", "from", "to", "sort", "year", "add", "next", "form", "closed")


@pytest.fixture
def office(office: rows.Office) -> rows.Office:
    """With a draft of Alice's, and a question of hers; the table of routes names both."""
    office.case(Stage.DRAFT)
    models.Enquiry.objects.create(
        programme=office.programme, asker=office.people["alice"], subject="Scans", text="Any?",
        due_on=rows.TODAY, made_at=rows.NOW, made_by=office.acting("alice", Role.ANYONE),
    )  # fmt: skip
    cache.clear()
    return office


def quiet(browser: Client) -> Client:
    """A browser that shows what breaks as the server's answer, as people would see it."""
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize("route", ROUTES)
def test_no_form_and_no_address_breaks(office: rows.Office, as_: Browser, route: str) -> None:
    alice, drawn = quiet(as_("alice")), random.Random(route)
    address = reverse(route, kwargs=ARGUMENTS.get(route))
    page = alice.get(address)
    shown = b"" if page.streaming else page.content
    names = sorted({unescape(each) for each in NAME.findall(shown.decode("utf-8", "replace"))})
    for number in range(TRIES):
        cache.clear()
        given = {name: drawn.choice(HOSTILE) for name in names if drawn.random() < 0.8}
        given |= {"do": drawn.choice(["send", "save", *HOSTILE])} if number % 3 == 0 else {}
        asked = alice.post(address, given)
        assert asked.status_code < 500, (route, given)
        word = {drawn.choice(SEARCHES): drawn.choice(HOSTILE)[:2000]}
        assert alice.get(address, word).status_code < 500, (route, word)
    connection.check_constraints()


@pytest.mark.parametrize("name", ["form", "file", "protocol"])
def test_no_file_breaks_what_takes_it(office: rows.Office, as_: Browser, name: str) -> None:
    alice, drawn = quiet(as_("alice")), random.Random(name)
    reference = models.Case.objects.get().reference
    doors = {
        "form": ["/apply/by-form/", f"/requests/{reference}/upload/"],
        "file": [f"/requests/{reference}/data/json/"],
        "protocol": [f"/requests/{reference}/form/project/"],
    }
    heads = (
        b"",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\xff\xfe",
        b"{",
        b"[" * 5000,
        b"\x89PNG\r\n\x1a\n",
    )
    for address in doors[name]:
        for number in range(TRIES):
            cache.clear()
            data = heads[number % len(heads)] + drawn.randbytes(drawn.choice([0, 40, 9_000]))
            ending = drawn.choice(["pdf", "docx", "json", "exe", ""])
            file = SimpleUploadedFile(f"a\x00b/../{drawn.random()}.{ending}", data)
            answer = alice.post(address, {name: file, "version": "0"})
            assert answer.status_code < 500, (address, number)


def test_what_no_database_keeps_as_text_is_refused_wherever_it_stands(
    office: rows.Office, as_: Browser
) -> None:
    alice, case = quiet(as_("alice")), models.Case.objects.get()
    where = f"/requests/{case.reference}/form/project/"
    assert alice.post(where, {"version": 0, "title": "a\x00b"}).status_code == 400
    assert alice.get("/data/", {"q": "a\x00b"}).status_code == 400
    assert alice.get("/requests/CENTRA%00/").status_code == 400
    assert not models.Section.objects.filter(case=case).exists()


def test_two_texts_that_are_none_are_no_choice(office: rows.Office, as_: Browser) -> None:
    alice, case = quiet(as_("alice")), models.Case.objects.get()
    where = f"/requests/{case.reference}/form/project/"
    deep = "[" * 100_000
    given = {"version": "{{ 7*7 }}", "title": "Mine", "all.yours": deep, "all.theirs": deep}
    assert alice.post(where, given).status_code == 302
    assert models.Section.objects.get(case=case, name="project").answers == {"title": "Mine"}
