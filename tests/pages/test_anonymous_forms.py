"""Whatever somebody types who is not signed in, or pastes as a specification: the site answers."""

import copy
import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muniment import models
from muniment.pages import audience
from muniment.pages.audience import Audience
from muniment.rulebook.words import Stage
from tests.pages import rows
from tests.pages.test_hostile_forms import HOSTILE, NAME
from tests.pages.test_routes import ARGUMENTS

Browser = Callable[[str], Client]
PUBLIC = sorted(
    name
    for name, who in audience.ROUTES.items()
    if who in {Audience.ANYONE, Audience.ACCOUNT, Audience.SIGNED_IN}
)
DOORS = ("account_login", "account_signup")
"""Where a visit may have begun: what is asked next is only then a form."""
TYPED = st.one_of(
    st.text(max_size=60), st.sampled_from(HOSTILE), st.emails(), st.integers().map(str)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["all", "not", "is", "value", "variable"]), inner)
    ),
    max_leaves=8,
)
KEPT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def shown_names(browser: Client, address: str) -> list[str]:
    """What a page's forms would post."""
    page = browser.get(address)
    text = b"" if page.streaming else page.content
    return sorted({unescape(each) for each in NAME.findall(text.decode("utf-8", "replace"))})


def answers(browser: Client, address: str, posted: dict[str, str]) -> None:
    """It is answered, and not with our own fault; nothing half written stays."""
    cache.clear()
    asked = browser.post(address, posted)
    assert asked.status_code < 500, (address, posted)
    connection.check_constraints()


@KEPT
@given(data=st.data())
def test_no_form_of_the_public_site_breaks(office: rows.Office, data: st.DataObject) -> None:
    """Six forms an example: with few examples every door is met all the same."""
    browser = Client(raise_request_exception=False)
    if door := data.draw(st.sampled_from(["", *DOORS])):
        answers(browser, reverse(door), {"email": "alice@example.org", "name": "Alice"})
    for route in data.draw(st.lists(st.sampled_from(PUBLIC), min_size=6, max_size=6)):
        address = reverse(route, kwargs=ARGUMENTS.get(route))
        posted = {name: data.draw(TYPED) for name in shown_names(browser, address)}
        answers(browser, address, posted)


@KEPT
@given(data=st.data())
def test_no_pasted_specification_and_no_count_breaks(
    office: rows.Office, as_: Browser, data: st.DataObject
) -> None:
    case = models.Case.objects.first() or office.case(Stage.DRAFT)
    alice = as_("alice")
    alice.raise_request_exception = False
    paper, part = (
        reverse(route, kwargs=ARGUMENTS[route] | {"reference": case.reference})
        for route in ("specification_paper", "specification_part")
    )
    text = data.draw(st.one_of(TYPED, JSON.map(json.dumps), spoilt().map(json.dumps)))
    answers(
        alice, paper, {"version": data.draw(st.sampled_from(["0", "1", "x"])), "document": text}
    )
    posted = {name: data.draw(TYPED) for name in shown_names(alice, part)[:40]}
    answers(alice, part, posted | {"do": data.draw(st.sampled_from(["count", "save", "x"]))})


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A specification in which something somewhere was exchanged."""
    found: dict[str, Any] = copy.deepcopy(rows.SPECIFICATION)
    place: Any = found
    for _ in range(draw(st.integers(0, 4))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = [key for key in keys if isinstance(place[key], dict | list) and place[key]]
        if not inner:
            break
        place = place[draw(st.sampled_from(inner))]
    key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = draw(JSON)
    return found


@pytest.mark.parametrize("route", DOORS)
def test_the_doors_of_a_visit_are_forms(office: rows.Office, route: str) -> None:
    assert "email" in shown_names(Client(), reverse(route))
