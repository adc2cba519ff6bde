"""The founded programme: made once for a module, changed by each test as it likes.

Imports wait until Django's settings are read.
"""

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker

from tests.world_fixture import world

if TYPE_CHECKING:
    from tests.world_front import Front

__all__ = ["founded", "front", "world"]


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> "Iterator[Front]":
    """A founded programme; its rows stand around every test of the module."""
    from tests import world_front

    with world_front.standing(django_db_blocker) as front:
        yield front


@pytest.fixture
def front(founded: "Front", db: None) -> "Front":
    """The founded programme as one test may change it."""
    return copy.deepcopy(founded)
