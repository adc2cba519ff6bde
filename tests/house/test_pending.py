"""pending.toml owns up to what is missing: no more, no less, and nothing that is done."""

import importlib

import pytest

from muniment import cli
from muniment.rulebook import reading
from tests.house import owed

KINDS = sorted(owed.OWED)


def test_pending_has_one_list_of_each_kind() -> None:
    assert sorted(owed.pending()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_pending_names_exactly_what_is_owed(kind: str) -> None:
    assert owed.pending()[kind]["names"] == sorted(owed.OWED[kind]())


@pytest.mark.parametrize("kind", KINDS)
def test_pending_counts_what_it_names_so_that_growth_shows(kind: str) -> None:
    listed = owed.pending()[kind]
    assert len(listed["names"]) == listed["at_most"]


def test_every_written_command_can_be_called() -> None:
    written = [name for name in cli.COMMANDS if owed.written(name)]
    assert written
    modules = [importlib.import_module(f"muniment.cli.{name}") for name in written]
    assert [
        module.__name__
        for module in modules
        if not all(callable(getattr(module, part, None)) for part in ("arguments", "run"))
    ] == []


def test_actions_take_only_steps_of_the_rulebook() -> None:
    assert owed.taken() - set(reading.STEPS) == set()
