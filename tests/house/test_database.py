"""The suite runs on the database it was told to run on."""

import os

import pytest
from django.db import connection

OLDEST_POSTGRESQL = 15


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    asked = os.environ.get("DATABASE_URL", "")
    assert connection.vendor == ("postgresql" if asked else "sqlite")
    if asked:
        assert connection.pg_version >= OLDEST_POSTGRESQL * 10_000
