"""An applicant fills in the form and the data specification, and sends both."""

import functools
import io
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pypdf import PdfWriter

from muniment import programme
from muniment.demo import papers
from muniment.pages.application.boxes import PERSON_LABELS
from muniment.programme import forms
from tests.month.reader import Reader

Changes = Mapping[str, Mapping[str, Any]]
NOTHING: Changes = {}


def applies(
    person: Reader,
    dataset: str,
    specification: dict[str, Any],
    *,
    title: str,
    changes: Changes = NOTHING,
) -> str:
    """From the page of a dataset to a submitted request; its reference."""
    person.opens(f"/data/{dataset}/request/")
    person.presses("Start the request")
    tasks = person.path
    answers = papers.pilot_answers(
        starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 1) + timedelta(days=600)
    )
    answers["project"]["title"] = title
    for section, more in changes.items():
        answers[section].update(more)
    fills_in(person, tasks, answers)
    reference = tasks.strip("/").split("/")[1]
    person.opens(f"/requests/{reference}/data/json/")
    person.presses("Save the specification", {"Or the text itself": json.dumps(specification)})
    person.presses("This is what I ask for")
    person.opens(f"/requests/{reference}/check/")
    person.presses("Submit the request")
    return reference


@functools.cache
def shipped() -> programme.Bundle:
    """The shipped programme, whose questions are asked."""
    return programme.read(programme.default_folder())


@functools.cache
def paper() -> bytes:
    """A small PDF that really is one."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def fills_in(person: Reader, tasks: str, answers: papers.Answers) -> None:
    """Every section of the form, by its own page."""
    form = shipped()
    for section in form["form"]["sections"]:
        person.opens(tasks)
        person.follows(section["title"])
        person.unfolds()
        for field in section["fields"]:
            value = answers.get(section["id"], {}).get(field["id"])
            if value not in (None, []):
                fill(person, form, field, value)
        person.presses("Save and continue")


def fill(person: Reader, form: Any, field: Mapping[str, Any], value: Any) -> None:
    """One question, by its words."""
    label, kind = field["label"], field["type"]
    options = {one["id"]: one["label"] for one in field.get("options", ())}
    options = options or forms.options(form, field)
    if kind == "person":
        for key, text in value.items():
            person.fills(str(PERSON_LABELS[key]), text, within=label)
    elif kind == "rows":
        for row in value:
            for column in field["columns"]:
                if column["id"] in row:
                    fill(person, form, column, row[column["id"]])
    elif kind == "multi":
        for each in value:
            person.fills(options[each], True, within=label)
    elif "must_be" in field:
        person.fills(label, True)
    elif kind == "yes-no":
        person.fills("Yes" if value else "No", True, within=label)
    elif kind == "select":
        person.fills(label, options[value])
    elif kind == "file":
        person.attaches(label, value[0]["name"], paper())
    else:
        person.fills(label, str(value))
