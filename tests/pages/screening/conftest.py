"""The gates stand on the world that was walked: real states, real figures, real people."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.pages.conftest import with_second_factor
from tests.world_fixture import world

# Models can be imported only once Django has started, which is after this file is read.
if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

__all__ = ["world"]


@pytest.fixture
def as_(world: "World") -> "Callable[[str], Client]":
    """A browser in which a person of the world is signed in."""
    from django.test import Client

    def browser(name: str) -> Client:
        client = Client()
        person = world.person(name)
        client.force_login(person)
        with_second_factor(client, person)
        return client

    return browser
