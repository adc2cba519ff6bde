"""What a browser sent, as the answers of a section; nothing is judged here.

Only the fields of the form are read, so whatever else a request carries is not seen.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from muniment.programme import fields

WHOLE = re.compile(r"-?[0-9]{1,15}")
MOST_ROWS = 200


def answers(
    section: Mapping[str, Any], sent: QueryDict, *, before: Mapping[str, Any]
) -> dict[str, Any]:
    """{field: answer} of a section; files stay those of `before`, they have a way of their own."""
    found = {}
    for field in section["fields"]:
        name = field["id"]
        given = before.get(name) if field["type"] == "file" else _one(field, sent, name)
        if not fields.is_empty(given):
            found[name] = given
    return found


def _one(field: Mapping[str, Any], sent: QueryDict, name: str) -> Any:
    kind = field["type"]
    if kind == "person":
        given = {key: _text(sent, f"{name}.{key}") for key in fields.PERSON_KEYS}
        return {key: value for key, value in given.items() if value}
    if kind == "rows":
        return _rows(field, sent, name)
    if kind == "multi":
        return sent.getlist(name)
    if kind == "yes-no":
        return {"yes": True, "no": False}.get(sent.get(name, ""))
    text = _text(sent, name)
    return int(text) if kind == "number" and WHOLE.fullmatch(text) else text


def _rows(field: Mapping[str, Any], sent: QueryDict, name: str) -> list[dict[str, Any]]:
    """Rows with nothing in them are not kept."""
    numbers = {
        int(match[1])
        for key in sent
        if (match := re.fullmatch(rf"{re.escape(name)}\.([0-9]{{1,4}})\.[\w-]+", key))
    }
    found = []
    for number in sorted(numbers)[:MOST_ROWS]:
        row = {
            column["id"]: value
            for column in field["columns"]
            if not fields.is_empty(value := _one(column, sent, f"{name}.{number}.{column['id']}"))
        }
        if row:
            found.append(row)
    return found


def _text(sent: QueryDict, name: str) -> str:
    return sent.get(name, "").replace("\r\n", "\n").strip()
