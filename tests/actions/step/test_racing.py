"""Two real connections: who waits for the other's commit is refused, and nothing of it stays."""

from pathlib import Path

import pytest

from tests.actions import apart


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_connections_the_second_is_refused(tmp_path: Path) -> None:
    assert apart.told_by("tests.actions.step.racing", home=tmp_path) == {
        "fared": {"first": "taken", "second": "changed-meanwhile"},
        "notes": ["first"],
        "version": 1,
        "entries": 1,
        "verified": True,
    }
