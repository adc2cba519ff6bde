"""A changed rule is noticed by the tests; and the mutants themselves are what they say."""

import json
from pathlib import Path

import pytest

from tests.mutation import mutants

RESULTS = json.loads(Path(__file__).with_name("results.json").read_text(encoding="utf-8"))

AT_ONCE = 6


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
def test_a_test_that_fails_anyway_is_no_witness() -> None:
    with pytest.raises(RuntimeError, match="before anything is changed"):
        mutants.survivors("muniment.dataplane.suppression.rule", ["tests/no_such_test.py"])


@pytest.mark.slow
@pytest.mark.parametrize("module", RESULTS["modules"])
def test_mutants_of_a_rule_are_noticed_but_the_listed(module: str) -> None:
    """Of a module with many, every few are tried again; the record is of all of them."""
    known = RESULTS["modules"][module]
    every = max(1, known.get("mutants", 0) // AT_ONCE)
    found = mutants.survivors(module, known["tests"], every=every)
    assert set(found) <= set(known["survivors"])
