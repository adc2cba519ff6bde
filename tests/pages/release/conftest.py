"""The pages of a release stand on the world that was walked: real builds by a real data plane."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.actions.conftest import founded, front
from tests.gateways.storage.bucket import bucket_url
from tests.world_fixture import world

# Models can be imported only once Django has started, which is after this file is read.
if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

__all__ = ["bucket_url", "founded", "front", "world"]


@pytest.fixture
def as_(world: "World", settings: object) -> "Callable[..., Client]":
    """A browser in which a person of the walked world is signed in, with a second factor."""
    from django.test import Client

    def browser(name: str, *, factor_at: float | None = None) -> "Client":
        person = world.house.cast.people[name]
        settings.MUNIMENT_HOME = Path(world.house.home)  # type: ignore[attr-defined]
        client = Client()
        client.force_login(person)
        session = client.session
        at = time.time() if factor_at is None else factor_at
        session["account_authentication_methods"] = [{"method": "mfa", "at": at}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
        return client

    return browser
