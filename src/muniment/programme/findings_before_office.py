"""What the system finds in a request before anybody in the office reads it, section by section.

Found, never decided: the office certifies or returns. Field names that a form does not have are
not looked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from . import fields, forms
from .bundle import Bundle

IN_ORDER = (("starts_on", "ends_on"), ("starts_on", "first_publication_on"))
"""Dates of which the second does not come before the first."""
RUN_OUT = ("ethics_valid_until",)
"""Dates until which something holds that the request stands on."""
BESIDE = "beside"
"""Stands for a section where a file answers no field: it came on paper, or with a person."""


class Kind(StrEnum):
    """What is the matter with an answer."""

    MISSING = "missing"
    INCONSISTENT = "inconsistent"
    EXPIRED = "expired"
    HELD = "held"
    INFECTED = "infected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to look at; `field` is empty where it is about the whole section."""

    section: str
    kind: Kind
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """An attached file with the scanner's word: held, clean or infected.

    `readable` says whether its content is of a type that is known.
    """

    sha256: str
    verdict: str
    name: str = ""
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who will see the data; `trained_until` is empty for training without an end.

    `trained` says whether a certificate is on record that is not taken back.
    """

    name: str
    trained: bool
    trained_until: date | None


def of(
    edition: Bundle,
    answers: forms.Answers,
    *,
    today: date,
    files: Iterable[File] = (),
    readers: Iterable[Reader] = (),
) -> list[Found]:
    """Everything found, in the order of the form; after it what is found in files beside it."""
    attached = {each.sha256: each for each in files}
    found = [
        *_answers(edition, answers),
        *_dates(edition, answers, today),
        *_files(edition, answers, attached),
        *_training(edition, answers, list(readers), today),
    ]
    order = [*(section["id"] for section in edition["form"]["sections"]), BESIDE]
    return sorted(found, key=lambda each: order.index(each.section))


def _answers(edition: Bundle, answers: forms.Answers) -> Iterator[Found]:
    for each in forms.missing(edition, answers):
        yield Found(each.params["section_id"], Kind.MISSING, each.sentence, each.params["field"])
    for each in forms.validate(edition, answers):
        if "field" in each.params:
            section, field = each.params["section_id"], each.params["field"]
            yield Found(section, Kind.INCONSISTENT, each.sentence, field)


def _dates(edition: Bundle, answers: forms.Answers, today: date) -> Iterator[Found]:
    asked = {one.field["id"]: one for one in forms.asked(edition, answers)}
    given = {name: day for name in asked if (day := _day(_answer(asked[name], answers)))}
    for first, second in IN_ORDER:
        if first in given and second in given and given[second] < given[first]:
            one, other = asked[second], asked[first]
            text = (
                f"\u201c{one.field['label']}\u201d ({given[second]}) comes before "
                f"\u201c{other.field['label']}\u201d ({given[first]})."
            )
            yield Found(one.section["id"], Kind.INCONSISTENT, text, second)
    for name in RUN_OUT:
        if name in given and given[name] < today:
            one = asked[name]
            text = f"\u201c{one.field['label']}\u201d has passed: {given[name]}."
            yield Found(one.section["id"], Kind.EXPIRED, text, name)


def _files(edition: Bundle, answers: forms.Answers, attached: dict[str, File]) -> Iterator[Found]:
    """Of files that answer a field in its section; of all others beside the form."""
    beside = dict(attached)
    for one in forms.asked(edition, answers):
        if one.field["type"] != "file":
            continue
        for file in _answer(one, answers) or ():
            beside.pop(file["sha256"], None)
            for kind, said in _of_file(attached.get(file["sha256"])):
                text = f"\u201c{one.field['label']}\u201d, {file['name']}: {said}"
                yield Found(one.section["id"], kind, text, one.field["id"])
    for each in beside.values():
        for kind, said in _of_file(each):
            yield Found(BESIDE, kind, f"The file \u201c{each.name}\u201d: {said}")


def _of_file(file: File | None) -> Iterator[tuple[Kind, str]]:
    if file is None:
        yield Kind.UNREADABLE, "it is named, but no file is attached."
    elif file.verdict in SCANNED:
        yield SCANNED[file.verdict]
    if file is not None and not file.readable:
        yield Kind.UNREADABLE, "it cannot be read."


def _training(
    edition: Bundle, answers: forms.Answers, readers: list[Reader], today: date
) -> Iterator[Found]:
    section = next((one.section["id"] for one in forms.asked(edition, answers)
                    if one.field["id"] == "training_done"), None)  # fmt: skip
    if section is None:
        return
    claimed = forms.flat(answers).get("training_done") is True
    for each in readers:
        if each.trained_until is not None and each.trained_until < today:
            text = f"The training of {each.name} ran out on {each.trained_until}."
            yield Found(section, Kind.EXPIRED, text, "training_done")
        elif not each.trained and claimed:
            text = f"The form says that everybody is trained; {each.name} has no certificate here."
            yield Found(section, Kind.INCONSISTENT, text, "training_done")


def _answer(one: forms.Asked, answers: forms.Answers) -> Any:
    value = answers.get(one.section["id"], {}).get(one.field["id"])
    return None if fields.is_empty(value) else value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


SCANNED = {
    "held": (Kind.HELD, "it waits for the virus scan."),
    "infected": (Kind.INFECTED, "the virus scanner refused it."),
}
