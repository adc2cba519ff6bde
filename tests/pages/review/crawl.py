"""Walks the whole site as one person and keeps what each address answered (`privacy.md` B5)."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape

import pypdf
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from muniment.pages import audience
from tests.pages.test_routes import ARGUMENTS

MOST = 600
"""More addresses than the site of these tests has; a crawl that gets there goes in circles."""
SEARCHED = ("Age", "dose", "CENTRA-2026-0001", "Mia", "follow-up")
"""Words of the hidden request, of its members and of what they wrote."""
LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
FIELD = re.compile(
    r'<input[^>]*type="search"[^>]*name="([\w-]+)"|name="([\w-]+)"[^>]*type="search"'
)
MASKED = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f]{64}'
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
LEAVES = ("/sign-out/", "/accounts/sign-out/")


@dataclass(frozen=True)
class Seen:
    """Address -> what it answered; and the routes that were behind them."""

    answers: Mapping[str, tuple[int, str, str]]
    routes: frozenset[str]

    def differs_from(self, other: "Seen") -> set[str]:
        """Where the two saw different things, or one of them nothing."""
        every = set(self.answers) | set(other.answers)
        return {each for each in every if self.answers.get(each) != other.answers.get(each)}


def walk(browser: Client, *, most: int = MOST) -> Seen:
    """Every route of the table, every link to a page that is not for anyone, and every search.

    What anyone may read is visited once, by the table: it is the same for all.
    """
    waiting = [reverse(route, kwargs=ARGUMENTS.get(route)) for route in sorted(audience.ROUTES)]
    answers: dict[str, tuple[int, str, str]] = {}
    while waiting:
        address = unescape(waiting.pop(0))
        if address in answers or address.startswith(("/static/", *LEAVES)):
            continue
        assert len(answers) < most, "the crawl goes in circles"
        answer = browser.get(address)
        text = MASKED.sub("·", words(answer))
        answers[address] = (answer.status_code, answer.get("Location", ""), text)
        waiting += [link for link in LINK.findall(text) if _is_inside(link)]
        for names in FIELD.findall(text):
            plain = address.split("?")[0]
            waiting += [f"{plain}?{names[0] or names[1]}={word}" for word in SEARCHED]
    return Seen(answers, frozenset(filter(None, map(_route, answers))))


def beside(browser: Client, happens: Callable[[], None]) -> set[str]:
    """The addresses at which this person could tell whether it happened."""
    with transaction.atomic():
        happens()
        after = walk(browser)
        transaction.set_rollback(True)
    return after.differs_from(walk(browser))


def words(answer: HttpResponse) -> str:
    """What a person reads of it: of a PDF its words, of everything else the bytes as text."""
    body = b"".join(answer) if answer.streaming else answer.content
    if answer.get("Content-Type") != "application/pdf":
        return str(body.decode("utf-8", "replace"))
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


def _is_inside(address: str) -> bool:
    route = _route(unescape(address))
    return route is not None and audience.ROUTES[route] is not audience.Audience.ANYONE


def _route(address: str) -> str | None:
    return _behind(address.split("?")[0])


@cache
def _behind(path: str) -> str | None:
    """Pages share most of their links, and looking one up goes through the whole table."""
    try:
        return resolve(path).url_name
    except Resolver404:
        return None
