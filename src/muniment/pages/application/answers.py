"""Answers to read: labels of choices instead of ids, lines of people, rows of tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from muniment.programme import fields, forms
from muniment.queries.application import Form


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer, as lines of text; empty where none is given."""

    field: str
    label: str
    lines: tuple[str, ...]
    gap: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One section, to read."""

    id: str
    title: str
    lines: tuple[Line, ...]


def read(form: Form) -> list[Part]:
    """Every question that is asked, in order, with what was answered."""
    gaps = {each.params["field"] for each in form.missing + form.wrong}
    found = []
    for section in form.sections():
        given = form.answers.get(section["id"], {})
        lines = [
            Line(
                one.field["id"],
                one.field["label"],
                tuple(lines_of(one.field, given.get(one.field["id"]), one.options)),
                one.field["id"] in gaps,
            )
            for one in form.asked
            if one.section["id"] == section["id"]
        ]
        found.append(Part(section["id"], section["title"], tuple(lines)))
    return found


def published(form: Form) -> list[Line]:
    """What the public register shows of a request once it is approved, as anyone would read it."""
    shown = forms.published(form.bundle, form.answers)
    return [
        Line(
            one.field["id"],
            one.field["label"],
            tuple(lines_of(one.field, shown[one.field["id"]], one.options)),
            gap=False,
        )
        for one in form.asked
        if one.field["id"] in shown
    ]


def lines_of(field: Mapping[str, Any], value: Any, options: Mapping[str, str]) -> list[str]:
    """One answer as lines to read; none for an empty one."""
    if fields.is_empty(value):
        return []
    if isinstance(value, bool):
        return [gettext("Yes") if value else gettext("No")]
    if field["type"] == "select":
        return [options.get(value, str(value))]
    if field["type"] == "multi":
        return [options.get(each, str(each)) for each in value]
    if field["type"] == "file":
        return [each["name"] for each in value]
    if field["type"] == "person":
        return [", ".join(str(each) for each in value.values())]
    if field["type"] == "rows":
        return [_row(field, row) for row in value]
    return str(value).splitlines()


def _row(field: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    said = []
    for column in field["columns"]:
        choices = {one["id"]: one["label"] for one in column.get("options", ())}
        said += lines_of(column, row.get(column["id"]), choices)
    return ", ".join(said)
