"""What the tests of pages stand on: an office, and a browser for each of its people."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Models can be imported only once Django has started, which is after this file is read.
if TYPE_CHECKING:
    from django.test import Client

    from muniment import models
    from tests.pages.rows import Office


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """The server makes this folder at start; the middleware warns while there is none."""
    from django.conf import settings

    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture
def office(db: None) -> "Office":
    """One programme with its people."""
    from tests.pages import rows

    return rows.office()


def with_second_factor(client: "Client", person: "models.Person") -> None:
    """Mark the session as allauth does once a passkey or an app's code was shown."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


@pytest.fixture
def as_(office: "Office") -> "Callable[[str], Client]":
    """A browser in which a person of the office is signed in."""
    from django.test import Client

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(office.people[name])
        with_second_factor(client, office.people[name])
        return client

    return browser
