"""A door lets so many through and no more, also where many come at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from muniment import models
from muniment.pages.application import start
from muniment.rulebook.words import Stage
from tests.actions import apart
from tests.pages import knocking, rows

Browser = Callable[[str], Client]


@pytest.fixture(autouse=True)
def one_hour() -> Iterator[None]:
    """Places are counted by the hour, and a test that crosses into the next would find more."""
    with time_machine.travel(datetime(2026, 11, 23, 15, 5, tzinfo=UTC), tick=False):
        yield


def answers(browser: Client, address: str, *, times: int, method: str = "post") -> list[int]:
    return [getattr(browser, method)(address, {"text": "?"}).status_code for _ in range(times)]


def test_nobody_floods_the_office_with_messages(office: rows.Office, as_: Browser) -> None:
    case = office.case(Stage.SUBMITTED)
    address = f"/requests/{case.reference}/messages/"
    assert set(answers(as_("alice"), address, times=40)) == {302}
    assert answers(as_("alice"), address, times=1) == [429]
    assert case.questions.count() == 40


def test_nobody_begins_drafts_without_end_by_either_door(office: rows.Office, as_: Browser) -> None:
    office.verify_address("alice")
    alice, before = as_("alice"), models.Case.objects.count()
    begun = answers(alice, "/data/sdtm-pilot/request/", times=start.DRAFTS_AN_HOUR - 1)
    assert set(begun) == {302}
    copied = f"/requests/{models.Case.objects.latest('pk').reference}/copy/"
    assert answers(alice, copied, times=2) == [302, 429]
    assert answers(alice, "/data/sdtm-pilot/request/", times=1) == [429]
    assert models.Case.objects.count() - before == start.DRAFTS_AN_HOUR
    assert alice.get("/data/sdtm-pilot/request/").status_code == 200


DOORS = {
    "account_login": {"email": "nobody-{n}@uni.example"},
    "account_signup": {"email": "nobody-{n}@uni.example", "name": "Nobody"},
}
MOST_A_MINUTE = 20


@pytest.mark.parametrize(("door", "closed"), [("account_login", 200), ("account_signup", 429)])
def test_nobody_knocks_at_the_site_s_own_doors_without_end(
    office: rows.Office, door: str, closed: int
) -> None:
    """Each time for another address, so that it is the visitor who is counted."""

    def knock(number: int) -> HttpResponse:
        given = {name: text.format(n=number) for name, text in DOORS[door].items()}
        return Client().post(reverse(door), given)

    answers = [knock(number) for number in range(MOST_A_MINUTE + 1)]
    said = [each.status_code for each in answers]
    assert said == [302] * MOST_A_MINUTE + [closed], "signing in says it on its form"
    last = answers[-1].content.decode()
    assert "Too many" in last
    assert "mu-top" in last, "in the look of the site"


def test_documents_are_not_drawn_for_one_address_without_end(office: rows.Office) -> None:
    address = "/data/none-of-ours/codebook.pdf"  # a try is a try, and this one draws nothing
    assert set(answers(Client(), address, times=60, method="get")) == {404}
    assert answers(Client(), address, times=1, method="get") == [429]


def test_nobody_fills_the_ledger_by_a_button_that_needs_no_account(office: rows.Office) -> None:
    address = reverse("data_download", args=["none-of-ours", "rows"])
    assert set(answers(Client(), address, times=60)) == {404}
    assert answers(Client(), address, times=1) == [429]
    assert answers(Client(), address, times=1, method="get") == [404], "programs read on"


OPEN_DOORS = {
    "the empty form": ("get", "/forms/none-of-ours/application.pdf", 60),
    "a codebook, its size only": ("head", "/data/none-of-ours/codebook.pdf", 60),
    "a download by its code": ("post", "/fetch/guessed/", 120),
}


@pytest.mark.parametrize("door", OPEN_DOORS)
def test_nobody_tries_an_open_door_without_end(office: rows.Office, door: str) -> None:
    method, address, times = OPEN_DOORS[door]
    assert set(answers(Client(), address, times=times, method=method)) == {404}
    assert answers(Client(), address, times=1, method=method) == [429]


def test_nobody_guesses_invitations_or_asks_to_be_told_without_end(
    office: rows.Office, as_: Browser
) -> None:
    stan = as_("stan")
    assert set(answers(stan, "/invitations/guessed/", times=60, method="get")) == {404}
    assert answers(stan, "/invitations/guessed/", times=1) == [429]
    assert set(answers(stan, "/data/none-of-ours/interest/", times=40)) == {404}
    assert answers(stan, "/data/none-of-ours/interest/", times=1) == [429]


def test_nobody_writes_to_an_enquiry_without_end(office: rows.Office, as_: Browser) -> None:
    stan = as_("stan")
    assert set(answers(stan, "/enquiries/9999/", times=20)) == {404}
    assert answers(stan, "/enquiries/9999/", times=1) == [429]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_come_at_once_share_the_places_there_are(tmp_path: Path) -> None:
    told = apart.told_by("tests.pages.knocking", home=tmp_path)
    knocked = knocking.VISITORS * knocking.TRIES
    assert told == {"knocked": knocked, "passed": knocking.PLACES}
