"""When a question is asked, in words: a file cannot hide it as a page does."""

from collections.abc import Callable, Mapping
from typing import Any

OTHERWISE = "Answer this only if it applies to you."


class Words:
    """Reads the conditions of one form with its own labels."""

    def __init__(
        self, form: Mapping[str, Any], choices: Callable[[Mapping[str, Any]], Mapping[str, str]]
    ) -> None:
        self._choices = choices
        self._fields = {
            field["id"]: field for section in form["sections"] for field in section["fields"]
        }

    def of(self, condition: Any) -> str:
        """One sentence, or nothing for a question that is always asked."""
        if condition is None:
            return ""
        said = self._said(condition)
        return f"Only if {said}." if said else OTHERWISE

    def _said(self, condition: Any) -> str:
        if not isinstance(condition, Mapping) or condition.get("fact") not in self._fields:
            return ""
        field, value = self._fields[condition["fact"]], condition.get("value")
        named = self._values(field, list(value) if isinstance(value, list | tuple) else [value])
        label = f'"{field["label"].rstrip("?.")}"'
        return {
            "equals": f"{label} is {named}",
            "in": f"{label} is {named}",
            "includes": f"{label} includes {named}",
            "not_equals": f"{label} is not {named}",
            "not_in": f"{label} is not {named}",
        }.get(condition.get("is", ""), "")

    def _values(self, field: Mapping[str, Any], values: list[Any]) -> str:
        options = self._choices(field)
        yes = {True: "yes", False: "no"}
        said = [
            yes[value] if isinstance(value, bool) else options.get(value, str(value))
            for value in values
        ]
        return " or ".join(said)
