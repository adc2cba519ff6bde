"""A changed rule is noticed by the tests; and the mutants themselves are what they say."""

import json
from pathlib import Path

import pytest

from tests.mutation import mutants

RESULTS = json.loads(Path(__file__).with_name("results.json").read_text(encoding="utf-8"))


def test_each_mutant_differs_in_one_place() -> None:
    found = dict(mutants.of("def f(a):\n    return a < 3 and a + 1 in b\n"))
    assert list(found) == [
        "line 2: a < 3 -> a <= 3",
        "line 2: a + 1 in b -> a + 1 not in b",
        "line 2: 3 -> 4",
        "line 2: a + 1 -> a - 1",
        "line 2: 1 -> 2",
    ]
    assert found["line 2: 3 -> 4"] == "def f(a):\n    return a < 4 and a + 1 in b"


@pytest.mark.slow
@pytest.mark.parametrize("module", RESULTS["modules"])
def test_every_mutant_of_a_rule_is_noticed_but_the_listed(module: str) -> None:
    known = RESULTS["modules"][module]
    assert mutants.survivors(module, known["tests"]) == known["survivors"]
