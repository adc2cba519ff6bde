"""Filling in the whole application form, section by section, with either hand."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

from muniment import programme
from muniment.demo import papers
from muniment.pages.application.boxes import PERSON_LABELS
from muniment.programme import forms
from tests.journeys.hands import Hand
from tests.journeys.people import Someone

LIKE = papers.pilot_answers(starts_on=date(2027, 3, 1), ends_on=date(2028, 3, 1))
"""What is answered: the application of the demonstration, but for title and files."""


def fills_everything(person: Someone, hand: Hand, file: Path, *, title: str) -> None:
    """From the task list through every section of the form, and back at the task list."""
    form = programme.read(programme.default_folder())
    page, tasks = person.page, person.page.url
    for section in form["form"]["sections"]:
        hand.follows(page.get_by_role("link", name=section["title"], exact=True))
        page.get_by_role("heading", level=1, name=section["title"]).wait_for()
        given = {**LIKE.get(section["id"], {})}
        if section["id"] == "project":
            given["title"] = title
        for field in section["fields"]:
            if field["id"] in given:
                # Labels such as "Address" stand more than once on a page, each in its own place.
                place = page.locator(f'[data-box="{field["id"]}"]')
                _fill(hand, place, form, field, given[field["id"]], file)
        person.finds_no_barrier()
        hand.follows(page.get_by_role("button", name="Save and continue"))
        page.goto(tasks)


def _fill(
    hand: Hand, place: Locator, form: Any, field: Mapping[str, Any], value: Any, file: Path
) -> None:
    label, kind = field["label"], field["type"]
    group = place.get_by_role("group", name=label).or_(place.and_(place.page.get_by_role("group")))
    group = group.first
    if kind == "person":
        for key, text in value.items():
            hand.writes(group.get_by_label(str(PERSON_LABELS[key]), exact=True), text)
    elif kind == "rows":
        for row in value:
            for column in field["columns"]:
                if column["id"] in row:
                    _fill(hand, group, form, column, row[column["id"]], file)
    elif kind == "multi":
        for key in value:
            name = forms.options(form, field)[key]
            hand.ticks(group.get_by_label(name, exact=True))
    elif "must_be" in field:
        hand.ticks(place.get_by_label(label, exact=True))
    elif kind == "yes-no":
        hand.answers(group, "Yes" if value else "No")
    else:
        _fill_one(hand, place.get_by_label(_said(field)), form, field, value, file)


def _fill_one(
    hand: Hand, control: Locator, form: Any, field: Mapping[str, Any], value: Any, file: Path
) -> None:
    if field["type"] == "select":
        options = {each["id"]: each["label"] for each in field.get("options", ())}
        hand.chooses(control, (options or forms.options(form, field))[value])
    elif field["type"] == "date":
        hand.dates(control, value)
    elif field["type"] == "file":
        hand.attaches(control, file)
    else:
        hand.writes(control, value)


def _said(field: Mapping[str, Any]) -> re.Pattern[str]:
    """A label alone, or with the word that it is optional."""
    return re.compile(rf"^{re.escape(field['label'])}(\s+\(optional\))?$")
