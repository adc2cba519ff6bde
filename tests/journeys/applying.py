"""Filling in the whole application form, section by section, with either hand."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Locator
from pypdf import PdfWriter

from muniment import programme
from muniment.demo import papers
from muniment.pages.application.boxes import PERSON_LABELS
from muniment.programme import forms
from tests.journeys.hands import Hand
from tests.journeys.people import Someone

Answers = papers.Answers


def like(title: str) -> Answers:
    """What is answered: the application of the demonstration, but for its title."""
    days = {"starts_on": date(2027, 3, 1), "ends_on": date(2028, 3, 1)}
    return papers.pilot_answers(title=title, **days)


def write_paper(folder: Path) -> Path:
    """A small PDF that really is one, for whatever is to be attached."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(folder / "Protocol.pdf")
    return folder / "Protocol.pdf"


def fills_everything(
    person: Someone,
    hand: Hand,
    file: Path,
    *,
    title: str,
    also: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    finds: Callable[[Someone], None] = Someone.finds_no_barrier,
) -> None:
    """From the task list through every section of the form, and back at the task list.

    `also` says more by section; `finds` looks at each section once it is filled in.
    """
    form, said = programme.read(programme.default_folder()), like(title)
    page, tasks = person.page, person.page.url
    for section in form["form"]["sections"]:
        hand.follows(page.get_by_role("link", name=section["title"], exact=True))
        page.get_by_role("heading", level=1, name=section["title"]).wait_for()
        given = {**said.get(section["id"], {}), **also.get(section["id"], {})}
        for field in section["fields"]:
            if field["id"] in given:
                # Labels such as "Address" stand more than once on a page, each in its own place.
                place = page.locator(f'[data-box="{field["id"]}"]')
                hand.meets(place)
                _fill(hand, place, form, field, given[field["id"]], file)
        finds(person)
        hand.follows(page.get_by_role("button", name="Save and continue"))
        page.goto(tasks)


def asks_for_ages(hand: Hand, *, dataset: str = "") -> None:
    """From the task list: one variable of everybody, confirmed; first a dataset is added."""
    page = hand.page
    hand.follows(page.get_by_role("link", name="The data you ask for"))
    if dataset:
        hand.chooses(page.get_by_label("Add a dataset"), dataset)
        hand.follows(page.get_by_role("button", name="Add it"))
    else:
        hand.follows(page.get_by_role("link", name="Choose people and variables"))
    hand.ticks(page.get_by_role("checkbox", name="AGE").first)
    hand.writes(page.get_by_label("Why do you need AGE?").first, "To compare the groups.")
    hand.follows(page.get_by_role("button", name="Save and continue"))
    hand.follows(page.get_by_role("button", name="This is what I ask for"))


def finds_the_request(officer: Someone, title: str) -> None:
    """At the office: the request is in the queue, and its page opens."""
    officer.goes_to("/office/")
    officer.page.get_by_role("link", name=title).click()
    officer.page.get_by_role("heading", level=1, name=title).wait_for()
    officer.finds_no_barrier()


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
