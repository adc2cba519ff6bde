"""What of the answers is more than people and dates: a change of it needs a decision."""

from collections.abc import Mapping
from typing import Any

from .bundle import Bundle
from .forms import Answers

PEOPLE_AND_DATES = frozenset({"person", "date"})


def of(edition: Bundle, answers: Answers) -> dict[str, Any]:
    """Field id -> answer, without the fields that name people or days.

    Rows that list people by their address, as the team does, name people too.
    """
    light = {
        field["id"]
        for section in edition["form"]["sections"]
        for field in section["fields"]
        if _is_light(field)
    }
    return {
        name: value
        for section in answers.values()
        for name, value in section.items()
        if name not in light
    }


def _is_light(field: Mapping[str, Any]) -> bool:
    if field["type"] != "rows":
        return field["type"] in PEOPLE_AND_DATES
    return any(column.get("format") == "email" for column in field["columns"])
