"""Each synthetic holding is made once for all tests; they only read it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.holdings import generate
from tests.holdings import places


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def find(name: str) -> Path:
        if name in generate.NAMES and name not in made:
            folder = tmp_path_factory.mktemp("made") / name
            made[name] = generate.make(name, folder, seed=places.SEED)
        return made.get(name) or places.in_package()[name]

    return find
