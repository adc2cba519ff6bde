"""Conditions written as data: when a field is asked, when a rule holds, when a clause is added.

A condition is one of

    {all: [...]}  {any: [...]}  {not: ...}  {fact: part.level, is: equals, value: record}

and its answer is yes, no, or unknown. Unknown means that a fact it needs was not given; policy
turns it into "a person must judge", never into yes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

Facts = Mapping[str, Any]
Condition = Mapping[str, Any]

_ABSENT = object()


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Yes, no, or None where the facts do not say. `facts` may be nested; names are dotted."""
    if "all" in condition:
        return _every([holds(inner, facts) for inner in condition["all"]])
    if "any" in condition:
        return _some([holds(inner, facts) for inner in condition["any"]])
    if "not" in condition:
        inner = holds(condition["not"], facts)
        return None if inner is None else not inner
    value = find(facts, condition["fact"])
    operator: str = condition["is"]
    if operator in ("present", "missing"):
        return (value is not None) == (operator == "present")
    return None if value is None else OPERATORS[operator](value, condition["value"])


def find(facts: Facts, name: str) -> Any:
    """The fact of that dotted name; None where it is absent, null or empty."""
    value: Any = facts
    for key in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key, _ABSENT)
        if value is _ABSENT:
            return None
    empty = isinstance(value, str | Sequence | Mapping) and len(value) == 0
    return None if empty else value


def facts_named(condition: Condition) -> Iterator[str]:
    """The name of every fact that a condition looks at."""
    if "fact" in condition:
        yield condition["fact"]
    for inner in (*condition.get("all", ()), *condition.get("any", ())):
        yield from facts_named(inner)
    if "not" in condition:
        yield from facts_named(condition["not"])


def shape_fault(condition: Condition) -> str | None:
    """What is wrong with how a condition is written, beyond what its schema says; or None."""
    if sum(key in condition for key in ("all", "any", "not", "fact")) != 1:
        return "a condition says exactly one of: all, any, not, fact."
    if "fact" not in condition:
        extra = {"is", "value"} & set(condition)
        return "'is' and 'value' belong beside 'fact'." if extra else _inner_fault(condition)
    operator = condition.get("is")
    if operator is None:
        return "a condition about a fact needs 'is'."
    if ("value" in condition) == (operator in ("present", "missing")):
        needs = "takes no" if "value" in condition else "needs a"
        return f"'is: {operator}' {needs} 'value'."
    wants_list = operator in ("in", "not_in", "includes_any")
    if "value" in condition and wants_list != isinstance(condition["value"], list | tuple):
        return f"the value of 'is: {operator}' must be {'a list' if wants_list else 'one value'}."
    return None


def _inner_fault(condition: Condition) -> str | None:
    parts = [*condition.get("all", ()), *condition.get("any", ())]
    parts += [condition["not"]] if "not" in condition else []
    return next((said for said in map(shape_fault, parts) if said), None)


def _every(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _some(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool | None]:
    """Compare as numbers where both are, else as text (dates in ISO form order as text)."""

    def compared(value: Any, wanted: Any) -> bool | None:
        left, right = _number(value), _number(wanted)
        if left is not None and right is not None:
            return test(left, right)
        if isinstance(value, str) and isinstance(wanted, str) and (left is None) == (right is None):
            return test(value, wanted)
        return None

    return compared


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _same(value: Any, wanted: Any) -> bool:
    """Equality in which true is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _holds_one(value: Any, wanted: Any) -> bool:
    """Whether a value, or one of a list of values, is the wanted one."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return _same(value, wanted)
    return any(_same(one, wanted) for one in value)


OPERATORS: dict[str, Callable[[Any, Any], bool | None]] = {
    "equals": _same,
    "not_equals": lambda value, wanted: not _same(value, wanted),
    "in": lambda value, wanted: any(_same(value, one) for one in wanted),
    "not_in": lambda value, wanted: not any(_same(value, one) for one in wanted),
    "includes": _holds_one,
    "includes_any": lambda value, wanted: any(_holds_one(value, one) for one in wanted),
    "at_least": _compare(lambda value, wanted: value >= wanted),
    "at_most": _compare(lambda value, wanted: value <= wanted),
    "more_than": _compare(lambda value, wanted: value > wanted),
    "less_than": _compare(lambda value, wanted: value < wanted),
}
