"""A step that two people take, as they do: asked for, confirmed by the colleague, then taken."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from muniment import models
from muniment.actions import step
from muniment.rulebook.words import Role

if TYPE_CHECKING:
    from django.test import Client

    from tests.world import World

Given = TypeVar("Given")


def confirmed(attempt: Callable[[], Given]) -> Given:
    """What the attempt gives once the colleague whom it names has confirmed it."""
    confirm(ask(attempt))
    return attempt()


def in_browser(world: "World", name: str, role: Role) -> dict[str, Any]:
    """Who acts and when, on a page and not at the machine, where naming a colleague is enough."""
    from muniment.actions import people

    return {"actor": people.acting(world.person(name), role), "now": world.house.now()}


def post(first: "Client", second: "Client", address: str, data: dict[str, str]) -> int:
    """The status of a form that its sender posts again once the colleague has confirmed it."""
    asked = first.post(address, data)
    assert asked["Location"].startswith("/office/confirmations/"), asked["Location"]
    assert second.post(asked["Location"], {"do": "confirm"}).status_code == 302
    return first.post(address, data).status_code


def ask(attempt: Callable[[], object]) -> models.Confirmation:
    """The question that a refused attempt puts to the colleague whom it names."""
    from muniment.actions.people import confirming

    with pytest.raises(step.Refused) as caught:
        attempt()
    here = caught.value.attempt
    assert here is not None
    asked = confirming.ask_to_confirm(caught.value, now=here.now, path="/office/")
    assert asked is not None, caught.value.reasons
    return asked


def confirm(asked: models.Confirmation) -> None:
    """The colleague's word, in an office of theirs."""
    from muniment.actions import people
    from muniment.actions.people import confirming

    role = Role(asked.second.grants.filter(programme=asked.programme).earliest("pk").role)
    actor = people.acting(asked.second, role)
    asked.programme.refresh_from_db()
    confirming.confirm_as_second_person(asked, actor=actor, now=asked.made_at)
