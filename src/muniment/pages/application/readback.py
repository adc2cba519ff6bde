"""A filled-in file against a form: question · in the file · result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muniment.documents import forms as paper
from muniment.documents import reading
from muniment.documents.forms import filled
from muniment.pages.application import answers, boxes
from muniment.pages.application import reading as posting
from muniment.pages.wording.datasets import Tag
from muniment.programme import Bundle, fields, forms
from muniment.queries import application as queries
from muniment.queries import editions
from muniment.rulebook import words

TAKEN = Tag(_("Taken"), "good")
REPLACES = Tag(_("Replaces an answer"), "warn")
SAME = Tag(_("As before"), "line")
LOOK = Tag(_("Needs another look"), "warn")
UNREAD = Tag(_("Could not be read"), "stop")
GONE = Tag(_("Not asked any more"), "line")


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the table; `note` says why, or what stood there before."""

    label: str
    lines: tuple[str, ...]
    tag: Tag
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a file holds for a form: `answers` to save, `rows` to look at, `empty` to answer yet."""

    edition: Any
    kind: str
    answers: Mapping[str, Mapping[str, Any]]
    rows: tuple[Row, ...]
    empty: tuple[str, ...]
    attach: tuple[str, ...]
    older: bool
    new: int


def layout_of(edition: Any) -> paper.Layout:
    """The form of an edition as its file asks it."""
    bundle = editions.bundle_of(edition)
    return paper.lay_out(
        bundle["form"],
        programme=edition.programme.name,
        edition=bundle.edition,
        sha256=bundle.sha256,
        choices=lambda field: forms.options(bundle, field),
        person={key: str(boxes.PERSON_LABELS[key]) for key in fields.PERSON_KEYS},
    )


def read(data: bytes, *, target: Any = None, before: Mapping[str, Mapping[str, Any]]) -> ReadBack:
    """Read a file against the edition `target`; without one, against the edition in force.

    Raises reading.Refused for a file we do not read, and for an edition nobody here knows.
    """
    form = reading.read_form(data)
    edition = queries.find_edition(form.stamp)
    wanted = target or (edition.programme.active_edition if edition else None)
    if edition is None or wanted is None or edition.programme_id != wanted.programme_id:
        message = "We do not know the edition of this form. Download the present form and use it."
        raise reading.Refused(words.Refusal("form-edition-unknown", message))
    layout = layout_of(edition)
    found = filled.take(layout, form.values)
    about = (form.kind, edition, wanted)
    return _compared(editions.bundle_of(wanted), layout, found, before, about)


def _compared(
    bundle: Bundle,
    layout: paper.Layout,
    found: filled.Filled,
    before: Mapping[str, Mapping[str, Any]],
    about: tuple[str, Any, Any],
) -> ReadBack:
    kind, edition, target = about
    sent = QueryDict(mutable=True)
    for name, value in found.posted:
        sent.appendlist(name, value)
    given, rows, empty, attach = {}, list[Row](), list[str](), list[str]()
    for section in bundle["form"]["sections"]:
        said = posting.answers(section, sent, before={})
        for field in section["fields"]:
            answer, old = said.get(field["id"]), before.get(section["id"], {}).get(field["id"])
            if field["type"] == "file":
                attach.append(field["label"])
            elif fields.is_empty(answer):
                empty.append(field["label"])
            else:
                rows.append(_row(bundle, field, answer, old))
        if said:
            given[section["id"]] = said
    known = {field["id"] for section in bundle["form"]["sections"] for field in section["fields"]}
    asked = {question.id for sheet in layout.sheets for question in sheet.questions}
    rows += [*_unread(layout, found), *_gone(layout, found, known)]
    rows.sort(key=lambda row: row.tag not in (UNREAD, LOOK))  # nobody looks for them among fifty
    older = edition.pk != target.pk
    return ReadBack(
        edition, kind, given, tuple(rows), tuple(empty), tuple(attach), older, len(known - asked)
    )


def _row(bundle: Bundle, field: Mapping[str, Any], value: Any, old: Any) -> Row:
    options = forms.options(bundle, field)
    lines = tuple(answers.lines_of(field, value, options))
    wrong = [f"It {said}." for said in fields.faults(field, value, options=options)]
    if wrong:
        return Row(field["label"], lines, LOOK, " ".join(wrong))
    if old == value:
        return Row(field["label"], lines, SAME)
    if fields.is_empty(old):
        return Row(field["label"], lines, TAKEN)
    stood = "; ".join(answers.lines_of(field, old, options))
    note = gettext("Now it says: %(old)s") % {"old": _short(stood)}
    return Row(field["label"], lines, REPLACES, note)


def _unread(layout: paper.Layout, found: filled.Filled) -> Iterator[Row]:
    for each in found.unread:
        label = _question(layout, each.control.name)
        yield Row(label, (_short(each.text),), UNREAD, each.why)


def _gone(layout: paper.Layout, found: filled.Filled, known: set[str]) -> Iterator[Row]:
    """Answers to questions that an older edition asked and this one does not."""
    for name, value in found.posted:
        if name.split(".")[0] not in known:
            yield Row(_question(layout, name), (_short(value),), GONE)


def _question(layout: paper.Layout, name: str) -> str:
    """The words of the question that a control belongs to."""
    for sheet in layout.sheets:
        for question in sheet.questions:
            if question.id == name.split(".")[0]:
                return question.label
    return name


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:300]} …"
