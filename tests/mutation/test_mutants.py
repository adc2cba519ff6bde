"""A changed rule is noticed by the tests; and the mutants themselves are what they say."""

import json
import pkgutil
from pathlib import Path

import pytest

from muniment.dataplane import methods, suppression
from tests.mutation import mutants

RESULTS = json.loads(Path(__file__).with_name("results.json").read_text(encoding="utf-8"))

AT_ONCE = 2


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


def test_comparisons_of_a_query_are_flipped_and_other_nodes_stay() -> None:
    found = dict(mutants.of("made = [exp.LT(this=exp.Null()), other.LT()]\n"))
    assert found == {"line 1: exp.LT -> exp.LTE": "made = [exp.LTE(this=exp.Null()), other.LT()]"}


def test_every_rule_is_tried_or_named_as_not_yet() -> None:
    """Modules where nothing can be flipped, swapped or moved have no mutants."""
    rooms = (methods, suppression)
    named = [f"{room.__name__}.{each.name}" for room in rooms
             for each in pkgutil.iter_modules(room.__path__)]  # fmt: skip
    texts = {name: mutants.source_of(name).read_text(encoding="utf-8") for name in named}
    rules = {name for name, text in texts.items() if any(mutants.of(text))}
    assert set(RESULTS["not_run_yet"]) == rules - set(RESULTS["modules"])


def test_what_no_test_notices_has_a_reason() -> None:
    for module, known in RESULTS["modules"].items():
        assert set(known["survivors"]) == set(known["reasons"]), module
        assert all(known["reasons"].values()), module


@pytest.mark.parametrize("module", RESULTS["modules"])
def test_what_is_recorded_is_of_the_module_as_it_stands(module: str) -> None:
    """Whoever changes a rule tries its mutants again."""
    source = mutants.source_of(module).read_text(encoding="utf-8")
    named = [f"{module} {said}" for said, _ in mutants.of(source)]
    assert RESULTS["modules"][module]["mutants"] == len(named)
    assert set(RESULTS["modules"][module]["survivors"]) <= set(named)


@pytest.mark.slow
def test_a_test_that_fails_anyway_is_no_witness() -> None:
    with pytest.raises(RuntimeError, match="before anything is changed"):
        mutants.survivors("muniment.dataplane.suppression.rule", ["tests/no_such_test.py"])


@pytest.mark.slow
@pytest.mark.parametrize("module", RESULTS["modules"])
def test_mutants_of_a_rule_are_noticed_but_the_listed(module: str) -> None:
    """Of a module with many, every few are tried again; the record is of all of them."""
    known = RESULTS["modules"][module]
    every = max(1, known["mutants"] // AT_ONCE)
    found = mutants.survivors(module, known["tests"], every=every)
    assert set(found) <= set(known["survivors"])
