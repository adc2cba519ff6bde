"""Conditions answer yes, no or unknown; unknown never becomes yes by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.programme import conditions

FACTS = {
    "kind": "data",
    "yes": True,
    "count": 3,
    "share": "0.5",
    "day": "2026-11-02",
    "list": ["a", "b"],
    "none": [],
    "part": {"level": "record"},
}


def fact(name: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"fact": name, "is": operator} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("name", "operator", "value", "answer"),
    [
        ("kind", "equals", "data", True),
        ("kind", "not_equals", "data", False),
        ("kind", "in", ["data", "both"], True),
        ("kind", "not_in", ["data", "both"], False),
        ("yes", "equals", True, True),
        ("yes", "equals", 1, False),
        ("list", "includes", "a", True),
        ("list", "includes", "c", False),
        ("list", "includes_any", ["c", "b"], True),
        ("count", "at_least", 3, True),
        ("count", "more_than", 3, False),
        ("count", "less_than", "3.5", True),
        ("share", "at_most", "0.50", True),
        ("day", "at_least", "2026-11-02", True),
        ("day", "less_than", "2026-12-01", True),
        ("kind", "more_than", 3, None),
        ("yes", "at_least", 1, None),
        ("part.level", "equals", "record", True),
        ("part.level.deeper", "equals", "x", None),
        ("nowhere", "equals", "x", None),
        ("none", "includes", "x", None),
        ("none", "missing", None, True),
        ("kind", "present", None, True),
        ("nowhere", "present", None, False),
    ],
)
def test_each_operator_answers(name: str, operator: str, value: Any, answer: bool | None) -> None:
    assert conditions.holds(fact(name, operator, value), FACTS) is answer


YES, NO, UNKNOWN = fact("kind", "present"), fact("kind", "missing"), fact("nowhere", "equals", "x")


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, UNKNOWN]}, None),
        ({"all": [NO, UNKNOWN]}, False),
        ({"any": [NO, NO]}, False),
        ({"any": [NO, UNKNOWN]}, None),
        ({"any": [YES, UNKNOWN]}, True),
        ({"not": YES}, False),
        ({"not": UNKNOWN}, None),
    ],
)
def test_unknown_spreads_unless_the_rest_decides(
    condition: dict[str, Any], answer: bool | None
) -> None:
    assert conditions.holds(condition, FACTS) is answer


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({}, "a condition says exactly one of: all, any, not, fact."),
        ({"all": [YES], "fact": "kind"}, "a condition says exactly one of: all, any, not, fact."),
        ({"not": YES, "is": "present"}, "'is' and 'value' belong beside 'fact'."),
        ({"fact": "kind"}, "a condition about a fact needs 'is'."),
        (fact("kind", "equals"), "'is: equals' needs a 'value'."),
        (fact("kind", "present", "x"), "'is: present' takes no 'value'."),
        (fact("kind", "in", "x"), "the value of 'is: in' must be a list."),
        (fact("kind", "equals", ["x"]), "the value of 'is: equals' must be one value."),
        ({"any": [YES, {"not": {}}]}, "a condition says exactly one of: all, any, not, fact."),
        (YES, None),
    ],
)
def test_what_is_written_wrongly_is_said(condition: dict[str, Any], fault: str | None) -> None:
    assert conditions.shape_fault(condition) == fault


LEAVES = st.sampled_from([YES, NO, UNKNOWN])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts})
        | inner.map(lambda part: {"not": part})
    ),
    max_leaves=8,
)


@given(TREES)
def test_learning_a_fact_never_turns_an_answer_around(tree: dict[str, Any]) -> None:
    before = conditions.holds(tree, FACTS)
    for learned in ("x", "y"):
        after = conditions.holds(tree, FACTS | {"nowhere": learned})
        assert before is None or after is before
