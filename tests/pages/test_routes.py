"""Every route: who it is for, its headers, and the pages for when there is no page."""

import inspect
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook.words import Stage
from tests.pages import rows

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ARGUMENTS = {
    "data_sheet": {"slug": "sdtm-pilot"},
    "request": {"reference": "CENTRA-2026-0001"},
    "demo_link": {"token": "never-minted"},
}
SIGNED_OUT = {Audience.ANYONE: {200, 302, 405}, Audience.SIGNED_IN: {401}, Audience.CASE: {401},
              Audience.DEMO: {404}}  # fmt: skip
STRANGER = {Audience.ANYONE: {200, 302, 405}, Audience.SIGNED_IN: {200}, Audience.CASE: {404},
            Audience.DEMO: {404}}  # fmt: skip


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def test_every_route_says_who_it_is_for() -> None:
    assert sorted(routes(get_resolver().url_patterns)) == sorted(audience.ROUTES)


@pytest.mark.parametrize("route", sorted(audience.ROUTES))
def test_every_route_answers_its_audience_and_nobody_else(
    office: rows.Office, as_: Callable[[str], Client], route: str
) -> None:
    office.case(Stage.IN_REVIEW)
    address = reverse(route, kwargs=ARGUMENTS.get(route))
    meant = audience.ROUTES[route]
    assert Client().get(address).status_code in SIGNED_OUT[meant]
    assert as_("stan").get(address).status_code in STRANGER[meant]


def test_every_view_is_short_enough_to_be_read_at_a_glance() -> None:
    views = [pattern.callback for pattern in get_resolver().url_patterns]
    lines = {
        view.__name__: len(inspect.getsource(inspect.unwrap(view)).split("\ndef ")[-1].splitlines())
        for view in views
    }
    assert {name: count for name, count in lines.items() if count > 15} == {}


@pytest.mark.parametrize("route", sorted(audience.ROUTES))
def test_every_answer_carries_the_strict_policy(office: rows.Office, route: str) -> None:
    answer = Client().get(reverse(route, kwargs=ARGUMENTS.get(route)))
    sent = dict(part.strip().split(" ", 1) for part in
                answer["Content-Security-Policy"].split(";") if part.strip())  # fmt: skip
    assert sent == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_what_is_not_there_gets_a_page_in_the_same_look(office: rows.Office) -> None:
    answer = Client().get("/nothing/here/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is no page here" in text
    assert "mu-top" in text


@pytest.mark.django_db
def test_the_site_is_up_when_its_database_answers() -> None:
    answer = Client().get("/up/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_page_for_our_own_fault_needs_no_database() -> None:
    from django.test import RequestFactory

    from muniment.pages import errors

    asked = RequestFactory().get("/")
    answers = [
        errors.broken(asked),
        errors.bad_request(asked, Exception()),
        errors.forbidden(asked, Exception()),
    ]
    assert [answer.status_code for answer in answers] == [500, 400, 403]
    assert all(b"<h1>" in answer.content for answer in answers)


@pytest.mark.parametrize("name", ["alice", "cora", "max", "audra", "stan", None])
def test_the_bar_on_top_has_at_most_five_links(
    office: rows.Office, as_: Callable[[str], Client], name: str | None
) -> None:
    browser = as_(name) if name else Client()
    assert browser.get("/data/").content.decode().count('class="nav-link') <= 5
