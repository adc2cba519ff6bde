"""Two people in one section: what differs, and what the second one chose."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people answered differently; the texts are for reading."""

    field: str
    label: str
    yours: str
    theirs: str


def differences(
    section: Mapping[str, Any], yours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[Difference]:
    """Field by field, in the order of the form."""
    return [
        Difference(name, field["label"], _read(yours.get(name)), _read(theirs.get(name)))
        for field in section["fields"]
        if yours.get(name := field["id"]) != theirs.get(name)
    ]


def chosen(request: HttpRequest) -> dict[str, Any] | None:
    """The answers somebody put together from both; None when this is no such choice.

    Both texts come back with the form, so nothing is lost while somebody thinks.
    """
    yours, theirs = _answers(request, "yours"), _answers(request, "theirs")
    if yours is None or theirs is None:
        return None
    names = [*theirs, *(name for name in yours if name not in theirs)]
    found = {}
    for name in names:
        wanted = yours if request.POST.get(f"choose.{name}") == MINE else theirs
        if name in wanted:
            found[name] = wanted[name]
    return found


def _answers(request: HttpRequest, name: str) -> dict[str, Any] | None:
    try:
        given = json.loads(request.POST.get(f"all.{name}", ""))
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _read(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(_read(inside) for inside in value.values())
    if isinstance(value, list):
        return "\n".join(_read(inside) for inside in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)
